package io.hosu.query.engine;

/**
 * How much a result may hold; more of it is {@link QueryError#RESULT_TOO_LARGE}.
 *
 * @param rows the most rows
 * @param bytes the most bytes, as written in the result's format
 */
public record ResultLimits(long rows, long bytes) {
  /** No limits. */
  public static final ResultLimits NONE = new ResultLimits(Long.MAX_VALUE, Long.MAX_VALUE);
}
