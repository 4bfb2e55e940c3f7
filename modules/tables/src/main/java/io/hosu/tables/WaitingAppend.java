package io.hosu.tables;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An append that somebody waits for. May be used from any thread. */
final class WaitingAppend {
  private final CommitContext context;
  private final TableUpdate update;
  private final CommitBeside beside;
  private final Optional<SeenAppend> seen;
  private final CompletableFuture<String> location = new CompletableFuture<>();

  /**
   * An append.
   *
   * @param seen what it is, if that could be seen before its turn
   */
  WaitingAppend(
      CommitContext context, TableUpdate update, CommitBeside beside, Optional<SeenAppend> seen) {
    this.context = context;
    this.update = update;
    this.beside = beside;
    this.seen = seen;
  }

  CommitContext context() {
    return context;
  }

  TableUpdate update() {
    return update;
  }

  CommitBeside beside() {
    return beside;
  }

  Optional<SeenAppend> seen() {
    return seen;
  }

  boolean isOpen() {
    return !location.isDone();
  }

  void succeed(String metadata) {
    location.complete(metadata);
  }

  void fail(Throwable failure) {
    location.completeExceptionally(failure);
  }

  /** The table's metadata file with the append, or whatever it failed with. */
  String await() {
    try {
      return location.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw e;
      }
    }
  }
}
