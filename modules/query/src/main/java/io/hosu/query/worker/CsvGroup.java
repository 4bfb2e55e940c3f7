package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.kernel.Suggestions;
import io.hosu.query.engine.BadRecords;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ReadHint;
import io.hosu.query.engine.ReadOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Delimited texts with the same delimiter and the same columns. */
final class CsvGroup implements InputGroup {
  /** In quarantine, a type that so many values fit is the column's type; the others are bad. */
  private static final double MOST = 0.9;

  private static final int FEW = 500;
  private static final long BUFFER_BYTES = 32L << 20;

  private final Sql sql;
  private final ReadOptions options;
  private final List<PlainFile> files;
  private final CsvHead head;
  private final CsvNumbers numbers;
  private final int number;
  private Wanted wanted;
  private final Rejects rejects;
  private Map<String, String> types;
  private boolean kept;
  private long good;
  private Map<Integer, Set<Long>> rejectedLines = Map.of();

  /**
   * Texts of one shape.
   *
   * @param numbers how long their numbers are
   * @param wanted types that they had before
   */
  record Texts(
      ReadOptions options,
      List<PlainFile> files,
      CsvHead head,
      CsvNumbers numbers,
      Wanted wanted) {}

  CsvGroup(Sql sql, Texts texts, int number, Rejects rejects, List<ReadHint> hints)
      throws SQLException {
    this.sql = sql;
    this.options = texts.options();
    this.files = texts.files();
    this.head = texts.head();
    this.numbers = texts.numbers();
    this.wanted = quarantine() ? Wanted.NOTHING : texts.wanted();
    this.number = number;
    this.rejects = rejects;
    this.types = known(hints);
    checkDeclared();
    int sample = CsvTypes.sample(head.names().size(), options.sampleRows());
    long rows = infer(" LIMIT " + sample, true);
    if (rows == sample && types.containsValue(CsvTypes.UNKNOWN)) {
      // Only all records together show that a column has no value.
      infer("", true);
    }
  }

  private boolean quarantine() {
    return options.badRecords() == BadRecords.QUARANTINE;
  }

  private Map<String, String> known(List<ReadHint> hints) {
    Map<String, String> known = new LinkedHashMap<>();
    head.names().forEach(name -> known.put(name, CsvTypes.UNKNOWN));
    hints.stream()
        .filter(this::fits)
        .forEach(hint -> hint.columns().forEach(column -> known.put(column.name(), column.type())));
    options.columns().forEach((name, type) -> known.replace(name, type));
    return known;
  }

  private boolean fits(ReadHint hint) {
    return hint.format() != FileFormat.JSON
        && hint.delimiter().equals(head.delimiter())
        && hint.columns().stream().map(Column::name).toList().equals(head.names());
  }

  private void checkDeclared() {
    for (String name : options.columns().keySet()) {
      if (!head.names().contains(name)) {
        String object = files.getFirst().object();
        throw new Invalid(
            QueryError.OBJECT_UNREADABLE,
            "Object %s has no column '%s', which the stage declares%s"
                .formatted(object, name, Suggestions.ending(name, head.names())),
            "Its columns are %s: correct the object or the stage.".formatted(head.names()),
            Place.inObject(object, 1, String.join(head.delimiter(), head.names())));
      }
    }
  }

  /** Infers unknown types, or all that were not declared; returns how many records it looked at. */
  private long infer(String limit, boolean onlyUnknown) throws SQLException {
    List<String> looked =
        head.names().stream()
            .filter(name -> !options.columns().containsKey(name))
            .filter(name -> !onlyUnknown || CsvTypes.UNKNOWN.equals(types.get(name)))
            .toList();
    String texts = "SELECT * FROM " + call(asTexts(), quarantine() ? ", ignore_errors=true" : "");
    CsvTypes looking = new CsvTypes(sql, numbers);
    CsvTypes.Found found =
        quarantine()
            ? looking.infer(texts + limit, looked, MOST)
            : looking.inferFast(
                "%s LIMIT %d".formatted(texts, Math.min(FEW, options.sampleRows())),
                texts + limit,
                looked);
    Map<String, String> now = new LinkedHashMap<>(types);
    for (int i = 0; i < looked.size(); i++) {
      now.put(looked.get(i), wanted.type(looked.get(i), found.types().get(i)));
    }
    types = now;
    return found.rows();
  }

  private CsvColumns columns() {
    return new CsvColumns(types, options.columns().keySet(), numbers);
  }

