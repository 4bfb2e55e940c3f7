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

  private final Sql sql;
  private final ReadOptions options;
  private final List<PlainFile> files;
  private final CsvHead head;
  private final int number;
  private final Rejects rejects;
  private Map<String, String> types;
  private boolean kept;
  private Map<Integer, Set<Long>> rejectedLines = Map.of();

  CsvGroup(
      Sql sql,
      ReadOptions options,
      List<PlainFile> files,
      CsvHead head,
      int number,
      Rejects rejects,
      List<ReadHint> hints)
      throws SQLException {
    this.sql = sql;
    this.options = options;
    this.files = files;
    this.head = head;
    this.number = number;
    this.rejects = rejects;
    this.types = known(hints);
    checkDeclared();
    infer(" LIMIT " + options.sampleRows(), true);
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
            "Object %s has no column '%s', which the stage declares%s."
                .formatted(object, name, Suggestions.didYouMean(name, head.names())),
            "Its columns are %s: correct the object or the stage.".formatted(head.names()),
            Place.inObject(object, 1, String.join(head.delimiter(), head.names())));
      }
    }
  }

  /** Infers unknown types, or all that were not declared. */
  private void infer(String limit, boolean onlyUnknown) throws SQLException {
    List<String> wanted =
        head.names().stream()
            .filter(name -> !options.columns().containsKey(name))
            .filter(name -> !onlyUnknown || CsvTypes.UNKNOWN.equals(types.get(name)))
            .toList();
    String texts = "SELECT * FROM " + call(asTexts(), quarantine() ? ", ignore_errors=true" : "");
    List<String> found = CsvTypes.infer(sql, texts + limit, wanted, quarantine() ? MOST : 1);
    Map<String, String> now = new LinkedHashMap<>(types);
    for (int i = 0; i < wanted.size(); i++) {
      now.put(wanted.get(i), found.get(i));
    }
    types = now;
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
    return "read_csv(%s, auto_detect=false, delim=%s, quote=%s, escape=%s, header=%s, skip=%d, columns=%s, nullstr=%s, max_line_size=%d%s)"
        .formatted(
            Quote.texts(files.stream().map(PlainFile::path).toList()),
            Quote.text(head.delimiter()),
            Quote.text(quote),
            Quote.text(quote.isEmpty() ? "" : String.valueOf(escape())),
            options.dialect().header(),
            head.skip(),
            declared,
            Quote.text(nullText == null ? "" : nullText),
            options.maxRecordBytes(),
            more);
  }

  private char escape() {
    String escape = options.dialect().escape();
    return escape == null || escape.isEmpty() ? CsvHead.quote(options) : escape.charAt(0);
  }

  @Override
  public List<PlainFile> files() {
    return files;
  }

  @Override
  public String rows() throws SQLException {
    if (!quarantine()) {
      return "SELECT * FROM " + call(types, "");
    }
    keep();
    return "SELECT * EXCLUDE (__file) FROM " + rowsTable();
  }

  @Override
  public String tracedRows() throws SQLException {
    if (!quarantine()) {
      return "SELECT *, file_index AS __file FROM " + call(types, "");
    }
    keep();
    return "SELECT * FROM " + rowsTable();
  }

  /** Which rows are bad depends on the columns that are read: so all are read, once. */
  private void keep() throws SQLException {
    if (kept) {
      return;
    }
    String more =
        ", store_rejects=true, rejects_limit=0, rejects_table='__errors_%d', rejects_scan='__scans_%d'"
            .formatted(number, number);
    sql.run(
        "CREATE OR REPLACE TEMP TABLE %s AS SELECT *, file_index AS __file FROM %s"
            .formatted(rowsTable(), call(types, more)));
    rejectedLines = new HashMap<>();
    sql.list(
            "SELECT s.file_path, e.line, e.csv_line, e.error_type::VARCHAR, e.error_message FROM __errors_%d e JOIN __scans_%d s USING (scan_id, file_id) ORDER BY e.file_id, e.line, e.column_idx"
                .formatted(number, number),
            row ->
                new CsvError(
                    row.getString(1),
                    row.getLong(2),
                    Optional.ofNullable(row.getString(3)).orElse(""),
                    row.getString(4),
                    row.getString(5)))
        .forEach(this::reject);
    rejects.flush();
    kept = true;
  }

  private void reject(CsvError error) {
    int file = files.stream().map(f -> f.path().toString()).toList().indexOf(error.path());
    if (rejectedLines.computeIfAbsent(file, _ -> new HashSet<>()).add(error.recordLine())) {
      rejects.add(files.get(file).object(), error.recordLine(), error.text(), error.reason());
    }
  }

  private String rowsTable() {
    return "__rows_" + number;
  }

  @Override
  public boolean knowsLines() {
    return false;
  }

  @Override
  public List<LineRuns> lines() throws IOException {
    List<LineRuns> lines = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      LineRuns all =
          RecordLines.csv(
              files.get(i).path(),
              head.delimiter().charAt(0),
              CsvHead.quote(options),
              escape(),
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
  public Optional<ReadHint> hint() {
    return Optional.of(
        new ReadHint(
            FileFormat.CSV,
            head.delimiter(),
            types.entrySet().stream().map(e -> new Column(e.getKey(), e.getValue())).toList()));
  }
}
