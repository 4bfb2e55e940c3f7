package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void aTableNameReadsBackWhatItPrints() {
    TableName name = new TableName("aviation", "stage", "flights");
    assertThat(TableName.parse(name.toString())).isEqualTo(name);
    assertThat(TableName.parseIn("aviation", "stage.flights")).isEqualTo(name);
    assertThat(TableName.parseIn("sales", "aviation.stage.flights")).isEqualTo(name);
  }

  @Test
  void aNameWithACapitalOrASpaceIsRefused() {
    assertThatThrownBy(() -> new TableName("Aviation", "stage", "flights"))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(KernelError.NAME_INVALID));
    assertThatThrownBy(() -> TableName.parse("a.b c.d")).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> TableName.parse("a.b")).isInstanceOf(Invalid.class);
  }

  @Test
  void anObjectKeyMayHoldAnythingButNul() {
    ObjectName odd = ObjectName.parse("raw/sales/ü %20 \n&.csv");
    assertThat(odd.key()).isEqualTo("sales/ü %20 \n&.csv");
    assertThat(ObjectName.ofLocation(odd.location())).isEqualTo(odd);
    assertThatThrownBy(() -> new ObjectName("raw", "a\0b")).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new ObjectName("raw", "")).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new ObjectName("raw", "x".repeat(1025))).isInstanceOf(Invalid.class);
  }
}
