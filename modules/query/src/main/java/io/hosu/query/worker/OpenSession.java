package io.hosu.query.worker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.Frames;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.Reading;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.Wire;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.worker.Faults.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The operations of one session. */
final class OpenSession {

  private final SessionRequest request;
  private final Instance instance;
  private final @Nullable Input input;
  private final Frames frames;
  private final Log log;
  private long scanned; // by the SELECT whose rows are kept

  OpenSession(
      SessionRequest request, Instance instance, @Nullable Input input, Frames frames, Log log) {
    this.request = request;
    this.instance = instance;
    this.input = input;
    this.frames = frames;
    this.log = log;
  }

  Instance instance() {
    return instance;
  }

  String key() {
    return request.key();
  }

  /** One operation over a SELECT. */
  private interface Work<T> {
    T run() throws Exception;
  }

  /** Makes the relations. */
  void define() throws Exception {
    guarded(
        "",
        () -> {
          if (input != null) {
            input.define(instance.sql());
          }
          instance.define(request.views());
          return "";
        });
    if (input != null) {
      for (String line : input.story()) {
        log.say(line);
      }
    }
  }

  /** The columns of a SELECT. */
  ObjectNode describe(JsonNode operation) throws Exception {
    String select = operation.path("sql").asText();
    ObjectNode json = Json.object();
    json.set("columns", Wire.columns(refitting(select, () -> instance.sql().columns(select))));
    return json;
  }

  /** Sends the rows of a SELECT. */
  ObjectNode query(JsonNode operation) throws Exception {
    String select = operation.path("sql").asText();
    ResultFormat format = ResultFormat.valueOf(operation.path("format").asText());
    long maxRows = operation.path("rows").asLong();
    long maxBytes = operation.path("bytes").asLong();
    ResultSending sent = new ResultSending(frames);
    instance.knowVault(select);
    return guarded(
        select,
        () ->
            arranged(
                select,
                () -> {
                  Sql sql = instance.sql();
                  if (format == ResultFormat.PARQUET) {
                    Path file = requireNonNull(request.output()).resolve("result.parquet");
                    sent.file(sql, select, file, maxBytes);
                  } else {
                    sql.use(select, select, rows -> sent.rows(rows, format, maxRows, maxBytes));
                  }
                  return sent.outcome();
                }));
  }

  private <T> T arranged(String select, Work<T> work) throws Exception {
    try {
      return settling(() -> {
        instance.arrange(select);
        return work.run();
      });
    } catch (SQLException e) {
      if (Faults.read(e).isWrongSql()) {
        // What was arranged has no columns but those that the text names: others may be meant.
        instance.sql().columns(select);
      }
      throw e;
    }
  }

  /** Makes the relations be as they were, whatever became of {@code work}. */
  private <T> T settling(Work<T> work) throws Exception {
    try {
      return work.run();
    } finally {
      try {
        instance.define(request.views());
      } catch (SQLException e) {
        instance.define(request.views()); // a cancel that comes late stops one statement
      }
    }
  }

  /** Runs a SELECT once and keeps its rows. */
  ObjectNode keep(JsonNode operation) throws Exception {
    String select = operation.path("sql").asText();
    List<String> key = Wire.texts(operation.path("key"));
    List<Column> columns = refitting(select, () -> kept(select, key));
    ObjectNode json =
        Json.object().put("rows", instance.sql().number("SELECT count(*) FROM batch"));
    json.set("columns", Wire.columns(columns));
    json.set("reading", Wire.reading(reading()));
    log.say(
        "read %d rows of objects and tables; computed %d to be merged by %s"
            .formatted(scanned, json.path("rows").asLong(), String.join(", ", key)));
    return json.put("scanned", scanned);
  }

  private List<Column> kept(String select, List<String> key) throws SQLException {
    Sql sql = instance.sql();
    List<Column> columns = sql.columns(select);
    sql.run("CREATE OR REPLACE TABLE __batch AS " + select);
    scanned = scanned();
    sql.run("DROP VIEW IF EXISTS batch");
    String rows = "CREATE VIEW batch AS SELECT *%s FROM __batch".formatted(withoutType(columns));
    sql.run(
        key.isEmpty()
            ? rows
            : "%s WHERE rowid IN (SELECT max(rowid) FROM __batch GROUP BY %s) ORDER BY rowid"
                .formatted(rows, Quote.names(key)));
    return columns;
  }

  /** A table gives the columns without a type some type; the batch is to have them as they were. */
  private static String withoutType(List<Column> columns) {
    List<String> unknown =
        columns.stream()
            .filter(column -> column.type().equals(Column.UNKNOWN))
            .map(column -> "NULL AS " + Quote.name(column.name()))
            .toList();
    return unknown.isEmpty() ? "" : " REPLACE (%s)".formatted(String.join(", ", unknown));
  }

  /** Which columns of a SELECT hold a value. */
  ObjectNode filled(JsonNode operation) throws Exception {
    String select = operation.path("sql").asText();
    return refitting(
        select,
        () -> {
          List<String> names = instance.sql().columns(select).stream().map(Column::name).toList();
          String counts =
              names.stream()
                  .map(name -> ", count(%s)".formatted(Quote.name(name)))
                  .collect(Collectors.joining());
          return instance
              .sql()
              .list(
                  "SELECT count(*)%s FROM (%s)".formatted(counts, select),
                  row -> filled(row, names))
              .getFirst();
        });
  }

