package io.hosu.store;

import static java.util.Objects.requireNonNull;

import io.hosu.store.Database.Work;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A work on its way through the writer, and what became of it. The caller waits on one thread while
 * the writer does the rest on another.
 */
final class Pending<T> {
  private static final Logger log = LoggerFactory.getLogger(Pending.class);

  private final Work<T> work;
  private final CompletableFuture<Outcome<T>> settled = new CompletableFuture<>();
  private @Nullable Outcome<T> latest;

  Pending(Work<T> work) {
    this.work = work;
  }

  private sealed interface Outcome<T> {
    record Returned<T>(T value, List<Runnable> actions) implements Outcome<T> {}

    record Threw<T>(Throwable failure) implements Outcome<T> {}
  }

  /** Runs the work, and forgets what an earlier run did; false when it failed. */
  boolean run(JdbcTransaction tx) {
    try {
      T value = work.in(tx);
      latest = new Outcome.Returned<>(value, List.copyOf(tx.actions()));
      return true;
    } catch (Throwable e) {
      latest = new Outcome.Threw<>(e);
      return false;
    } finally {
      tx.end();
    }
  }

  /** The work failed, although it has not noticed itself. */
  void reject(RuntimeException because) {
    latest = new Outcome.Threw<>(because);
  }

  /** The batch is durable: the caller gets what its work returned or threw. */
  void complete() {
    settled.complete(requireNonNull(latest));
  }

  /** The batch failed, and this work with it. */
  void fail(Throwable because) {
    settled.complete(new Outcome.Threw<>(because));
  }

  /** Waits for the outcome; an interrupt waits too, as the work goes on without its caller. */
  T await() {
    return switch (settled.join()) {
      case Outcome.Returned<T>(T value, List<Runnable> actions) -> {
        actions.forEach(Pending::perform);
        yield value;
      }
      case Outcome.Threw<T>(RuntimeException failure) -> throw failure;
      case Outcome.Threw<T>(Error failure) -> throw failure;
      case Outcome.Threw<T>(Throwable failure) -> throw new IllegalStateException(failure);
    };
  }

  private static void perform(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.atError().setMessage("an action after a commit failed").setCause(e).log();
    }
  }
}
