package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.util.List;

/**
 * Turns SQL into its tree and back, in an engine that never runs any SQL. What it said is
 * remembered. May be used from any thread.
 */
public final class SqlParser implements AutoCloseable {
  private static final int REMEMBERED_CHARS = 16 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final EnginePool pool;
  private final Cache<String, String> trees = remembering();
  private final Cache<String, String> texts = remembering();

  /** Starts the engine of its own; memory, threads and disk are as small as can be. */
  public SqlParser(EngineConfig config) {
    this.pool =
        new EnginePool(
            "parser",
            new EngineConfig(
                1,
                config.queue() + config.workers(),
                256L << 20,
                1,
                1L << 20,
                10_000,
                config.silence(),
                WorkbookLimits.STANDARD,
                config.cache(),
                config.temp()));
    pool.start();
  }

  private static Cache<String, String> remembering() {
    return Caffeine.newBuilder()
        .maximumWeight(REMEMBERED_CHARS)
        .weigher((String key, String value) -> key.length() + value.length())
        .build();
  }

  /**
   * The tree of {@code sql} as DuckDB writes it; of a text that is wrong, an object with {@code
   * error_message} and {@code position}.
   *
   * @throws HosuException {@link QueryError#ENGINE_CRASHED} when two parsers died of it; {@link
   *     QueryError#ENGINE_UNAVAILABLE} when they were killed, whatever they did
   */
  public JsonNode parse(String sql) {
    String known = trees.getIfPresent(sql);
    if (known == null) {
      known = ask("parse", sql, "tree");
      trees.put(sql, known);
    }
    return Json.parse(known);
  }

  /** The SQL of a tree. */
  public String print(JsonNode tree) {
    String text = Json.print(tree);
    String known = texts.getIfPresent(text);
    if (known == null) {
      known = ask("print", text, "sql");
      texts.put(text, known);
    }
    return known;
  }

  /**
   * The columns of a SELECT that reads nothing, without running it.
   *
   * @throws HosuException {@link QueryError#SQL_INVALID} when it is not correct
   */
  public List<Column> describe(String select) {
    SessionRequest nothing = new SessionRequest("", List.of(), null, null, TIMEOUT);
    try (EngineSession session = pool.open(nothing)) {
      return session.describe(select);
    }
  }

  private String ask(String op, String text, String answer) {
    ObjectNode operation = Json.object().put("op", op).put("text", text);
    return pool.operate(operation, TIMEOUT).path(answer).asText();
  }

  @Override
  public void close() {
    pool.close();
  }
}
