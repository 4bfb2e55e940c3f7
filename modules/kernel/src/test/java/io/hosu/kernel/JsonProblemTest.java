package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hosu.kernel.HosuException.Invalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonProblemTest {
  private static String problem(String json) {
    return catchThrowableOfType(Invalid.class, () -> Json.parse(json)).what();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":          | it ends before it is complete.",
        "{\"a\": [1, 2    | it ends before it is complete.",
        "\"abc           | it ends before it is complete.",
        "{\"a\": NaN}     | 'NaN' cannot stand there.",
        "{\"a\": yes}     | 'yes' cannot stand there.",
        "{a: 1}         | column 2: 'a' cannot stand there.",
        "[1 2]          | '2' cannot stand there.",
        "[1, ]          | column 5: ']' cannot stand there.",
        "[01]           | what stands there is not JSON.",
        "{\"a\":1,\"a\":2}  | it has the field 'a' twice.",
        "{} {}          | something follows its end.",
      })
  void whatIsWrongIsToldInOurOwnWords(String json, String told) {
    assertThat(problem(json))
        .startsWith("The text is not valid JSON at line 1, column ")
        .endsWith(told);
  }

  @Test
  void nothingOfTheLibraryIsToldWhateverIsSent() {
    String good = "{\"a\": [1, -2.5e3, true, null, \"x\\n\\u00e9\"], \"b\": {\"c\": \"d\"}}";
    for (int at = 0; at < good.length(); at++) {
      for (String letter : new String[] {"", "\u0001", "\n", "x", "'", "}", "\\", "+", "/"}) {
        String text = good.substring(0, at) + letter + good.substring(at + 1);
        try {
          Json.parse(text);
        } catch (Invalid e) {
          assertThat(e.what())
              .as(text)
              .doesNotContain("Source:", "Feature", "StreamRead", "was expecting", "expected ");
        }
      }
    }
  }

  @Test
  void whatIsNestedTooDeepIsToldSo() {
    assertThat(problem("[".repeat(5000))).contains("nested too deep").doesNotContain("getMax");
  }
}
