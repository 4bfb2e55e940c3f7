package io.hosu.query.worker;

import io.hosu.query.engine.EngineInput;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.InputFile;
import io.hosu.query.engine.ReadHint;
import io.hosu.query.engine.ReadOptions;
import io.hosu.query.engine.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The relation {@code input} over the objects of a batch, and beside it {@value #TRACED}, which has
 * {@code _object} and {@code _line} too.
 */
final class Input {
  /** The relation that SQL is given when it asks for objects and lines. */
  static final String TRACED = "__input";

  private final EngineInput request;
  private final List<PlainFile> files = new ArrayList<>();
  private final List<String> empty = new ArrayList<>();
  private final List<InputGroup> groups = new ArrayList<>();
  private final Unpacking unpacking;
  private final Path directory;
  private @Nullable Rejects rejects;
  private Supposed supposed = Supposed.NOTHING;
  private boolean traced;
  private CsvNumbers numbers = CsvNumbers.SHORT;

  /**
   * Unpacks what is packed.
   *
   * @param directory where copies are made; whoever made it deletes it
   */
  Input(EngineInput request, Path directory, long maxBytes, Converting converting)
      throws IOException {
    this.request = request;
    this.directory = directory;
    this.unpacking = new Unpacking(directory, maxBytes, converting);
    for (InputFile file : request.files()) {
      PlainFile plain = unpacking.plain(file, request.options().dialect().encoding());
      if (plain.isBlank()) {
        empty.add(file.object());
      } else {
        if (isByLine(plain.format())) {
          LongLines.check(plain, request.options().maxRecordBytes());
        }
        files.add(isDelimited(plain) ? settled(plain) : plain);
      }
    }
  }

  private static boolean isDelimited(PlainFile file) {
    return file.format() == FileFormat.CSV || file.format() == FileFormat.TSV;
  }

  private PlainFile settled(PlainFile file) throws IOException {
    Path copy = directory.resolve("text-" + files.size());
    CsvText.Settled settled = CsvText.settled(file, request.options(), copy);
    numbers = numbers.or(settled.numbers());
    return settled.file();
  }

  private boolean isByLine(FileFormat format) {
    return format != FileFormat.PARQUET
        && format != FileFormat.JSON
        && !JsonGroup.sifts(request.options(), format);
  }

  /** The files that DuckDB will open. */
  List<Path> paths() {
    List<Path> paths = new ArrayList<>(files.stream().map(PlainFile::path).toList());
    for (int i = 0; i < files.size(); i++) {
      FileFormat format = files.get(i).format();
      if (format == FileFormat.JSON || format == FileFormat.JSON_LINES) {
        paths.add(sifted(i));
        paths.add(exact(i));
      }
    }
    return paths;
  }

  private Path sifted(int file) {
    return directory.resolve("sifted-" + file);
  }

  private Path exact(int file) {
    return directory.resolve("exact-" + file);
  }

  /** All files, and the copies that stand for them. */
  List<PlainFile> all() {
    return Stream.concat(files.stream(), groups.stream().flatMap(group -> group.files().stream()))
        .toList();
  }

  /** The file that DuckDB knows by this path. */
  Optional<PlainFile> find(String path) {
    return all().stream().filter(file -> file.path().toString().equals(path)).findFirst();
  }

  /** The first JSON text that holds something else than objects. */
  Optional<PlainFile> jsonThatHoldsNoRecords(Sql sql) {
    return files.stream()
        .filter(file -> file.format() == FileFormat.JSON || file.format() == FileFormat.JSON_LINES)
        .filter(file -> !holdsRecords(sql, file))
        .findFirst();
  }

  private static boolean holdsRecords(Sql sql, PlainFile file) {
    try {
      sql.columns(
          "SELECT * FROM read_json(%s, records='true')"
              .formatted(Quote.text(file.path().toString())));
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Makes the relations. */
  void define(Sql sql) throws SQLException, IOException {
    rejects = new Rejects(sql);
    if (!files.isEmpty()) {
      group(sql, rejects);
    }
    if (groups.isEmpty()) {
      defineNothing(sql);
    } else {
      defineRows(sql);
    }
  }

  private void defineNothing(Sql sql) throws SQLException {
    sql.run("CREATE OR REPLACE VIEW input AS " + NoRows.select(request, empty, files.size()));
    sql.run(
        "CREATE OR REPLACE VIEW %s AS SELECT *, NULL::VARCHAR AS _object, NULL::BIGINT AS _line FROM input"
            .formatted(TRACED));
    traced = true;
  }

  private void group(Sql sql, Rejects rejected) throws SQLException, IOException {
    List<PlainFile> same = new ArrayList<>();
    Object shape = "";
    for (PlainFile file : files) {
      Object its = shape(file);
      if (!its.equals(shape) && !same.isEmpty()) {
        close(sql, List.copyOf(same), shape, rejected);
        same.clear();
      }
      shape = its;
      same.add(file);
    }
    close(sql, List.copyOf(same), shape, rejected);
  }

  private Object shape(PlainFile file) throws IOException {
    return isDelimited(file) ? CsvHead.of(file, request.options()) : file.format();
  }

  private void close(Sql sql, List<PlainFile> same, Object shape, Rejects rejected)
      throws SQLException, IOException {
    ReadOptions options = request.options();
    switch (same.getFirst().format()) {
      case CSV, TSV ->
          groups.add(
              new CsvGroup(
                  sql,
                  new CsvGroup.Texts(options, same, (CsvHead) shape, numbers, wanted()),
                  groups.size(),
                  rejected,
                  request.hints()));
      case JSON, JSON_LINES -> json(sql, same, rejected);
      case PARQUET -> groups.add(ParquetGroup.of(sql, same));
      case AVRO, XML, XLSX, ORC -> throw new IllegalStateException("They are JSON by now.");
    }
  }

  private void json(Sql sql, List<PlainFile> same, Rejects rejected)
      throws SQLException, IOException {
    ReadOptions options = request.options();
    List<PlainFile> good = new ArrayList<>();
    List<Path> copies = new ArrayList<>();
    List<LineRuns> lines = new ArrayList<>();
    JsonNumbers found = new JsonNumbers();
    for (PlainFile file : same) {
      int number = files.indexOf(file);
      PlainFile sifted = file;
      if (JsonGroup.sifts(options, file.format())) {
        LineRuns its = new LineRuns();
        sifted = JsonGroup.sifted(file, sifted(number), options, rejected, its);
        lines.add(its);
      }
      if (JsonScan.check(sifted, found) == 0 && lines.isEmpty()) {
        empty.add(file.object());
      } else {
        good.add(sifted);
        copies.add(exact(number));
      }
    }
    if (!good.isEmpty()) {
      List<PlainFile> exact = JsonScan.exact(good, found.keys(), copies);
      JsonGroup group =
          new JsonGroup(sql, options, exact, rejected, wanted().withoutDoubles(found.longs()));
      lines.forEach(group::know);
      groups.add(group);
    }
  }

  private Wanted wanted() {
    return new Wanted(request.wanted());
  }

  private void defineRows(Sql sql) throws SQLException, IOException {
    List<String> parts = new ArrayList<>();
    for (InputGroup group : groups) {
      parts.add(group.rows());
    }
    String rows = supposed.of(String.join(" UNION ALL BY NAME ", parts));
    sql.run("CREATE OR REPLACE VIEW input AS " + rows);
    traced = false;
  }

  /**
   * Gives columns other types, and NULL for values; the columns of earlier calls get theirs back.
   *
   * @param types by name; empty: no type at all
   */
  void suppose(Sql sql, Map<String, String> types) throws SQLException, IOException {
    supposed = supposed.with(types);
    if (!groups.isEmpty()) {
      defineRows(sql);
    }
  }

  /**
   * Adds a column that no record has, with the type of the table's, where the objects may well be
   * without it; whether it was added.
   */
  boolean lacks(Sql sql, String column) throws SQLException, IOException {
    Optional<String> type = AbsentColumns.typeOf(column, request.wanted());
    boolean mayLack =
        type.isPresent()
            && !supposed.absent().containsKey(column)
            && !groups.isEmpty()
            && groups.stream().allMatch(JsonGroup.class::isInstance)
            && isOfTheTable(sql);
    if (mayLack) {
      supposed = supposed.lacking(column, type.orElseThrow());
      defineRows(sql);
    }
    return mayLack;
  }

  /** Records without any column of the table are no sparse ones: they are of another shape. */
  private boolean isOfTheTable(Sql sql) throws SQLException {
    return !supposed.absent().isEmpty()
        || sql.columns("SELECT * FROM input").stream()
            .anyMatch(column -> AbsentColumns.typeOf(column.name(), request.wanted()).isPresent());
  }

  /** Makes the relation {@value #TRACED}, when {@code select} uses it. */
  void trace(Sql sql, String select) throws SQLException, IOException {
    if (traced || !select.contains(TRACED)) {
      return;
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      parts.add(traced(sql, groups.get(i), groups.get(i).tracedRows(), "__lines_" + i));
    }
    sql.run(
        "CREATE OR REPLACE VIEW %s AS %s"
            .formatted(TRACED, supposed.of(String.join(" UNION ALL BY NAME ", parts))));
    traced = true;
  }

  private static String traced(Sql sql, InputGroup group, String rows, String table)
      throws SQLException, IOException {
    String objects = Quote.texts(group.files().stream().map(PlainFile::object).toList());
    String object = "list_extract(%s, r.__file::BIGINT + 1) AS _object".formatted(objects);
    if (group.knowsLines()) {
      return "SELECT r.* EXCLUDE (__file, __line), %s, r.__line AS _line FROM (%s) r"
          .formatted(object, rows);
    }
    keepLines(sql, group.lines(), table);
    return "SELECT r.* EXCLUDE (__file), %s, l.__line AS _line FROM (%s) r POSITIONAL JOIN %s l WHERE r.__file IS NOT NULL"
        .formatted(object, rows, table);
  }

  /** Makes a table of the lines at which records begin. */
  static void keepLines(Sql sql, List<LineRuns> all, String table) throws SQLException {
    sql.run("CREATE OR REPLACE TABLE %s (__line BIGINT)".formatted(table));
    List<String> runs = new ArrayList<>();
    for (LineRuns lines : all) {
      for (int run = 0; run < lines.size(); run++) {
        runs.add("(%d, %d)".formatted(lines.first(run), lines.first(run) + lines.count(run)));
        if (runs.size() == 1000) {
          insertLines(sql, table, runs);
        }
      }
    }
    insertLines(sql, table, runs);
  }

  private static void insertLines(Sql sql, String table, List<String> runs) throws SQLException {
    if (!runs.isEmpty()) {
      sql.run(
          "INSERT INTO %s SELECT unnest(range(a, b)) FROM (VALUES %s) v(a, b)"
              .formatted(table, String.join(", ", runs)));
      runs.clear();
    }
  }

  /**
   * A SELECT of the records with {@code _object} and {@code _line}, one for each shape, that does
   * not convert anything.
   */
  List<String> texts(Sql sql) throws SQLException, IOException {
    List<String> selects = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      InputGroup group = groups.get(i);
      Optional<String> texts = group.textRows();
      selects.add(
          texts.isPresent() && !group.knowsLines()
              ? traced(sql, group, texts.get(), "__lines_" + i)
              : traced(sql, group, group.tracedRows(), "__lines_" + i));
    }
    return selects;
  }

  /** Looks at whole files for types that all values fit; whether the relations changed. */
  boolean refit(Sql sql) throws SQLException, IOException {
    boolean changed = false;
    for (InputGroup group : groups) {
      changed |= group.refit();
    }
    if (changed) {
      defineRows(sql);
    }
    return changed;
  }

  /** Gives columns the types that their own values show; whether the relations changed. */
  boolean forgetWanted(Sql sql) throws SQLException, IOException {
    boolean changed = false;
    for (InputGroup group : groups) {
      changed |= group.forgetWanted();
    }
    if (changed) {
      defineRows(sql);
    }
    return changed;
  }

  /** How many records were read ahead of the statements. */
  long kept() {
    return groups.stream().mapToLong(InputGroup::kept).sum();
  }

  /** How the objects are read, in lines for people. */
  List<String> story() {
    return InputStory.of(groups, empty);
  }

  /** What reading showed until now. */
  Reading reading() {
    Set<ReadHint> hints = new LinkedHashSet<>();
    groups.forEach(group -> group.hint().ifPresent(hints::add));
    Rejects found = rejects;
    return new Reading(
        found == null ? 0 : found.count(),
        found == null ? List.of() : found.first(),
        empty,
        List.copyOf(hints));
  }
}
