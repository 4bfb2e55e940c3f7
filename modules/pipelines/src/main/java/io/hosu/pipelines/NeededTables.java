package io.hosu.pipelines;

import io.hosu.governance.Grants;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.TableUses;
import io.hosu.tables.TablesError;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tables that a declared stage reads or writes, or that a grant names: the stage would make the
 * table again or fail, and the grant would be one on another table. May be used from any thread.
 */
public final class NeededTables implements TableUses {
  private static final int NAMED = 5;
  private static final String DROP = "hosu tables drop ";

  private final Stages stages;
  private final Grants grants;
  private final Policy policy;

  /**
   * Those that {@code stages} and {@code grants} need; {@code policy} says who may know of them.
   */
  public NeededTables(Stages stages, Grants grants, Policy policy) {
    this.stages = stages;
    this.grants = grants;
    this.policy = policy;
  }

  @Override
  public Consumer<Transaction> refusalToDrop(TableName table, Principal asking) {
    Consumer<Transaction> stage = refusal(table, asking, DROP + table);
    return tx -> {
      stage.accept(tx);
      requireNoGrant(tx, table);
    };
  }

  @Override
  public Consumer<Transaction> refusalToRename(TableName table, Principal asking) {
    return refusal(table, asking, "rename it");
  }

  private Consumer<Transaction> refusal(TableName table, Principal asking, String then) {
    Predicate<StageName> seen = Seen.of(policy.rights(), asking).stages();
    return tx -> requireNoStage(tx, table, seen, then);
  }

  private void requireNoStage(
      Transaction tx, TableName table, Predicate<StageName> seen, String then) {
    List<StageName> users =
        stages.list(tx).stream().filter(stage -> needs(stage, table)).map(StageSpec::name).toList();
    if (!users.isEmpty()) {
      throw new Conflict(
          TablesError.TABLE_NEEDED,
          "Table %s is read or written by %s.".formatted(table, told(users, seen)),
          "Remove them from the lake project, then: hosu apply; then: " + then);
    }
  }

  private void requireNoGrant(Transaction tx, TableName table) {
    long granted = grants.list(tx).stream().filter(grant -> isOn(grant.on(), table)).count();
    if (granted > 0) {
      throw new Conflict(
          TablesError.TABLE_NEEDED,
          "%s on table %s, and would be on the next one of its name."
              .formatted(granted == 1 ? "1 grant is" : granted + " grants are", table),
          "Find them with: hosu grants list; end each with: hosu grants revoke ID, or in the lake project; then: "
              + DROP
              + table);
    }
  }

  /** A quarantine table is its stage's too. */
  private static boolean needs(StageSpec stage, TableName table) {
    return stage.tablesKnown().contains(table) || stage.into().table().quarantine().equals(table);
  }

  private static boolean isOn(Resource on, TableName table) {
    return switch (on) {
      case Resource.Table(TableName name) -> name.equals(table);
      case Resource.Column(TableName name, _) -> name.equals(table);
      case Resource _ -> false;
    };
  }

  private static String told(List<StageName> users, Predicate<StageName> seen) {
    List<String> named = users.stream().filter(seen).map(StageName::toString).limit(NAMED).toList();
    int others = users.size() - named.size();
    String first = named.stream().map(name -> "stage " + name).collect(Collectors.joining(", "));
    if (named.isEmpty()) {
      return others == 1 ? "a stage" : others + " stages";
    }
    return others == 0 ? first : "%s and %d more".formatted(first, others);
  }
}
