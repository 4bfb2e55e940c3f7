package io.hosu.query.engine;

/**
 * One column of a result.
 *
 * @param name its name, as SQL gave it
 * @param type its DuckDB type, for example {@code DECIMAL(18,3)} or {@code STRUCT("a" INTEGER)[]}
 */
public record Column(String name, String type) {
  /** The type of a column of which no value is known: NULL, and nothing that says of what type. */
  public static final String UNKNOWN = "\"NULL\"";
}
