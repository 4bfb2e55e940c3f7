package io.hosu.query;

import io.hosu.governance.Mask;
import io.hosu.query.engine.VaultSql;
import io.hosu.tables.Sql;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What masks make of a cell, in the engine's SQL; NULL stays NULL. */
final class MaskSql {
  private static final Set<String> DAYS = Set.of("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE");

  private final String cell;
  private final String type;
  private final String domain;
  private final byte[] key;
  private final UnaryOperator<String> expressions;

  /**
   * Masks of one column.
   *
   * @param cell the column, quoted
   * @param domain whose tokens are shown
   * @param key of hashes, for the domain
   * @param expressions makes SQL that an engine may be given of that in a mask
   */
  MaskSql(String cell, String type, String domain, byte[] key, UnaryOperator<String> expressions) {
    this.cell = cell;
    this.type = type;
    this.domain = domain;
    this.key = key.clone();
    this.expressions = expressions;
  }

  /** Whether what a mask makes is a text, whatever the type of the column. */
  static boolean isText(Mask mask) {
    return switch (mask) {
      case Mask.Constant _,
          Mask.Hash _,
          Mask.Token _,
          Mask.Phone _,
          Mask.Email _,
          Mask.Last _,
          Mask.First _ ->
          true;
      case Mask.Null _, Mask.Year _, Mask.Month _, Mask.Range _, Mask.Sql _ -> false;
    };
  }

  /** What is seen under {@code mask}: a text, or of the column's type. */
  String of(Mask mask) {
    String text = "CAST(%s AS VARCHAR)".formatted(cell);
    return switch (mask) {
      case Mask.Null _ -> "NULL";
      case Mask.Constant(String constant) -> Sql.text(constant);
      case Mask.Hash _ -> hash(text);
      case Mask.Token _ -> "%s(%s, %s)".formatted(VaultSql.TOKEN, Sql.text(domain), text);
      case Mask.Year _ -> day("year");
      case Mask.Month _ -> day("month");
      case Mask.Range(long size) ->
          asColumn("floor(TRY_CAST(%s AS DOUBLE) / %d) * %d".formatted(cell, size, size));
      case Mask.Phone _ -> phone(text);
      case Mask.Email _ ->
          "CASE WHEN strpos(%1$s, '@') > 1 THEN left(%1$s, 1) || '***@' || split_part(%1$s, '@', -1) WHEN %1$s IS NOT NULL THEN '***' END"
              .formatted(text);
      case Mask.Last(int n) ->
          shown(text, n, "repeat('*', length(%1$s) - %2$d) || right(%1$s, %2$d)");
      case Mask.First(int n) ->
          shown(text, n, "left(%1$s, %2$d) || repeat('*', length(%1$s) - %2$d)");
      case Mask.Sql sql -> asColumn(expressions.apply(sql.expression().sql()));
    };
  }

  private String asColumn(String value) {
    return "TRY_CAST(%s AS %s)".formatted(value, type);
  }

  /** HMAC in shape: nobody who lacks the key can compute it for a value that he guesses. */
  private String hash(String text) {
    String secret = HexFormat.of().formatHex(key);
    return "CASE WHEN %2$s IS NOT NULL THEN left(sha256('%1$s' || sha256('%1$s' || %2$s)), 32) END"
        .formatted(secret, text);
  }

  private String day(String unit) {
    String when =
        DAYS.contains(type.toUpperCase(Locale.ROOT))
            ? cell
            : "TRY_CAST(%s AS DATE)".formatted(cell);
    return asColumn("date_trunc('%s', %s)".formatted(unit, when));
  }

  /** A text as long as what would be shown of it shows nothing. */
  private static String shown(String text, int characters, String form) {
    return ("CASE WHEN length(%1$s) > %2$d THEN " + form + " ELSE repeat('*', length(%1$s)) END")
        .formatted(text, characters);
  }

  private static String phone(String text) {
    String last = "'^(.*)([0-9][^0-9]*[0-9][^0-9]*)$'";
    return "CASE WHEN regexp_matches(%1$s, %2$s) THEN regexp_replace(regexp_extract(%1$s, %2$s, 1), %3$s, '*', 'g') || regexp_replace(regexp_extract(%1$s, %2$s, 2), %4$s, '*', 'g') ELSE regexp_replace(%1$s, %3$s, '*', 'g') END"
        .formatted(text, last, "'[^-+()/. ]'", "'[^-+()/. 0-9]'");
  }
}
