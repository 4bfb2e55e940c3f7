package io.hosu.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.query.GrantedViews.Asking;
import io.hosu.query.GrantedViews.Placed;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.ResultSink;
import io.hosu.query.engine.SessionRequest;
import io.hosu.tables.PlannedFile;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds rows of tables by a condition, with the file that each lies in and the commit that it came
 * with. Who asks finds what a query of theirs would: the condition is computed of the rows, columns
 * and cells that they see. May be used from any thread.
 */
public final class RowSearch {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final Guard guard;
  private final GrantedViews views;
  private final Engines engines;

  /**
   * Search in tables as {@code views} show them.
   *
   * @param engines run it
   */
  public RowSearch(Guard guard, GrantedViews views, Engines engines) {
    this.guard = guard;
    this.views = views;
    this.engines = engines;
  }

  /**
   * A row.
   *
   * @param values what is seen of it, by column
   * @param location of its file
   * @param commit Iceberg's number of the commit that it came with
   */
  public record Found(ObjectNode values, String location, OptionalLong commit) {}

  /**
   * What was found.
   *
   * @param more whether there are more rows than were asked for
   * @param whole whether all rows, columns and cells of the table are seen
   * @param snapshot the state of the table that was searched; none: it never had rows
   */
  public record Result(List<Found> rows, boolean more, boolean whole, OptionalLong snapshot) {
    public Result {
      rows = List.copyOf(rows);
    }
  }

  /**
   * The first rows that {@code caller} sees of a table and that a condition is true of.
   *
   * @param where an expression over the columns that are seen
   * @throws NotFound when the table is not there, or must not be known to be there
   * @throws Denied {@code PERMISSION_DENIED}
   * @throws Invalid when the condition is none
   */
  public Result find(Caller caller, TableName name, String where, int most) {
    Asking asking = views.asking(caller);
    Placed placed = views.placed(asking, name);
    requireNoOwn(placed);
    String condition = guard.expression(where, placed.columns(), Map.of());
    ScanPlan plan = placed.plan();
    List<String> paths = files(asking, placed, condition, most);
    List<PlannedFile> some =
        plan.files().stream().filter(file -> paths.contains(file.path().toString())).toList();
    List<Found> rows = some.isEmpty() ? List.of() : rows(asking, placed, condition, some, most + 1);
    return new Result(
        rows.subList(0, Math.min(most, rows.size())),
        rows.size() > most || paths.size() > most,
        placed.whole(),
        plan.snapshot());
  }

  /** Columns of the table with the names of those that come along could be taken for these. */
  private static void requireNoOwn(Placed placed) {
    placed.plan().columns().stream()
        .map(column -> column.name())
        .filter(
            name -> name.equalsIgnoreCase(ScanPlan.FILE) || name.equalsIgnoreCase(ScanPlan.COMMIT))
        .findFirst()
        .ifPresent(name -> {
          throw new Conflict(
              QueryError.SQL_REFUSED,
              "The table has a column '%s', as the place of a row is called here.".formatted(name),
              "Rename it, or see by whole snapshots: hosu trace " + placed.table().name());
        });
  }

  private List<String> files(Asking asking, Placed placed, String condition, int most) {
    EngineView view = placed.views().apply(placed.plan().sqlWithFile(), List.of(ScanPlan.FILE));
    String select =
        "SELECT DISTINCT %s FROM %s WHERE %s ORDER BY 1 LIMIT %d"
            .formatted(ScanPlan.FILE, relation(view), condition, most + 1);
    return run(asking, view, select).stream().map(row -> row.path(ScanPlan.FILE).asText()).toList();
  }

  private List<Found> rows(
      Asking asking, Placed placed, String condition, List<PlannedFile> files, int most) {
    ScanPlan plan = placed.plan();
    List<String> along = new ArrayList<>(List.of(ScanPlan.FILE));
    if (plan.tellsCommits()) {
      along.add(ScanPlan.COMMIT);
    }
    EngineView view = placed.views().apply(plan.sqlWithCommit(files), along);
    String columns =
        placed.columns().keySet().stream().map(Sql::name).collect(Collectors.joining(", "));
    String select =
        "SELECT %s, %s FROM %s WHERE %s LIMIT %d"
            .formatted(
                columns,
                along.stream().map(Sql::name).collect(Collectors.joining(", ")),
                relation(view),
                condition,
                most);
    Map<String, PlannedFile> byPath =
        files.stream()
            .collect(Collectors.toMap(file -> file.path().toString(), Function.identity()));
    return run(asking, view, select).stream().map(row -> found(row, byPath)).toList();
  }

  private static Found found(ObjectNode row, Map<String, PlannedFile> files) {
    PlannedFile file = files.get(row.remove(ScanPlan.FILE).asText());
    if (file == null) {
      throw new IllegalStateException("A row lies in a file that was not read.");
    }
    var own = row.remove(ScanPlan.COMMIT);
    OptionalLong commit =
        own != null && own.isNumber() ? OptionalLong.of(own.asLong()) : file.commit();
    return new Found(row, file.location(), commit);
  }

  private static String relation(EngineView view) {
    return view.name().stream().map(Sql::name).collect(Collectors.joining("."));
  }

  private List<ObjectNode> run(Asking asking, EngineView view, String select) {
    try (QueryVault vault = views.vault(asking);
        EngineSession session =
            engines.open(
                new SessionRequest(asking.principal().name(), List.of(view), null, null, TIMEOUT)
                    .with(vault))) {
      Collected rows = new Collected();
      session.query(select, ResultFormat.NDJSON, ResultLimits.NONE, rows);
      return rows.bytes.toString(UTF_8).lines().map(line -> (ObjectNode) Json.parse(line)).toList();
    } catch (HosuException e) {
      throw e.code() == QueryError.SQL_INVALID ? unfit(e) : e;
    }
  }

  private static Invalid unfit(HosuException e) {
    return new Invalid(
        QueryError.SQL_INVALID,
        "The condition does not fit the table: " + e.what(),
        "Write it over the columns that you see, such as: --where \"id = 7\"");
  }

  private static final class Collected implements ResultSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void columns(List<Column> columns) {}

    @Override
    public void bytes(byte[] chunk) throws IOException {
      bytes.write(chunk);
    }
  }
}
