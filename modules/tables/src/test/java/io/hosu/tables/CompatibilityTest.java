package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.tables.SchemaStep.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompatibilityTest {
  private static Set<Kind> refused(Compatibility mode) {
    Set<Kind> refused = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (mode.refuses(new SchemaStep(kind, "c", "", ""))) {
        refused.add(kind);
      }
    }
    return refused;
  }

  @Test
  void backwardKeepsTheValuesThatAreThere() {
    assertThat(refused(Compatibility.BACKWARD)).containsExactly(Kind.RETYPE, Kind.REQUIRE);
  }

  @Test
  void forwardLeavesReadersTheirColumns() {
    assertThat(refused(Compatibility.FORWARD))
        .containsExactly(Kind.DROP, Kind.RENAME, Kind.WIDEN, Kind.RETYPE, Kind.LOOSEN);
  }

  @Test
  void fullRefusesWhatEitherOfThemRefusesAndNoneNothing() {
    Set<Kind> both = refused(Compatibility.BACKWARD);
    both.addAll(refused(Compatibility.FORWARD));

    assertThat(refused(Compatibility.FULL)).isEqualTo(both);
    assertThat(refused(Compatibility.NONE)).isEmpty();
  }

  @Test
  void eachIsReadFromItsWord() {
    for (Compatibility mode : Compatibility.values()) {
      assertThat(Compatibility.of(mode.word())).contains(mode);
    }
    assertThat(Compatibility.of("")).isEmpty();
  }
}
