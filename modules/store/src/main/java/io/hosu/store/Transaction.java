package io.hosu.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One transaction under way; valid only inside the {@link Database.Work} that received it, on its
 * thread.
 *
 * <p>Arguments are {@code String}, {@code Long}, {@code Integer}, {@code Boolean} (kept as 0 or 1),
 * {@code Instant} (kept as milliseconds since 1970), {@code byte[]} or null.
 */
public interface Transaction {

  /** Changes rows and returns how many. */
  int update(String sql, @Nullable Object... args);

  /** Changes rows once for each list of arguments and returns how many in all. */
  int updateAll(String sql, List<? extends List<? extends @Nullable Object>> rows);

  /** The rows that the statement returns (a SELECT, or a change with RETURNING), in its order. */
  <T> List<T> list(String sql, Function<Row, T> view, @Nullable Object... args);

  /** The only row that the statement returns, if any; more than one is a bug and throws. */
  <T> Optional<T> find(String sql, Function<Row, T> view, @Nullable Object... args);

  /** The number in the first column of the only row that the statement returns. */
  long number(String sql, @Nullable Object... args);

  /**
   * Has {@code action} run once the transaction is durable, on an unspecified thread; not at all
   * when it is not. For waking who waits: an action may be lost with the process, so nothing may
   * depend on it alone.
   */
  void afterCommit(Runnable action);
}
