package io.hosu.tables;

import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.Optional;

/**
 * Where a table stood for a transaction: its rows are planned after the transaction, and are those
 * of its moment.
 */
public final class TablePointer {
  private final CatalogRows.TableRow row;

  private TablePointer(CatalogRows.TableRow row) {
    this.row = row;
  }

  /** The table of this name as {@code tx} sees it. */
  public static Optional<TablePointer> of(Transaction tx, TableName name) {
    return CatalogRows.find(tx, name).map(TablePointer::new);
  }

  /** Whether nothing was committed to the table between the two moments. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TablePointer pointer && pointer.row.equals(row);
  }

  @Override
  public int hashCode() {
    return row.hashCode();
  }

  CatalogRows.TableRow row() {
    return row;
  }
}
