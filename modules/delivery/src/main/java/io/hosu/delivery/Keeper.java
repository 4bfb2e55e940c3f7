package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps all things of one kind on a server. */
interface Keeper {
  /** The kind. */
  Kind kind();

  /** What a lake project declared and the server keeps. */
  List<Declared> list(Transaction tx);

  /** What a person should know about a step. */
  default List<String> notes(Transaction tx, Diff.Step step) {
    return List.of();
  }

  /** Does what is slow about {@code steps} before the transaction that makes them true. */
  Work prepare(List<Diff.Step> steps, String principal);

  /** Steps that are ready to be made true. */
  interface Work extends AutoCloseable {
    void put(Transaction tx, Declared declared);

    void remove(Transaction tx, Declared declared);

    @Override
    default void close() {}
  }
}
