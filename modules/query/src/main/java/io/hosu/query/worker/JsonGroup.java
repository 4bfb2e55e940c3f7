package io.hosu.query.worker;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.hosu.kernel.Json;
import io.hosu.query.engine.BadRecords;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ReadHint;
import io.hosu.query.engine.ReadOptions;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON texts. All of every text is looked at for keys and types: a key that is rare would otherwise
 * be lost without a word.
 */
final class JsonGroup implements InputGroup {
  private static final String ANY = "JSON";
  private static final ReadHint READ_AS = new ReadHint(FileFormat.JSON_LINES, "", List.of());

  private final Sql sql;
  private final ReadOptions options;
  private final List<PlainFile> files;
  private final List<LineRuns> sifted = new ArrayList<>();
  private final Rejects rejects;
  private List<String> valueless = List.of();
  private @Nullable String call;
  private Wanted wanted;
  private boolean changedByWish;

  /**
   * Sifts the records in quarantine.
   *
   * @param files of one format, which are replaced by their sifted copies
   * @param wanted types that they had before
   */
  JsonGroup(Sql sql, ReadOptions options, List<PlainFile> files, Rejects rejects, Wanted wanted) {
    this.wanted = wanted;
    this.sql = sql;
    this.options = options;
    this.files = files;
    this.rejects = rejects;
  }