  private Map<String, String> asTexts() {
    Map<String, String> texts = new LinkedHashMap<>();
    types.keySet().forEach(name -> texts.put(name, "VARCHAR"));
    return texts;
  }

  private String call(Map<String, String> columns, String more) {
    String declared =
        columns.entrySet().stream()
            .map(column ->
                Quote.text(column.getKey())
                    + ": "
                    + Quote.text(column.getValue().isEmpty() ? "VARCHAR" : column.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    String quote = CsvHead.quote(options) == 0 ? "" : String.valueOf(CsvHead.quote(options));
    String nullText = options.dialect().nullText();
    return "read_csv(%s, auto_detect=false, delim=%s, quote=%s, escape=%s, header=%s, skip=%d, columns=%s, nullstr=%s, max_line_size=%d, buffer_size=%d%s)"
        .formatted(
            Quote.texts(files.stream().map(PlainFile::path).toList()),
            Quote.text(head.delimiter()),
            Quote.text(quote),
            Quote.text(quote.isEmpty() ? "" : String.valueOf(CsvHead.escape(options))),
            options.dialect().header(),
            head.skip(),
            declared,
            Quote.text(nullText == null ? "" : nullText),
            options.maxRecordBytes(),
            Math.max(BUFFER_BYTES, 2 * options.maxRecordBytes()),
            more);
  }

  @Override
  public List<PlainFile> files() {
    return files;
  }

  @Override
  public String rows() throws SQLException, IOException {
    if (quarantine()) {
      keep();
      return "SELECT %s FROM %s WHERE __bad IS NULL".formatted(columns().names(), table("rows"));
    }
    return "SELECT %s FROM %s".formatted(columns().select(), call(columns().read(), ""));
  }

  @Override
  public String tracedRows() throws SQLException, IOException {
    if (quarantine()) {
      keep();
      return "SELECT %s, __file, __line FROM %s WHERE __bad IS NULL"
          .formatted(columns().names(), table("rows"));
    }
    return "SELECT %s, file_index AS __file FROM %s"
        .formatted(columns().select(), call(columns().read(), ""));
  }

  @Override
  public Optional<String> textRows() {
    return Optional.of("SELECT *, file_index AS __file FROM " + call(asTexts(), ""));
  }

  /**
   * Reads all records as texts, then sifts them: which records DuckDB itself finds bad depends on
   * the columns that are read.
   */
  private void keep() throws SQLException, IOException {
    if (kept) {
      return;
    }
    kept = true;
    List<Found> found = new ArrayList<>();
    Map<Integer, Set<Long>> lines = new HashMap<>();
    for (CsvError error : texts()) {
      int file = paths().indexOf(error.path());
      if (lines.computeIfAbsent(file, _ -> new HashSet<>()).add(error.recordLine())) {
        found.add(new Found(file, error.recordLine(), text(file, error), error.reason()));
      }
    }
    rejectedLines = lines;
    found.addAll(sift());
    found.sort(Comparator.comparingInt(Found::file).thenComparingLong(Found::line));
    ReadHint readAs = readHint(files.getFirst().format());
    for (Found one : found) {
      rejects.add(files.get(one.file()), one.line(), one.text(), one.reason(), readAs);
    }
    rejects.flush();
  }

  /** DuckDB's own text of a record lacks the bytes around those that are not UTF-8. */
  private String text(int file, CsvError error) throws IOException {
    return error.isEncoding()
        ? RecordLines.textOf(files.get(file).path(), error.recordLine(), Rejects.MAX_TEXT + 1)
        : error.whole();
  }

  private List<CsvError> texts() throws SQLException {
    String more =
        ", store_rejects=true, rejects_limit=0, rejects_table='%s', rejects_scan='%s'"
            .formatted(table("errors"), table("scans"));
    sql.run(
        "CREATE OR REPLACE TABLE %s AS SELECT *, file_index AS __file FROM %s"
            .formatted(table("texts"), call(asTexts(), more)));
    return sql.list(
        "SELECT s.file_path, e.line, e.csv_line, e.error_type::VARCHAR, e.error_message FROM %s e JOIN %s s USING (scan_id, file_id) ORDER BY e.file_id, e.line, e.column_idx LIMIT %d"
            .formatted(table("errors"), table("scans"), Rejects.MAX + 1),
        row ->
            new CsvError(
                row.getString(1),
                row.getLong(2),
                Optional.ofNullable(row.getString(3)).orElse(""),
                row.getString(4),
                row.getString(5)));
  }

  private record Found(int file, long line, String text, String reason) {}

  private List<Found> sift() throws SQLException, IOException {
    String lines = table("lines");
    Input.keepLines(sql, runs(), lines);
    String texts =
        "%s t POSITIONAL JOIN %s l WHERE t.__file IS NOT NULL".formatted(table("texts"), lines);
    sql.run(
        "CREATE OR REPLACE TABLE %s AS SELECT %s, __file, __line, %s AS __bad FROM (SELECT %s, __file, __line FROM %s)"
            .formatted(
                table("rows"), columns().names(), columns().firstBad(), columns().tried(), texts));
    List<Found> found =
        sql.list(
            "SELECT __file, __line, %s, list_extract(%s, __bad + 1), list_extract([%s], __bad + 1) FROM %s t JOIN (SELECT rowid AS __row, __bad, __line FROM %s WHERE __bad IS NOT NULL) ON t.rowid = __row ORDER BY __row LIMIT %d"
                .formatted(
                    raw(),
                    Quote.texts(reasons()),
                    Quote.names(types.keySet()),
                    table("texts"),
                    table("rows"),
                    Rejects.MAX + 1),
            row ->
                new Found(
                    row.getInt(1),
                    row.getLong(2),
                    row.getString(3),
                    row.getString(4).formatted(row.getString(5))));
    sql.run("DROP TABLE " + table("texts"));
    good = sql.number("SELECT count(*) FROM %s WHERE __bad IS NULL".formatted(table("rows")));
    return found;
  }

  @Override
  public long kept() {
    return good;
  }

  /** The record as it could be written: quotes are where they have to be. */
  private String raw() {
    return "array_to_string(list_transform([%s], lambda x: %s), %s)"
        .formatted(Quote.names(types.keySet()), written(), Quote.text(head.delimiter()));
  }

  private String written() {
    String nullText = options.dialect().nullText();
    String plain = "coalesce(x, %s)".formatted(Quote.text(nullText == null ? "" : nullText));
    if (CsvHead.quote(options) == 0) {
      return plain;
    }
    String quote = String.valueOf(CsvHead.quote(options));
    String escape = String.valueOf(CsvHead.escape(options));
    String escaped =
        escape.equals(quote)
            ? "x"
            : "replace(x, %s, %s)".formatted(Quote.text(escape), Quote.text(escape + escape));
    return "CASE WHEN contains(x, %1$s) OR contains(x, %2$s) OR contains(x, chr(10)) OR contains(x, chr(13)) THEN concat(%2$s, replace(%3$s, %2$s, %4$s), %2$s) ELSE %5$s END"
        .formatted(
            Quote.text(head.delimiter()),
            Quote.text(quote),
            escaped,
            Quote.text(escape + quote),
            plain);
  }

  private List<String> reasons() {
    return types.entrySet().stream()
        .map(column ->
            "Column '%s' is to be %s, but is \"%%s\"."
                .formatted(column.getKey().replace("%", "%%"), column.getValue()))
        .toList();
  }

  private List<String> paths() {
    return files.stream().map(file -> file.path().toString()).toList();
  }

  private String table(String what) {
    return "__" + what + "_" + number;
  }

  @Override
  public boolean knowsLines() {
    return quarantine();
  }

  @Override
  public List<LineRuns> lines() throws IOException {
    List<LineRuns> runs = runs();
    List<LineRuns> lines = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      lines.add(files.get(i).origin().of(runs.get(i)));
    }
    return lines;
  }

  /** The lines of the files at which records begin that can be told apart. */
  private List<LineRuns> runs() throws IOException {
    List<LineRuns> lines = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      LineRuns all =
          RecordLines.csv(
              files.get(i).path(),
              head.delimiter().charAt(0),
              CsvHead.quote(options),
              CsvHead.escape(options),
              options.dialect().header(),
              head.names().size() == 1);
      lines.add(all.without(rejectedLines.getOrDefault(i, Set.of())));
    }
    return lines;
  }

  @Override
  public boolean refit() throws SQLException {
    if (quarantine()) {
      return false;
    }
    Map<String, String> before = types;
    infer("", false);
    return !types.equals(before);
  }

  @Override
  public boolean forgetWanted() throws SQLException {
    boolean had = wanted != Wanted.NOTHING;
    wanted = Wanted.NOTHING;
    return had && refit();
  }

  @Override
  public Optional<ReadHint> hint() {
    return Optional.of(readHint(FileFormat.CSV));
  }

  private ReadHint readHint(FileFormat format) {
    return new ReadHint(
        format,
        head.delimiter(),
        types.entrySet().stream().map(e -> new Column(e.getKey(), e.getValue())).toList());
  }
}
