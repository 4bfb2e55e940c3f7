package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
  /** From what discloses least to what discloses most. */
  private static final List<String> IN_ORDER =
      List.of(
          "null",
          "constant(a)",
          "constant(b)",
          "hash",
          "token",
          "year",
          "month",
          "range(1000)",
          "range(10)",
          "phone",
          "email",
          "last(2)",
          "last(4)",
          "first(1)",
          "first(3)",
          "sql(lower(a))",
          "sql(upper(a))");

  @Test
  void masksHaveOneOrderByHowMuchTheyDisclose() {
    List<Mask> masks = new ArrayList<>(IN_ORDER.stream().map(Mask::parse).toList());
    Collections.shuffle(masks, new Random(3));
    assertThat(masks.stream().sorted().map(Mask::toString)).containsExactlyElementsOf(IN_ORDER);
  }

  @Test
  void masksReadBackWhatTheyPrint() {
    for (String text : IN_ORDER) {
      assertThat(Mask.parse(text)).hasToString(text);
    }
    assertThat(Mask.parse(" last( 4 ) ")).hasToString("last(4)");
    assertThat(Mask.parse("constant(a (b) c)")).isEqualTo(new Mask.Constant("a (b) c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lasst(4)      | did you mean 'last'?",
        "last          | needs a number",
        "last(0)       | whole number from 1 to 1000",
        "last(x)       | whole number",
        "range(-1)     | whole number",
        "hash(x)       | takes nothing in parentheses",
        "constant      | needs its text",
        "sql           | needs its expression",
        "sql(a))       | closes a ')' that is not open",
        "last(4        | does not end with ')'",
        "none          | is not a mask"
      })
  void whatIsNoMaskIsRefusedWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> Mask.parse(text))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "region = principal.region",
        "a = 'it''s; -- not a comment'",
        "\"odd; name\" > 1 AND (b IN (1, 2) OR c[1] = {'k': 2}['k'])",
        "a - b > 1 / 2"
      })
  void oneExpressionIsACondition(String sql) {
    assertThat(Condition.parse(" " + sql + "\n")).hasToString(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 = 1) OR (1 = 1",
        "a = 1 -- x",
        "a /* x */ = 1",
        "a = 1; DROP TABLE t",
        "a = 'x",
        "\"a = 1",
        "a = $$x$$",
        "a = E'\\''",
        "a = e' OR '1'='1'",
        "(a = 1",
        "a = [1)",
        "a = ?"
      })
  void whatReachesOutOfItsParenthesesIsNoCondition(String sql) {
    assertThatThrownBy(() -> Condition.parse(sql)).isInstanceOf(Invalid.class);
  }

  @Test
  void eachDomainHasAHashKeyOfItsOwnWhichLastsAsLongAsTheRootKey(@TempDir Path data)
      throws Exception {
    try (Database database =
        Databases.temporary(TestDatabase.SQLITE.newUrl(data), GovernanceMigrations.all())) {
      MaskKeys keys = keys(data, database);
      assertThat(keys.hashKey("air")).hasSize(32).isEqualTo(keys(data, database).hashKey("air"));
      assertThat(keys.hashKey("air")).isNotEqualTo(keys.hashKey("sea"));
      byte[] root = Files.readAllBytes(data.resolve("root.key"));
      assertThat(Stream.of(keys.hashKey("air"), keys.hashKey(""))).doesNotContain(root);
      Files.delete(data.resolve("root.key"));
      assertThat(keys(data, database).hashKey("air")).isNotEqualTo(keys.hashKey("air"));
    }
  }

  private static MaskKeys keys(Path data, Database database) {
    return new MaskKeys(RootKey.open(data, database, new SecureRandom()));
  }
}