  /** The file without its bad records, in quarantine and when each record has its line. */
  static PlainFile sifted(
      PlainFile file, Path copy, ReadOptions options, Rejects rejects, LineRuns lines)
      throws IOException, SQLException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file.path()), 1 << 16);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16)) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      long line = 1;
      long length = 0;
      for (int b = in.read(); b >= 0 || length > 0; b = in.read()) {
        if (b >= 0 && b != '\n') {
          if (++length <= options.maxRecordBytes()) {
            record.write(b);
          }
          continue;
        }
        sift(file, record, line++, length, options, rejects, lines, out);
        record.reset();
        length = 0;
      }
    }
    return file.at(copy);
  }

  private static void sift(
      PlainFile file,
      ByteArrayOutputStream record,
      long line,
      long length,
      ReadOptions options,
      Rejects rejects,
      LineRuns lines,
      OutputStream out)
      throws IOException, SQLException {
    String text = record.toString(StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return;
    }
    String wrong =
        length > options.maxRecordBytes()
            ? "It is longer than the %d bytes that a record may have."
                .formatted(options.maxRecordBytes())
            : mistake(text);
    if (wrong.isEmpty()) {
      record.writeTo(out);
      out.write('\n');
      lines.add(file.origin().of(line));
    } else {
      rejects.add(
          file, line, length > options.maxRecordBytes() ? text : text.strip(), wrong, READ_AS);
    }
  }

  /** What is wrong with a record; empty when nothing is. */
  private static String mistake(String text) {
    if (text.indexOf('\uFFFD') >= 0) {
      return "It is not text in UTF-8.";
    }
    try (JsonParser parser = Json.mapper().createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "It is not a JSON object.";
      }
      parser.skipChildren();
      return parser.nextToken() == null ? "" : "Something follows the JSON object on its line.";
    } catch (JsonProcessingException e) {
      return "It is not valid JSON: %s.".formatted(e.getOriginalMessage());
    } catch (IOException e) {
      return "It is not valid JSON: %s.".formatted(e.getMessage());
    }
  }

  /** The first line of JSON lines that is not what it should be; 1 when all are. */
  static long firstBadLine(Path file) throws IOException {
    try (java.io.BufferedReader lines =
        Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      long number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !mistake(line).isEmpty()) {
          return number;
        }
        number++;
      }
      return 1;
    }
  }

  /** The line at which a text stops being JSON; 1 when it is JSON. */
  static long lineOfMistake(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        JsonParser parser = Json.mapper().createParser(in)) {
      while (parser.nextToken() != null) {
        // Only where it stops matters.
      }
      return 1;
    } catch (JsonProcessingException e) {
      return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }
  }

  /** The lines of a sifted file, in the order of the files. */
  void know(LineRuns lines) {
    sifted.add(lines);
  }

  @Override
  public List<PlainFile> files() {
    return files;
  }

  @Override
  public String rows() throws SQLException {
    return rows("");
  }

  @Override
  public String tracedRows() throws SQLException {
    return rows(", file_index AS __file");
  }

  private String rows(String more) throws SQLException {
    String from = source();
    String nothing =
        valueless.stream()
            .map(name -> "NULL AS " + Quote.name(name))
            .collect(Collectors.joining(", "));
    String replaced = nothing.isEmpty() ? "" : " REPLACE (%s)".formatted(nothing);
    return "SELECT *%s%s FROM %s".formatted(replaced, more, from);
  }

  private String source() throws SQLException {
    rejects.flush();
    if (call == null) {
      String columns = options.columns().isEmpty() ? inferred() : declared();
      call = call(", columns=" + columns);
    }
    return call;
  }

  private String inferred() throws SQLException {
    List<Column> shown = found(files);
    requireNames(shown);
    List<Column> found =
        shown.stream()
            .map(column -> new Column(column.name(), wanted.type(column.name(), column.type())))
            .toList();
    changedByWish = !found.equals(shown);
    String source = call(", columns=" + struct(found));
    valueless = valueless(found, source);
    List<Column> read = new ArrayList<>();
    for (Column column : found) {
      read.add(isOfTexts(column, source) ? new Column(column.name(), "VARCHAR") : column);
    }
    return struct(read);
  }

  /**
   * Whether a key has texts beside numbers or truth values: DuckDB finds it of the type for any
   * value, in which a text has its quotation marks. Beside lists and objects it needs them.
   */
  private boolean isOfTexts(Column column, String source) throws SQLException {
    return column.type().equals(ANY)
        && !valueless.contains(column.name())
        && sql.number(
                "SELECT count(*) FROM (SELECT 1 FROM %s WHERE json_type(%s) IN ('OBJECT', 'ARRAY') LIMIT 1)"
                    .formatted(source, Quote.name(column.name())))
            == 0;
  }

  private List<Column> found(List<PlainFile> some) throws SQLException {
    String looking =
        call(
            some,
            ", union_by_name=true, sample_size=-1, map_inference_threshold=-1, field_appearance_threshold=0, maximum_sample_files=2147483647");
    return sql.list(
        "DESCRIBE SELECT * FROM " + looking,
        row -> new Column(row.getString("column_name"), row.getString("column_type")));
  }

  private void requireNames(List<Column> found) throws SQLException {
    List<String> names = names(found);
    if (names.size() <= ColumnNames.MAX && ColumnNames.reserved(names).isEmpty()) {
      return;
    }
    for (PlainFile file : files) {
      ColumnNames.check(names(found(List.of(file))), file.object());
    }
    ColumnNames.check(names, files.getFirst().object());
  }

  private static List<String> names(List<Column> columns) {
    return columns.stream().map(Column::name).toList();
  }

  /** Keys that never have a value are read as the type for any value, and have no type at all. */
  private List<String> valueless(List<Column> found, String source) throws SQLException {
    List<String> names = new ArrayList<>();
    for (Column column : found) {
      if (column.type().equals(ANY)
          && sql.number(
                  "SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s IS NOT NULL LIMIT 1)"
                      .formatted(source, Quote.name(column.name())))
              == 0) {
        names.add(column.name());
      }
    }
    return names;
  }

  private String declared() {
    ColumnNames.check(options.columns().keySet(), files.getFirst().object());
    return struct(
        options.columns().entrySet().stream()
            .map(e -> new Column(e.getKey(), e.getValue()))
            .toList());
  }

  private static String struct(List<Column> columns) {
    return columns.stream()
        .map(column -> Quote.text(column.name()) + ": " + Quote.text(column.type()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private String call(String more) {
    return call(files, more);
  }

  private String call(List<PlainFile> some, String more) {
    boolean byLine = files.getFirst().format() == FileFormat.JSON_LINES;
    return "read_json(%s, format='%s', records='true', maximum_object_size=%d%s)"
        .formatted(
            Quote.texts(some.stream().map(PlainFile::path).toList()),
            byLine ? "newline_delimited" : "auto",
            options.maxRecordBytes(),
            more);
  }

  @Override
  public Optional<String> textRows() {
    return Optional.empty();
  }

  @Override
  public boolean knowsLines() {
    return false;
  }

  @Override
  public List<LineRuns> lines() throws IOException {
    if (!sifted.isEmpty()) {
      return sifted;
    }
    List<LineRuns> lines = new ArrayList<>();
    for (PlainFile file : files) {
      lines.add(
          file.origin()
              .of(
                  file.format() == FileFormat.JSON_LINES
                      ? RecordLines.jsonLines(file.path())
                      : RecordLines.json(file.path())));
    }
    return lines;
  }

  @Override
  public boolean refit() {
    return false;
  }

  @Override
  public boolean forgetWanted() {
    boolean had = changedByWish;
    wanted = Wanted.NOTHING;
    changedByWish = false;
    call = had ? null : call;
    return had;
  }

  @Override
  public Optional<ReadHint> hint() {
    return Optional.empty();
  }

  /** Whether records of these options are sifted one by one. */
  static boolean sifts(ReadOptions options, FileFormat format) {
    return options.badRecords() == BadRecords.QUARANTINE && format == FileFormat.JSON_LINES;
  }
}
