package io.hosu.tables;

import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.function.Consumer;

/**
 * What in the lake needs a table by its name. Each answer is to be asked in the transaction that
 * takes the name, and refuses with a {@link Conflict} of {@link TablesError#TABLE_NEEDED} as long
 * as something needs it.
 */
public interface TableUses {
  /** Nothing needs a name; as that of a view, which no stage reads. */
  TableUses NONE =
      new TableUses() {
        @Override
        public Consumer<Transaction> refusalToDrop(TableName table, Principal asking) {
          return _ -> {};
        }

        @Override
        public Consumer<Transaction> refusalToRename(TableName table, Principal asking) {
          return _ -> {};
        }
      };

  /**
   * Refuses where a stage works with the table, or something is said of it that would be said of
   * the next one of its name.
   *
   * @param asking who is told what needs it, as far as it may know of that by now
   */
  Consumer<Transaction> refusalToDrop(TableName table, Principal asking);

  /**
   * Refuses where a stage works with the table.
   *
   * @param asking who is told what needs it, as far as it may know of that by now
   */
  Consumer<Transaction> refusalToRename(TableName table, Principal asking);
}
