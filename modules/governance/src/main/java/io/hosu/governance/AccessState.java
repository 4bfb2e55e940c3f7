package io.hosu.governance;

import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who there is and what everybody may do, at one moment; two of them are compared by {@link
 * AccessChanges}. Immutable.
 */
public final class AccessState {
  private final Rights rights;
  private final SortedMap<String, Principal> principals;

  private AccessState(Rights rights, SortedMap<String, Principal> principals) {
    this.rights = rights;
    this.principals = principals;
  }

  /** The state that {@code tx} sees, with what it wrote itself. */
  public static AccessState in(Transaction tx, Policy policy, Principals principals) {
    SortedMap<String, Principal> all = new TreeMap<>();
    principals.list(tx).forEach(kept -> all.put(kept.principal().name(), kept.principal()));
    return new AccessState(policy.rightsIn(tx), all);
  }

  /**
   * Everything that is declared.
   *
   * @param datasets the dataset of each table that is in one
   */
  public record Declared(
      Collection<Principal> principals,
      Collection<Grant> grants,
      Collection<Domains.Domain> domains,
      Collection<Tags.Tag> tags,
      Map<TableName, String> datasets) {}

  /** The state of a lake in which just this is declared. */
  public static AccessState of(Declared declared, InstantSource clock) {
    SortedMap<String, Principal> all = new TreeMap<>();
    declared.principals().forEach(principal -> all.put(principal.name(), principal));
    List<Grant> grants = new ArrayList<>();
    declared.grants().forEach(grant -> grants.add(grant.withId("" + grants.size())));
    Map<Resource, SortedMap<String, String>> tags = new HashMap<>();
    declared
        .tags()
        .forEach(tag ->
            tags.computeIfAbsent(tag.on(), _ -> new TreeMap<>()).put(tag.key(), tag.value()));
    TagTree tree = TagTree.empty().with(tags).withDatasets(declared.datasets());
    PolicyState state = PolicyState.of(0, grants, declared.domains(), tree);
    return new AccessState(new Rights(state, clock), all);
  }

  /**
   * Whether somebody may do something.
   *
   * @param decision {@code allowed}, {@code masked}, {@code filtered} or {@code denied}
   * @param why the first grant that allows it, or the reason why it is denied
   */
  public record Answer(String decision, String why) {}

  /** The principal of this name. */
  public Optional<Principal> find(String name) {
    return Optional.ofNullable(principals.get(name));
  }

  /** Whether {@code principal}, who need not be known, may do this. */
  public Answer ask(Principal principal, Permission permission, Resource on) {
    return switch (rights.explain(principal, permission, on)) {
      case Decision.Allowed(var grants, Limits limits) ->
          new Answer(GovernanceJson.word(limits), grants.getFirst().written());
      case Decision.Denied(String reason, _, _) -> new Answer("denied", reason);
    };
  }

  Rights rights() {
    return rights;
  }

  /** Everybody, by name. */
  SortedMap<String, Principal> principals() {
    return principals;
  }
}
