package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LegibleTest {
  @Test
  void whatCanBeKeptStaysAsItIs() {
    for (String text : new String[] {"", "plain", "a\tb\nc", "호수", "\uD83D\uDC1F"}) {
      assertThat(Legible.of(text)).isSameAs(text);
    }
  }

  @Test
  void whatCannotBeKeptIsWrittenAsItsCode() {
    assertThat(Legible.of("x\0y")).isEqualTo("x\\u0000y");
    assertThat(Legible.of("\uD83D")).isEqualTo("\\ud83d");
    assertThat(Legible.of("\uDC1F\uD83D\uDC1F!")).isEqualTo("\\udc1f\uD83D\uDC1F!");
  }
}
