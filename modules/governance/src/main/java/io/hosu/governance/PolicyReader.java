package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the state that decisions are made from: all of it, or what changed since another. */
final class PolicyReader {
  private final Grants grants;
  private final Domains domains;
  private final ClonedDomains cloned;

  PolicyReader(Grants grants, Domains domains, ClonedDomains cloned) {
    this.grants = grants;
    this.domains = domains;
    this.cloned = cloned;
  }

  /** The state of now; {@code known} is of some earlier moment. */
  PolicyState read(Transaction tx, PolicyState known) {
    long version = PolicyVersion.current(tx);
    return PolicyVersion.since(tx, known.version(), version)
        .map(changes -> read(tx, known, changes))
        .orElseGet(() -> all(tx))
        .at(version);
  }

  private PolicyState all(Transaction tx) {
    TagTree tags = TagTree.empty().with(Tags.all(tx)).withDatasets(datasets(tx));
    return PolicyState.of(0, grants.list(tx), domains.list(tx), tags)
        .withPlaces(TablePlaces.all(tx))
        .withCloned(cloned.all(tx))
        .withNames(new NameState(ColumnNames.all(tx), grants.given(tx)));
  }

  private PolicyState read(Transaction tx, PolicyState known, List<PolicyVersion.Changed> changes) {
    PolicyState state = known;
    Map<String, Optional<Grant>> changedGrants = new HashMap<>();
    Map<Resource, SortedMap<String, String>> changedTags = new HashMap<>();
    Map<ObjectName, Optional<TableName>> changedPlaces = new HashMap<>();
    Set<TableName> changedNames = new HashSet<>();
    for (PolicyVersion.Changed change : changes) {
      switch (change.kind()) {
        case GRANT -> changedGrants.computeIfAbsent(change.name(), id -> grants.find(tx, id));
        case TAG -> {
          Resource on = Resource.parse(change.name());
          changedTags.computeIfAbsent(on, resource -> Tags.of(tx, resource));
          if (on instanceof Resource.Column(TableName table, _)
              && known.names().of(table) != null) {
            changedNames.add(table);
          }
        }
        case COLUMNS -> changedNames.add(TableName.parse(change.name()));
        case PLACE ->
            changedPlaces.computeIfAbsent(
                ObjectName.parse(change.name()), place -> TablePlaces.find(tx, place));
        case DOMAIN -> state = state.withDomains(domains.list(tx)).withCloned(cloned.all(tx));
        case DATASET -> state = state.withTags(state.tags().withDatasets(datasets(tx)));
      }
    }
    if (!changedGrants.isEmpty()) {
      state = state.withGrants(changedGrants);
      Map<String, Optional<Long>> given = new HashMap<>();
      changedGrants.keySet().forEach(id -> given.put(id, grants.given(tx, id)));
      state = state.withNames(state.names().withGrants(given));
    }
    if (!changedNames.isEmpty()) {
      Map<TableName, Optional<NameHistory>> now = new HashMap<>();
      changedNames.forEach(table -> now.put(table, ColumnNames.find(tx, table)));
      state = state.withNames(state.names().withTables(now));
    }
    if (!changedPlaces.isEmpty()) {
      state = state.withChangedPlaces(changedPlaces);
    }
    return changedTags.isEmpty() ? state : state.withTags(state.tags().with(changedTags));
  }

  static Map<TableName, String> datasets(Transaction tx) {
    Map<TableName, String> all = new TreeMap<>();
    tx.list(
            "SELECT table_name, dataset FROM dataset_tables",
            row -> Map.entry(TableName.parse(row.text("table_name")), row.text("dataset")))
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }
}
