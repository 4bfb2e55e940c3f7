package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.cli.LakeClient.Answer;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs SQL on a server and prints what it returns. {@link #cancel} may come from any thread. */
final class SqlRunner {
  private static final ApiPath QUERIES = ApiPath.of("/v1/queries");
  private static final String ID = "Hosu-Query-Id";
  private static final int SAMPLE = 1000;

  private final LakeClient client;
  private final Context context;
  private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

  /** A query that the server works on. */
  private record Running(String id, Answer answer) {}

  SqlRunner(LakeClient client, Context context) {
    this.client = client;
    this.context = context;
  }

  /** Runs one statement and prints its result; to a person also how many rows and how long. */
  void run(String sql, Format format) throws IOException {
    Instant begin = context.clock().instant();
    String accept = format == Format.JSON ? "application/json" : "text/csv";
    ObjectNode body = Json.object().put("sql", sql);
    try (Answer answer = client.postForStream(QUERIES, body, accept)) {
      running.set(new Running(answer.header(ID), answer));
      if (format == Format.TABLE) {
        tellTime(grid(answer.body()), begin);
      } else {
        pass(answer.body());
      }
    } finally {
      running.set(null);
      context.terminal().out().flush();
    }
  }

  /** Runs one statement and returns its rows, the header not among them. For small results. */
  List<List<@Nullable String>> rows(String sql) throws IOException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    ObjectNode body = Json.object().put("sql", sql);
    try (Answer answer = client.postForStream(QUERIES, body, "text/csv")) {
      CsvReader csv = new CsvReader(answer.body());
      for (var row = csv.next(); row.isPresent(); row = csv.next()) {
        rows.add(row.get());
      }
    }
    return rows.isEmpty() ? rows : rows.subList(1, rows.size());
  }

  /** Cancels the statement that runs, if one does. */
  boolean cancel() {
    Running now = running.getAndSet(null);
    if (now == null) {
      return false;
    }
    if (!now.id().isEmpty()) {
      client.delete(QUERIES.part(now.id()));
    }
    now.answer().abandon();
    return true;
  }

  private void pass(InputStream body) throws IOException {
    byte[] chunk = new byte[64 * 1024];
    var out = context.terminal().out();
    for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
      out.write(chunk, 0, count);
      if (out.checkError()) {
        throw new IOException("Broken pipe");
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
    for (; row.isPresent(); row = csv.next()) {
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
