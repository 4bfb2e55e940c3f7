package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentTextsTest {
  private final List<String> made = new ArrayList<>();
  private final RecentTexts texts = new RecentTexts(100);

  @Test
  void aNewTextIsKeptHoweverOftenOthersWereAskedFor() {
    for (int version = 0; version < 50; version++) {
      for (int reader = 0; reader < 20; reader++) {
        assertThat(get("v" + version, 40)).hasSize(40);
      }
    }
    assertThat(made).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void whatWasNotAskedForLongestGoesFirst() {
    get("a", 40);
    get("b", 40);
    get("a", 40);
    get("c", 40);
    get("a", 40);
    get("b", 40);
    assertThat(made).containsExactly("a", "b", "c", "b");
  }

  @Test
  void whatIsTooLargeIsMadeEachTime() {
    get("a", 40);
    get("large", 101);
    get("large", 101);
    get("b", 40);
    get("b", 40);
    assertThat(made).containsExactly("a", "large", "large", "b");
  }

  @Test
  void whatCouldNotBeMadeIsTriedAgain() {
    assertThatThrownBy(() ->
            texts.get(
                "a",
                () -> {
                  throw new IllegalStateException();
                }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(get("a", 1)).hasSize(1);
  }

  private byte[] get(String location, int length) {
    return texts.get(
        location,
        () -> {
          made.add(location);
          return new byte[length];
        });
  }
}
