package io.hosu.tables;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An append that somebody waits for. May be used from any thread. */
final class WaitingAppend {
  private final CommitContext context;
  private final TableUpdate update;
  private final CommitBeside beside;
  private final CompletableFuture<String> location = new CompletableFuture<>();

  WaitingAppend(CommitContext context, TableUpdate update, CommitBeside beside) {
    this.context = context;
    this.update = update;
    this.beside = beside;
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
