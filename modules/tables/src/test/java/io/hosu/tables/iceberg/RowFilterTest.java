package io.hosu.tables.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions of grants as expressions of the protocol. */
class RowFilterTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "n", Types.LongType.get()),
          Types.NestedField.optional(2, "s", Types.StringType.get()),
          Types.NestedField.optional(3, "b", Types.BooleanType.get()),
          Types.NestedField.optional(4, "d", Types.DateType.get()),
          Types.NestedField.optional(5, "x", Types.DoubleType.get()));

  private static final RowFilter.Names NAMES =
      new RowFilter.Names(SCHEMA, Map.of("was", "s", "gone", "dropped", "n", "x"));

  private static List<Map<Integer, Object>> rows() {
    List<Map<Integer, Object>> rows = new ArrayList<>();
    for (Long n : new Long[] {null, 1L, 2L, 3L}) {
      for (String s : new String[] {null, "EU", "it's"}) {
        for (Boolean b : new Boolean[] {null, true, false}) {
          Map<Integer, Object> row = new HashMap<>();
          row.put(1, n);
          row.put(2, s);
          row.put(3, b);
          row.put(4, n == null ? null : "2020-01-0" + n);
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** As Iceberg's own evaluator has it: a comparison may well hold for what is NULL. */
  private static boolean holds(JsonNode expression, Map<Integer, Object> row) {
    if (expression.isBoolean()) {
      return expression.asBoolean();
    }
    String type = expression.path("type").asText();
    return switch (type) {
      case "and" -> holds(expression.path("left"), row) && holds(expression.path("right"), row);
      case "or" -> holds(expression.path("left"), row) || holds(expression.path("right"), row);
      case "is-null" -> value(expression.path("child"), row) == null;
      case "not-null" -> value(expression.path("child"), row) != null;
      default -> compares(type, value(expression.path("left"), row), literal(expression));
    };
  }

  private static @Nullable Object value(JsonNode reference, Map<Integer, Object> row) {
    return row.get(reference.path("id").asInt());
  }

  private static Object literal(JsonNode expression) {
    JsonNode value = expression.path("right").path("value");
    return value.isBoolean()
        ? value.asBoolean()
        : value.isNumber() ? value.asLong() : value.asText();
  }

  @SuppressWarnings("unchecked")
  private static boolean compares(String type, @Nullable Object value, Object literal) {
    int order = value == null ? -1 : ((Comparable<Object>) value).compareTo(literal);
    return switch (type) {
      case "eq" -> Objects.equals(value, literal);
      case "not-eq" -> !Objects.equals(value, literal);
      case "lt" -> order < 0;
      case "lt-eq" -> order <= 0;
      case "gt" -> order > 0;
      case "gt-eq" -> order >= 0;
      default -> throw new IllegalArgumentException(type);
    };
  }

  /** How many of the 36 rows meet a condition, and for how many it is FALSE, by SQL's rules. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "n = 1 | 9 | 18",
        "n <> 1 | 18 | 9",
        "NOT n = 1 | 18 | 9",
        "n < 2 | 9 | 18",
        "2 > n | 9 | 18",
        "n IN (1, 3) | 18 | 9",
        "n NOT IN (1, 3) | 9 | 18",
        "n NOT IN (1, NULL) | 0 | 9",
        "n = NULL | 0 | 0",
        "NOT (n = NULL) | 0 | 0",
        "n IS NULL | 9 | 27",
        "n IS NOT NULL | 27 | 9",
        "n BETWEEN 2 AND 3 | 18 | 9",
        "n NOT BETWEEN 2 AND 3 | 9 | 18",
        "s = 'it''s' | 12 | 12",
        "\"S\" != 'EU' | 12 | 12",
        "b | 12 | 12",
        "NOT b | 12 | 12",
        "b = false OR n = 1 | 18 | 6",
        "n = 1 AND s = 'EU' OR b | 14 | 8",
        "n = 1 AND (s = 'EU' OR b) | 5 | 20",
        "n = '2' | 9 | 18",
        "d >= DATE '2020-01-02' | 18 | 9",
        "d >= '2020-01-02' AND true | 18 | 9",
        "false | 0 | 36",
      })
  void anExpressionHoldsForTheRowsForWhichTheConditionIsTrue(String sql, int met, int failed)
      throws Exception {
    JsonNode where = RowFilter.where(NAMES, sql);
    JsonNode whereFalse = RowFilter.whereFalse(NAMES, sql);
    assertThat(rows().stream().filter(row -> holds(where, row)).count()).isEqualTo(met);
    assertThat(rows().stream().filter(row -> holds(whereFalse, row)).count()).isEqualTo(failed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lower(s) = 'eu'",
        "s LIKE 'E%'",
        "s < 'EU'",
        "n = s",
        "n + 1 = 2",
        "n = 1.5",
        "n = 'one'",
        "x = 1",
        "b = 'true'",
        "s = 1",
        "gone = 1",
        "n = 1 n = 2",
        "(n = 1",
        "CASE WHEN b THEN true END",
        "n = 99999999999999999999",
        "d = '2020-02-31'",
        "s = 'EU' COLLATE nocase",
        "1"
      })
  void whatHasNoExpressionIsRefused(String sql) {
    assertThatThrownBy(() -> RowFilter.where(NAMES, sql))
        .isInstanceOf(RowFilter.Inexpressible.class);
  }

  @Test
  void aFormerNameStandsForTheColumnThatHadItUnlessAnotherHasItNow() throws Exception {
    assertThat(RowFilter.where(NAMES, "WAS = 'EU'")).isEqualTo(RowFilter.where(NAMES, "s = 'EU'"));
    assertThat(RowFilter.where(NAMES, "n = 1").findValuesAsText("id")).containsOnly("1");
    assertThatThrownBy(() -> RowFilter.where(NAMES, "gone = 1"))
        .isInstanceOf(RowFilter.Inexpressible.class);
  }
}
