package io.hosu.pipelines;

import io.hosu.kernel.ObjectName;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.ReadOptions;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.LineageInput;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Records that an execution takes out of quarantine, in files.
 *
 * @param redrive what was asked for
 * @param now the quarantine table that they are taken out of
 * @param rows how many they are
 * @param gone how many of those that were meant are there no more
 * @param records the files that stand for objects
 * @param ids the file that says which rows of the table they are
 * @param objects the versions of objects that they are of
 * @param sources the executions that set them aside
 */
record ChosenRecords(
    Redrive redrive,
    ScanPlan now,
    long rows,
    long gone,
    RecordFiles.Written records,
    List<Path> ids,
    List<OfObject> objects,
    List<String> sources) {
  /** The relation that is the rows that leave the table. */
  private static final String REDRIVEN = "redriven";

  private static final int TOLD = 5;

  ChosenRecords {
    ids = List.copyOf(ids);
    objects = List.copyOf(objects);
    sources = List.copyOf(sources);
  }

  /**
   * Records of an object.
   *
   * @param version empty where it is not known
   * @param line where the first of them stood
   */
  record OfObject(String object, String version, long records, long line) {}

  /** Takes them out of the relation {@code batch}; {@code directory} is the session's output. */
  static ChosenRecords of(
      Redrive redrive, Choosing.Chosen chosen, Path directory, ReadOptions.Dialect dialect) {
    try {
      Path rows = directory.resolve("chosen.ndjson");
      chosen.write(
          "SELECT object, version, read_as, line, text",
          " ORDER BY object, version, read_as, line, _row",
          rows);
      List<OfObject> objects =
          chosen
              .rows(
                  "SELECT object, coalesce(version, '') AS version, count(*) AS n, min(line) AS line",
                  " GROUP BY ALL ORDER BY object, version")
              .stream()
              .map(row ->
                  new OfObject(
                      row.path("object").asText(),
                      row.path("version").asText(),
                      row.path("n").asLong(),
                      row.path("line").asLong()))
              .toList();
      return new ChosenRecords(
          redrive,
          chosen.now(),
          chosen.rows(),
          chosen.gone(),
          RecordFiles.write(rows, directory, dialect),
          ids(chosen, Files.createDirectories(directory.resolve("ids"))),
          objects,
          chosen.rows("SELECT DISTINCT source", " ORDER BY source").stream()
              .map(row -> row.path("source").asText())
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> ids(Choosing.Chosen chosen, Path directory) {
    WriteRequest.Target row =
        new WriteRequest.Target(QuarantineSql.ROW, Sql.name(QuarantineSql.ROW), "VARCHAR");
    WriteResult result =
        chosen
            .session()
            .write(
                "SELECT _row FROM batch WHERE here",
                _ ->
                    new WriteRequest(
                        List.of(row),
                        "",
                        List.of(),
                        List.of(),
                        directory,
                        WriteRequest.STANDARD_FILE_BYTES));
    return result.files().stream()
        .map(file -> Path.of(FileStatistics.fromJson(file).path()))
        .toList();
  }

  /** How they are read: each file has its header, and what is still bad goes back. */
  static ReadOptions options(ReadOptions declared) {
    ReadOptions.Dialect dialect = declared.dialect();
    return declared
        .with(io.hosu.query.engine.BadRecords.QUARANTINE)
        .with(
            new ReadOptions.Dialect(
                dialect.delimiter(),
                dialect.quote(),
                dialect.escape(),
                true,
                null,
                dialect.nullText()));
  }

  /** The relation of the rows that leave the table. */
  EngineView view() {
    String files = Sql.texts(ids.stream().map(Path::toString).toList());
    return new EngineView(
        List.of(REDRIVEN), "SELECT _row FROM read_parquet(%s)".formatted(files), ids);
  }

  /** The condition that is true of the rows that leave the table. */
  static String leaving() {
    return "_row IN (SELECT _row FROM %s)".formatted(REDRIVEN);
  }

  long bytes() {
    return records.bytes();
  }

  List<ExecutionInput> inputs() {
    List<ExecutionInput> inputs = new ArrayList<>();
    inputs.add(
        new ExecutionInput(
            ExecutionInput.Kind.TABLE, redrive.table().toString(), snapshot(), now.bytes()));
    objects.forEach(one ->
        inputs.add(
            new ExecutionInput(ExecutionInput.Kind.RECORDS, one.object(), one.version(), 0)));
    return inputs;
  }

  private String snapshot() {
    return now.snapshot().isPresent() ? Long.toString(now.snapshot().getAsLong()) : "";
  }

  List<LineageInput> lineage() {
    List<LineageInput> inputs = new ArrayList<>();
    objects.stream()
        .filter(one -> !one.version().isEmpty())
        .forEach(
            one -> inputs.add(LineageInput.object(ObjectName.parse(one.object()), one.version())));
    now.snapshot().ifPresent(snapshot -> inputs.add(LineageInput.table(redrive.table(), snapshot)));
    return inputs;
  }

  /** The outcome where none of them is in quarantine any more. */
  NothingPrepared nothing() {
    String why =
        gone == 0
            ? "No record in %s is chosen.".formatted(redrive.table())
            : "None of the %d chosen records is in %s any more.".formatted(gone, redrive.table());
    return new NothingPrepared(inputs(), List.of(why));
  }

  /** What a reader of the execution should know. */
  String told() {
    String of =
        objects.stream()
            .limit(TOLD)
            .map(one ->
                "%s (%s)"
                    .formatted(
                        one.object(),
                        one.records() == 1
                            ? "line " + one.line()
                            : one.records() + " from line " + one.line()))
            .collect(Collectors.joining(", "));
    String more =
        objects.size() > TOLD ? " and %d more objects".formatted(objects.size() - TOLD) : "";
    return "Out of %s at snapshot %d, as %s asked: %s of %s%s.%s"
        .formatted(
            redrive.table(),
            redrive.snapshot(),
            redrive.madeBy(),
            rows == 1 ? "1 record" : rows + " records",
            of,
            more,
            gone == 0 ? "" : " %d more were there no longer.".formatted(gone));
  }
}
