package io.hosu.delivery;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a text must be written.
 *
 * @param what what people call such a text, with the article
 * @param remedy how to write it, with examples
 * @param pattern a regular expression that the whole text must match, in the part of the language
 *     that Java and JSON Schema share; null: any text
 * @param words the only texts allowed; empty: any that match
 * @param anyScalar whether numbers, true and false count as texts too
 */
record TextForm(
    String what, String remedy, @Nullable Pattern pattern, List<String> words, boolean anyScalar) {
  private static final String WORD = "[a-z][a-z0-9_]{0,62}";
  private static final String PERSON = "[a-z][a-z0-9_.@-]{0,191}";
  private static final String COLUMN = "[A-Za-z_][A-Za-z0-9_]{0,127}";

  static final TextForm ANY =
      new TextForm("a text", "Write a text; put quotes around numbers.", null, List.of(), false);
  static final TextForm VALUE =
      new TextForm("a value", "Write a text, a number, true or false.", null, List.of(), true);
  static final TextForm NAME =
      of(
          "a name",
          WORD,
          "Use a small letter, then small letters, digits and _, at most 63 in all.");
  static final TextForm LAKE_NAME =
      of(
          "a name",
          "[A-Za-z][A-Za-z0-9_-]{0,62}",
          "Use a letter, then letters, digits, _ and -, at most 63 in all.");
  static final TextForm DURATION =
      of(
          "a duration",
          "\\d{1,9}(\\.\\d{1,9})?\\s*(ms|s|m|h|d)",
          "Write a number and one of ms, s, m, h, d: 250ms, 1.5s, 15m, 2h, 7d.");
  static final TextForm SIZE =
      of(
          "a size",
          "\\d{1,9}(\\.\\d{1,9})?\\s*(B|KB|MB|GB|TB)",
          "Write a number and one of B, KB, MB, GB, TB: 128MB, 1.5GB.");
  static final TextForm TOLERANCE =
      new TextForm(
          "a share or a number of records",
          "Write a share up to 100%, as 5% or 0.1%, or a number, as 20.",
          Pattern.compile("\\d{1,9}|\\d{1,3}(\\.\\d{1,6})?\\s*%"),
          List.of(),
          true);
  static final TextForm FORMAT_VERSION =
      new TextForm(
          "a version of Iceberg's format",
          "Write 2 or 3.",
          Pattern.compile("[23]"),
          List.of(),
          true);
  static final TextForm OWNER =
      of(
          "the owner of a domain",
          ".*\\S.*",
          "Write it as the domain.yaml of the team's domains does.");
  static final TextForm SCHEDULE =
      of(
          "a schedule",
          "(cron|rate|at)\\(.*\\)|(\\S+\\s+){4}\\S+",
          "Write rate(5 minutes), cron(0 6 * * ? *), at(2026-11-25T18:00:00) or five fields of"
              + " cron.");
  static final TextForm TABLE =
      of(
          "the name of a table",
          WORD + "\\." + WORD + "(\\." + WORD + ")?",
          "Write layer.table, or domain.layer.table for a table of another domain.");
  static final TextForm OWN_TABLE =
      of(
          "the name of a table of this domain",
          WORD + "\\." + WORD,
          "Write layer.table, for example stage.orders.");
  static final TextForm OBJECTS =
      of(
          "a glob of objects",
          "[a-z][a-z0-9_]*/[\\s\\S]+",
          "Write LAYER/KEY with * for a part of a key and ** for any part:"
              + " raw/shop/orders/*.csv.");
  static final TextForm PLACE =
      of(
          "a place of objects",
          "[a-z][a-z0-9_]*/[a-z][a-z0-9_]*(/[^*]*)?",
          "Write LAYER/DOMAIN/FOLDER/, without wildcards: raw/shop/visits/.");
  static final TextForm SQL_FILE =
      of(
          "the name of an SQL file",
          "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\\.sql",
          "Name a file of the folder transforms of the domain, for example clean.sql.");
  static final TextForm COLUMN_NAME =
      of(
          "the name of a column",
          COLUMN,
          "Use a letter or _, then letters, digits and _, at most 128 in all.");
  static final TextForm FIELD_PATH =
      of(
          "the path of a field",
          COLUMN + "(\\." + COLUMN + ")*",
          "Write the names on the way to it, with dots between: address.zip.");
  static final TextForm COLUMN_TYPE =
      of(
          "the type of a column",
          "[A-Za-z][A-Za-z0-9_ ,()<>\\[\\]\"]{0,999}",
          "Write an SQL type: BIGINT, DECIMAL(18, 2), VARCHAR, TIMESTAMP, DOUBLE[].");
  static final TextForm ANY_COLUMN =
      of("the name of a column", ".*\\S.*", "Write the name of a column that the rows have.");
  static final TextForm PARTITION =
      of(
          "a partition field",
          ".*\\S.*",
          "Write a column, year(c), month(c), day(c), hour(c), bucket(16, c) or truncate(4, c).");
  static final TextForm SORT =
      of(
          "a column to sort by",
          ".*\\S.*",
          "Write a column, with asc or desc after it if you like: date desc.");
  static final TextForm PRINCIPAL_NAME =
      of(
          "a name",
          PERSON,
          "Use a small letter, then small letters, digits and _ . @ -, at most 192 in all.");
  static final TextForm PRINCIPAL =
      of(
          "a principal",
          "((user|group|role|service|domain):%s|principal:[\\s\\S]+)".formatted(PERSON),
          "Write user:NAME, group:NAME, role:NAME, service:NAME, domain:NAME for its stages, or"
              + " principal:\"region = EU\".");
  static final TextForm RESOURCE =
      of(
          "what a grant is on",
          "(%1$s(\\.%1$s){0,2}|%1$s/[\\s\\S]*|(pipeline|dataset):%1$s\\.%1$s|tag:[\\s\\S]+)"
              .formatted(WORD),
          "Write lake, DOMAIN, DOMAIN.LAYER, DOMAIN.LAYER.TABLE, LAYER/KEY/,"
              + " dataset:DOMAIN.DATASET, pipeline:DOMAIN.PIPELINE or tag:\"pii = low\".");
  static final TextForm EXPECTATION =
      of(
          "what somebody can or cannot do",
          "\\S+ +(can|cannot) +[A-Z_]+ +\\S+( +(in full|masked|filtered))?",
          "Write WHO can PERMISSION RESOURCE, or cannot; after can, optionally: in full, masked or"
              + " filtered. For example: bob cannot SELECT shop.stage.orders.comment");
  static final TextForm MASK =
      of(
          "a mask",
          "(null|hash|token|year|month|phone|email|(last|first|range)\\([^)]*\\)"
              + "|(constant|sql)\\([\\s\\S]*\\))",
          "Write null, constant(TEXT), hash, token, year, month, range(N), phone, email, last(N),"
              + " first(N) or sql(EXPRESSION).");
  static final TextForm MASKED =
      of(
          "the name of a column, or *",
          ".*\\S.*",
          "Write the name of a column, or * for every column without a mask of its own.");

  static TextForm of(String what, String regex, String remedy) {
    return new TextForm(what, remedy, Pattern.compile(regex), List.of(), false);
  }

  static TextForm words(List<String> words) {
    String all = String.join(", ", words);
    return new TextForm("one of " + all, "Write one of " + all + ".", null, words, false);
  }

  /** What is wrong with {@code text}, to follow the quoted text; nothing when it is right. */
  Optional<String> problem(String text) {
    Pattern form = pattern;
    boolean wrong =
        words.isEmpty() ? form != null && !form.matcher(text).matches() : !words.contains(text);
    return wrong ? Optional.of("is not " + what) : Optional.empty();
  }
}
