package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobOverlapTest {
  @ParameterizedTest
  @CsvSource({
    "a/*.csv, a/1.csv, a/1.csv",
    "a/*.csv, a/b*, a/b.csv",
    "a/**, a/b/c.csv, a/b/c.csv",
    "a/**/x, a/x, a/x",
    "**/x, a/*, a/x",
    "a/{day}/x.csv, a/2026/*, a/2026/x.csv",
    "a/?, a/{n}, a/x",
    "**, **, ''",
  })
  void theShortestKeyThatFitsBothIsFound(String one, String other, String key) {
    assertThat(Glob.of(one).overlap(Glob.of(other))).contains(key);
    assertThat(Glob.of(other).overlap(Glob.of(one))).contains(key);
  }

  @ParameterizedTest
  @CsvSource({
    "a/*.csv, a/*.json",
    "a/*, a/b/c",
    "a/*/x, a/x",
    "a/{day}, a/",
    "a/?, a/bc",
    "{x}/{x}, a/b",
    "raw/shop/a/**, raw/shop/b/**",
  })
  void nothingIsFoundWhereNoKeyFitsBoth(String one, String other) {
    assertThat(Glob.of(one).overlap(Glob.of(other))).isEmpty();
  }

  @Test
  void aKeyThatOneOfTwoWasMadeOfIsNeverMissed() {
    Random random = new Random(1);
    List<String> parts = List.of("a", "b", "/", "*", "**", "**/", "?", "{c}");
    for (int i = 0; i < 2000; i++) {
      StringBuilder glob = new StringBuilder();
      StringBuilder key = new StringBuilder();
      for (int n = random.nextInt(6); n >= 0; n--) {
        glob.append(parts.get(random.nextInt(parts.size())));
        key.append("ab/".charAt(random.nextInt(3)));
      }
      Glob read = Glob.of(glob.toString());
      assertThat(read.overlap(Glob.of(key.toString())).isPresent())
          .as("%s with %s", glob, key)
          .isEqualTo(read.matches(key.toString()));
    }
  }
}