  private static ObjectNode filled(ResultSet row, List<String> names) throws SQLException {
    ObjectNode json = Json.object().put("rows", row.getLong(1));
    List<String> filled = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (row.getLong(i + 2) > 0) {
        filled.add(names.get(i));
      }
    }
    json.set("columns", Wire.texts(filled));
    return json;
  }

  /** The files that hold keys of the batch. */
  ObjectNode files(JsonNode operation) throws Exception {
    String target = operation.path("target").asText();
    List<String> key = Wire.texts(operation.path("key"));
    String select =
        "SELECT DISTINCT _file FROM (%s) t WHERE EXISTS (SELECT 1 FROM batch b WHERE %s)"
            .formatted(
                target,
                String.join(
                    " AND ",
                    key.stream()
                        .map(Quote::name)
                        .map(k -> "t." + k + " IS NOT DISTINCT FROM b." + k)
                        .toList()));
    ObjectNode json = Json.object();
    json.set(
        "files",
        Wire.texts(guarded(select, () -> instance.sql().list(select, row -> row.getString(1)))));
    return json;
  }

  /** Writes the rows of a SELECT; or says which columns it has now, when types changed. */
  ObjectNode write(JsonNode operation) throws Exception {
    String select = operation.path("sql").asText();
    WriteRequest what = Wire.write(operation.path("request"));
    List<Column> before = instance.sql().columns(select);
    try {
      prepare(select);
      return written(select, what);
    } catch (SQLException e) {
      Fault fault = Faults.read(e);
      if (refits(fault)) {
        prepare(select);
        List<Column> now = instance.sql().columns(select);
        if (!now.equals(before)) {
          ObjectNode json = Json.object();
          json.set("changed", Wire.columns(now));
          return json;
        }
        return guarded(select, () -> written(select, what));
      }
      throw failure(fault, select);
    }
  }

  private ObjectNode written(String select, WriteRequest what) throws Exception {
    instance.knowBuckets(String.join(" ", what.partitions()));
    ObjectNode json = ParquetWriting.write(instance.sql(), select, what);
    json.put("scanned", scanned());
    json.set("reading", Wire.reading(reading()));
    log.say(
        "read %d rows of objects and tables; wrote %d rows in %d files, %d bytes"
            .formatted(
                json.path("scanned").asLong(),
                json.path("rows").asLong(),
                json.path("files").size(),
                json.path("bytes").asLong()));
    return json;
  }

  private long scanned() throws SQLException {
    return instance.sql().scanned() + (input == null ? 0 : input.kept());
  }

  private Reading reading() {
    return input == null ? Reading.none() : input.reading();
  }

  private void prepare(String select) throws Exception {
    if (input != null) {
      input.trace(instance.sql(), select);
    }
  }

  /** Runs {@code work}; again, when a value was found that does not fit its sampled type. */
  private <T> T refitting(String select, Work<T> work) throws Exception {
    try {
      prepare(select);
      return work.run();
    } catch (SQLException e) {
      Fault fault = Faults.read(e);
      if (lacks(fault)) {
        return refitting(select, work);
      }
      if (fault.isWrongSql() && input != null && input.forgetWanted(instance.sql())) {
        return refitting(select, work);
      }
      if (input != null && (refits(fault) || guesses(select, fault))) {
        return guarded(select, work);
      }
      throw failure(fault, select);
    }
  }

  private boolean lacks(Fault fault) throws SQLException, IOException {
    Optional<String> column =
        input == null ? Optional.empty() : AbsentColumns.add(input, instance.sql(), fault);
    if (column.isPresent()) {
      log.say("no record has the column '%s' of the table: it is NULL".formatted(column.get()));
    }
    return column.isPresent();
  }

  private boolean refits(Fault fault) throws SQLException, IOException {
    Input objects = input;
    boolean refits =
        objects != null
            && isMisfit(fault)
            && (objects.refit(instance.sql()) || objects.forgetWanted(instance.sql()));
    if (refits) {
      log.say("a value did not fit the types of the sample; all values were looked at");
    }
    return refits;
  }

  private boolean guesses(String select, Fault fault) throws SQLException, IOException {
    return input != null
        && fault.isWrongSql()
        && new Guesses(input, instance.sql()).find(select, fault);
  }

  private <T> T guarded(String select, Work<T> work) throws Exception {
    try {
      prepare(select);
      return work.run();
    } catch (SQLException e) {
      throw failure(Faults.read(e), select);
    }
  }

  private static boolean isMisfit(Fault fault) {
    return fault.type().equals("conversion")
        || CsvError.of(fault.message()).filter(CsvError::isConversion).isPresent();
  }

  private HosuException failure(Fault fault, String select) throws Exception {
    log.say("the engine says: %s: %s".formatted(fault.type(), fault.message()));
    if (input != null && fault.isWrongSql() && !select.isEmpty()) {
      boolean never = new Guesses(input, instance.sql()).neverFits(select, fault);
      return never ? told(fault) : Faults.misfit(fault);
    }
    if (input != null && !fault.isFatal()) {
      Optional<HosuException> found = new Diagnosis(input, instance.sql()).of(fault);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return told(fault);
  }

  /** Where the server keeps files is nobody's business. */
  private HosuException told(Fault fault) {
    HosuException failure = Faults.failure(fault, 0);
    if (failure.code() == QueryError.FILES_GONE) {
      return failure;
    }
    List<Path> files = request.views().stream().flatMap(view -> view.files().stream()).toList();
    return Faults.failure(fault.withoutPlaces(files), 0);
  }
}
