package io.hosu.query;

import io.hosu.governance.Mask;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether masks fit the type of the column that they stand for. */
final class MaskFit {
  private static final Set<String> DAYS =
      Set.of(
          "DATE",
          "DATETIME",
          "TIMESTAMP",
          "TIMESTAMPTZ",
          "TIMESTAMP_S",
          "TIMESTAMP_MS",
          "TIMESTAMP_NS",
          "TIMESTAMP WITH TIME ZONE");
  private static final Set<String> NUMBERS =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INT",
          "INTEGER",
          "LONG",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT",
          "FLOAT",
          "REAL",
          "DOUBLE",
          "DECIMAL",
          "NUMERIC");

  private MaskFit() {}

  /**
   * Why a mask does not fit a column, in a sentence; none when it fits, or its type is not known.
   *
   * @param types the columns by name, with their types
   */
  static List<String> misfits(String column, Mask mask, Map<String, String> types) {
    String type = type(column, types);
    if (type == null) {
      return List.of();
    }
    String kind = type.replaceFirst("\\(.*", "").strip().toUpperCase(Locale.ROOT);
    return switch (mask) {
      case Mask.Year _, Mask.Month _ -> misfit(DAYS.contains(kind), mask, type, "dates");
      case Mask.Range _ -> misfit(NUMBERS.contains(kind), mask, type, "numbers");
      case Mask.Null _,
          Mask.Constant _,
          Mask.Hash _,
          Mask.Token _,
          Mask.Phone _,
          Mask.Email _,
          Mask.Last _,
          Mask.First _,
          Mask.Sql _ ->
          List.of();
    };
  }

  private static List<String> misfit(boolean fits, Mask mask, String type, String of) {
    return fits
        ? List.of()
        : List.of("%s is of %s, and the column is %s.".formatted(mask, of, type));
  }

  private static @Nullable String type(String column, Map<String, String> types) {
    return types.entrySet().stream()
        .filter(one -> one.getKey().equalsIgnoreCase(column))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }
}
