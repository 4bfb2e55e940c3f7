package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.cli.LakeClient.Answer;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs SQL on a server and prints what it returns. {@link #cancel} may come from any thread. */
final class SqlRunner {
  private static final ApiPath QUERIES = ApiPath.of("/v1/queries");
  private static final String ID = "Hosu-Query-Id";
  private static final int SAMPLE = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final LakeClient client;
  private final Context context;
  private final Ids ids;
  private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

  /** A query that the server works on, or is about to. */
  private static final class Running {
    private final String id;
    private volatile boolean cancelled;
    private Runnable end = () -> {};

    Running(String id) {
      this.id = id;
    }

    synchronized void endsBy(Runnable how) {
      end = how;
      if (cancelled) {
        how.run();
      }
    }

    synchronized void cancel() {
      cancelled = true;
      end.run();
    }
  }

  SqlRunner(LakeClient client, Context context) {
    this.client = client;
    this.context = context;
    this.ids = new Ids(context.clock(), new SecureRandom());
  }

  /**
   * Runs one statement and prints its result; to a person also how many rows and how long.
   *
   * @return whether it ran to its end; otherwise it was cancelled
   */
  boolean run(String sql, Format format) throws IOException {
    Instant begin = context.clock().instant();
    Running now = new Running(ids.next());
    running.set(now);
    try (Answer answer = send(now, sql, format == Format.JSON ? "application/json" : "text/csv")) {
      if (format == Format.TABLE) {
        tellTime(grid(answer.body()), begin);
      } else {
        pass(answer.body());
      }
      return true;
    } catch (IOException | RuntimeException e) {
      if (now.cancelled) {
        return false;
      }
      throw e;
    } finally {
      running.set(null);
      context.terminal().out().flush();
    }
  }

  /** Runs one statement and returns its rows, the header not among them. For small results. */
  List<List<@Nullable String>> rows(String sql) throws IOException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (Answer answer = send(new Running(ids.next()), sql, "text/csv")) {
      CsvReader csv = new CsvReader(answer.body());
      for (var row = csv.next(); row.isPresent(); row = csv.next()) {
        rows.add(row.get());
      }
    }
    return rows.isEmpty() ? rows : rows.subList(1, rows.size());
  }

  /** The query goes with an id of ours, so that it can be cancelled before it is answered. */
  private Answer send(Running query, String sql, String accept) {
    ObjectNode body = Json.object().put("sql", sql);
    return client.postForStream(QUERIES, body, accept, Map.of(ID, query.id), query::endsBy);
  }

  /**
   * Cancels the statement that runs, if one does. Where the server does not do so by its id, it
   * does when the connection ends.
   */
  boolean cancel() {
    Running now = running.getAndSet(null);
    if (now == null) {
      return false;
    }
    now.cancelled = true;
    try {
      client.delete(QUERIES.part(now.id), PATIENCE);
      return true;
    } catch (HosuException e) {
      return true; // not there yet, or out of reach: the end of the connection says the same
    } finally {
      now.cancel();
    }
  }

  private void pass(InputStream body) throws IOException {
    byte[] chunk = new byte[64 * 1024];
    var out = context.terminal().out();
    for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
      out.write(chunk, 0, count);
      if (out.checkError()) {
        return; // why is told at the end of every command
      }
    }
  }

  private long grid(InputStream body) throws IOException {
    CsvReader csv = new CsvReader(body);
    Optional<List<@Nullable String>> header = csv.next();
    if (header.isEmpty()) {
      return 0;
    }
    List<String> names = header.get().stream().map(SqlRunner::shown).toList();
    List<List<@Nullable String>> sample = new ArrayList<>();
    var row = csv.next();
    for (; row.isPresent() && sample.size() < SAMPLE; row = csv.next()) {
      sample.add(row.get());
    }
    Grid grid = new Grid(context.terminal(), names, numeric(names.size(), sample));
    for (List<@Nullable String> cells : sample) {
      grid.add(shown(cells));
    }
    for (; row.isPresent() && context.terminal().outFailure().isEmpty(); row = csv.next()) {
      grid.add(shown(row.get()));
    }
    grid.end();
    return grid.rows();
  }

  /** Columns whose values all read as numbers stand at the right. */
  private static boolean[] numeric(int columns, List<List<@Nullable String>> rows) {
    boolean[] numeric = new boolean[columns];
    for (int i = 0; i < columns; i++) {
      int column = i;
      numeric[i] =
          !rows.isEmpty() && rows.stream().allMatch(row -> isNumberOrNull(row.get(column)));
    }
    return numeric;
  }

  private static boolean isNumberOrNull(@Nullable String value) {
    return value == null || value.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?|-?inf|nan");
  }

  private static String[] shown(List<@Nullable String> cells) {
    return cells.stream().map(SqlRunner::shown).toArray(String[]::new);
  }

  private static String shown(@Nullable String cell) {
    return cell == null ? "NULL" : cell;
  }

  private void tellTime(long rows, Instant begin) {
    if (context.terminal().screen().errors()) {
      context.terminal().out().flush();
      Duration took = Duration.between(begin, context.clock().instant());
      String line =
          "%d row%s in %s".formatted(rows, rows == 1 ? "" : "s", Column.millis(took.toMillis()));
      context.terminal().note(Colour.GREY.of(line, context.terminal().screen()));
    }
  }
}
