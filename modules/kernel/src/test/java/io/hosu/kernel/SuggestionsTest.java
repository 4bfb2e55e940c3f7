package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SuggestionsTest {
  @Test
  void theClosestWordIsSuggestedWhenItIsClose() {
    List<String> known = List.of("orders", "order", "border", "prices");

    assertThat(Suggestions.closest("oders", known)).contains("orders");
    assertThat(Suggestions.closest("rodres", known)).contains("orders");
    assertThat(Suggestions.closest("prcies", known)).contains("prices");
    assertThat(Suggestions.closest("flights", known)).isEmpty();
    assertThat(Suggestions.closest("", known)).isEmpty();
  }

  /** Comparing two of these took minutes, and anybody could send one in a path. */
  @Test
  @Timeout(10)
  void whatIsLongerThanAnyWordIsNotCompared() {
    String sent = "a".repeat(16_000);
    List<String> known = IntStream.range(0, 200).mapToObj(i -> sent + i).toList();

    assertThat(Suggestions.closest(sent, known)).isEmpty();
    assertThat(Suggestions.ending(sent, known)).isEqualTo(".");
  }
}
