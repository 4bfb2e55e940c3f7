package io.hosu.governance;

import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a table by its name, and so would not be said of it under another: what hides
 * something of it would let go of it.
 */
public final class NameUses {
  private static final String ON_IT =
      "(resource = ? OR substr(resource, 1, CAST(? AS INTEGER)) = ?)";

  private NameUses() {}

  /** What names {@code table} or one of its columns, in the words of a refusal; empty: nothing. */
  public static List<String> of(Transaction tx, TableName table) {
    List<String> uses = new ArrayList<>();
    String columns = table + ".";
    if (isAny(tx, "grants WHERE " + ON_IT, table.toString(), columns.length(), columns)) {
      uses.add("a grant");
    }
    if (isAny(tx, "tags WHERE " + ON_IT, table.toString(), columns.length(), columns)) {
      uses.add("a tag");
    }
    dataset(tx, table).ifPresent(dataset -> uses.add("the dataset " + dataset));
    return uses;
  }

  private static Optional<String> dataset(Transaction tx, TableName table) {
    return tx.find(
        "SELECT dataset FROM dataset_tables WHERE table_name = ?",
        row -> row.text("dataset"),
        table.toString());
  }

  /**
   * What denies something in the whole of a layer, or is a tag of it, and so is not said of what
   * leaves it; empty: nothing.
   */
  public static List<String> ofLayer(Transaction tx, String domain, String layer) {
    String on = new Resource.Layer(domain, layer).toString();
    List<String> uses = new ArrayList<>();
    if (isAny(tx, "grants WHERE resource = ? AND effect = ?", on, Grant.Effect.DENY.name())) {
      uses.add("a grant that denies");
    }
    if (isAny(tx, "tags WHERE resource = ?", on)) {
      uses.add("a tag");
    }
    return uses;
  }

  private static boolean isAny(Transaction tx, String what, Object... args) {
    return tx.number("SELECT count(*) FROM " + what, args) > 0;
  }
}
