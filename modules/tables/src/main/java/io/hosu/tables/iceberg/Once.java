package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.iceberg.AnsweredRequests.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does what a request asks for, with its audit record and the answer to keep, unless the same
 * request did so before. May be used from any thread.
 */
final class Once {
  private final Database database;
  private final AnsweredRequests answered;

  Once(Database database, AnsweredRequests answered) {
    this.database = database;
    this.answered = answered;
  }

  /**
   * What the request did, now or before.
   *
   * @param check refuses who may not ask for it; not asked of a request that is repeated
   */
  Done change(Asked asked, Runnable check, Function<Transaction, Done> change) {
    return answered
        .find(asked)
        .orElseGet(() -> {
          check.run();
          Caller caller = Authentication.caller(asked.call());
          return database.write(tx -> {
            caller.trail().keepIn(tx);
            Done done = change.apply(tx);
            answered.keep(tx, asked, done);
            return done;
          });
        });
  }

  /** The same of what has nothing to tell. */
  void run(Asked asked, Runnable check, Consumer<Transaction> change) {
    change(
        asked,
        check,
        tx -> {
          change.accept(tx);
          return Done.NOTHING;
        });
  }

  /**
   * Changes what {@code check} found.
   *
   * @param check refuses who may not ask for it; not asked of a request that is repeated
   */
  <T> void runWith(Asked asked, Supplier<T> check, BiConsumer<Transaction, T> change) {
    List<T> found = new ArrayList<>();
    run(asked, () -> found.add(check.get()), tx -> change.accept(tx, found.getFirst()));
  }
}
