package io.hosu.store;

import io.hosu.kernel.HosuException.Unavailable;
import java.util.function.Consumer;

/**
 * The state database of one lake environment.
 *
 * <p>Writes are serial: each {@link #write} sees everything that earlier writes did and nothing of
 * later ones, across all threads and all servers on the same database, so that numbers handed out
 * in a write (the event log's sequence) become visible in their order. Several writes waiting at
 * the same time share one durable commit. Reads run beside them, each on one consistent state.
 *
 * <p>The same SQL runs on SQLite and PostgreSQL: positional {@code ?}, {@code ON CONFLICT}, {@code
 * RETURNING}; TEXT, BIGINT, {@code {bytes}}. Texts compare byte by byte in UTF-8; {@code LIKE}
 * heeds case and is always given its {@code ESCAPE}. Works do not nest: inside one, its {@link
 * Transaction} is passed on. May be used from any thread.
 */
public interface Database extends AutoCloseable {

  /**
   * Runs {@code work} on one consistent state of the database, which it must not change. It may run
   * more than once, if the connection broke; only its last run counts.
   *
   * @throws Unavailable when the database does not answer
   */
  <T> T read(Work<T> work);

  /**
   * Runs {@code work} and makes all that it changed visible and durable at once, before returning;
   * when {@code work} throws, nothing of it happened and the same exception comes out.
   *
   * <p>{@code work} holds up every other write, so it must be short: no file, no network, no
   * waiting. It may run more than once, if a commit must be repeated; only its last run counts.
   *
   * @throws Unavailable when the database does not answer; {@link StoreError#COMMIT_UNKNOWN} when
   *     it stopped answering during the commit, so that the outcome is unknown
   */
  <T> T write(Work<T> work);

  /** As {@link #write}, for work that has nothing to hand back. */
  default void perform(Consumer<Transaction> work) {
    write(tx -> {
      work.accept(tx);
      return true;
    });
  }

  @Override
  void close();

  /** What is done inside one transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Transaction tx);
  }
}
