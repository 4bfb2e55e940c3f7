package io.hosu.governance;

import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Rows that have one of many texts in a column. */
final class VaultRows {
  private static final int SMALL = 16;
  private static final int LARGE = 256;

  private VaultRows() {}

  /**
   * Shows all such rows.
   *
   * @param sql {@code ... WHERE a = ? AND b IN (%s)}
   * @param before the arguments before the texts
   * @param texts without doubles
   */
  static void each(
      Transaction tx, String sql, List<String> before, List<String> texts, Consumer<Row> view) {
    for (int from = 0; from < texts.size(); from += LARGE) {
      List<String> part = texts.subList(from, Math.min(from + LARGE, texts.size()));
      // Two sizes, filled up with what is there already, are two statements to be prepared.
      int size = part.size() <= SMALL ? SMALL : LARGE;
      List<Object> args = new ArrayList<>(before);
      args.addAll(part);
      args.addAll(Collections.nCopies(size - part.size(), part.getLast()));
      tx.list(
          sql.formatted(String.join(", ", Collections.nCopies(size, "?"))),
          row -> {
            view.accept(row);
            return true;
          },
          args.toArray());
    }
  }
}
