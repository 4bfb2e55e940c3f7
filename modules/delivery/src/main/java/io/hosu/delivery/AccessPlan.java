package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.AccessChanges;
import io.hosu.governance.AccessState;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.KnownColumns;
import io.hosu.tables.Tables;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What steps change about who may do what: found by doing those of them that could, in a
 * transaction that is undone.
 */
final class AccessPlan {
  private static final Set<Kind> ABOUT_ACCESS =
      EnumSet.of(Kind.DOMAIN, Kind.DATASET, Kind.PRINCIPAL, Kind.TAG, Kind.GRANT);

  private final Database database;
  private final Function<Transaction, AccessState> state;

  AccessPlan(Database database, Function<Transaction, AccessState> state) {
    this.database = database;
    this.state = state;
  }

  /** Whether a step could change what somebody may do. */
  static boolean isAboutAccess(Diff.Step step) {
    return ABOUT_ACCESS.contains(step.thing().kind());
  }

  /** What {@code perform} would change, which does the steps that are about access. */
  AccessChanges of(DesiredState desired, Consumer<Transaction> perform) {
    try {
      database.perform(tx -> {
        throw new Undone(compared(tx, desired, () -> perform.accept(tx)));
      });
      return AccessChanges.NONE;
    } catch (Undone undone) {
      return undone.changes.get();
    }
  }

  /**
   * Does {@code perform}, which does {@code steps}; what comes back finds out what that changed
   * once the transaction is over.
   */
  Supplier<AccessChanges> during(
      Transaction tx, DesiredState desired, Diff steps, Runnable perform) {
    if (steps.steps().stream().anyMatch(AccessPlan::isAboutAccess)) {
      return compared(tx, desired, perform);
    }
    perform.run();
    return () -> AccessChanges.NONE;
  }

  private Supplier<AccessChanges> compared(Transaction tx, DesiredState desired, Runnable perform) {
    AccessState before = state.apply(tx);
    perform.run();
    AccessState after = state.apply(tx);
    Map<TableName, List<String>> tables = tables(tx, desired);
    return () -> AccessChanges.between(before, after, tables);
  }

  /**
   * All tables that there are, and those that the project declares or has stages make, with the
   * columns that they have and are declared, as far as these are known.
   */
  private static Map<TableName, List<String>> tables(Transaction tx, DesiredState desired) {
    Map<TableName, List<String>> known = KnownColumns.of(tx);
    Map<TableName, List<String>> all = new TreeMap<>();
    Tables.list(tx).forEach(name -> all.put(name, known.getOrDefault(name, List.of())));
    for (Declared declared : desired.declared()) {
      switch (declared) {
        case Declared.Table table -> all.merge(table.table(), names(table), AccessPlan::both);
        case Declared.Stage stage -> all.putIfAbsent(stage.spec().into().table(), List.of());
        case Declared.Layer _,
            Declared.Domain _,
            Declared.TeamShare _,
            Declared.Dataset _,
            Declared.Tags _,
            Declared.Group _,
            Declared.Principal _,
            Declared.Grant _ -> {}
      }
    }
    return all;
  }

  private static List<String> names(Declared.Table table) {
    return table.columns().stream().map(column -> column.name()).toList();
  }

  private static List<String> both(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).distinct().toList();
  }

  /** Takes what was seen out of a transaction whose writes are not to stay. */
  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Supplier<AccessChanges> changes;

    Undone(Supplier<AccessChanges> changes) {
      super("The transaction is undone.", null, false, false);
      this.changes = changes;
    }
  }
}
