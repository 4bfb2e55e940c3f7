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
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who there is and what everybody may do, at one moment; two of them are compared by {@link
 * AccessChanges}. Immutable.
 */
public final class AccessState {
  private final Rights rights;
  private final SortedMap<String, Principal> principals;
  private final Map<String, Set<Grantee>> trust;
  private final Set<String> engines;

  private AccessState(
      Rights rights,
      SortedMap<String, Principal> principals,
      Map<String, Set<Grantee>> trust,
      Set<String> engines) {
    this.rights = rights;
    this.principals = principals;
    this.trust = trust;
    this.engines = engines;
  }

  /** The state that {@code tx} sees, with what it wrote itself. */
  public static AccessState in(Transaction tx, Policy policy, Principals principals) {
    SortedMap<String, Principal> all = new TreeMap<>();
    Map<String, Set<Grantee>> trust = new HashMap<>();
    Set<String> engines = new TreeSet<>();
    for (Principals.Kept kept : principals.list(tx)) {
      all.put(kept.principal().name(), kept.principal());
      trust.put(kept.principal().name(), kept.about().trust());
      if (kept.about().keepsLimits()) {
        engines.add(kept.principal().toString());
      }
    }
    return new AccessState(policy.rightsIn(tx), all, trust, engines);
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

  /** The state of a lake in which just this is declared; nobody acts as a role in it. */
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
    return new AccessState(new Rights(state, clock), all, Map.of(), Set.of());
  }

  /**
   * Whether somebody may do something.
   *
   * @param decision {@code allowed}, {@code masked}, {@code filtered} or {@code denied}
   * @param why the grant that is the reason why it is allowed, or the reason why it is denied
   */
  public record Answer(String decision, String why) {}

  /** The principal of this name. */
  public Optional<Principal> find(String name) {
    return Optional.ofNullable(principals.get(name));
  }

  /** Whether {@code principal}, who need not be known, may do this. */
  public Answer ask(Principal principal, Permission permission, Resource on) {
    return switch (Reasons.explain(rights, principal, permission, on)) {
      case Decision.Allowed(var grants, Limits limits) ->
          new Answer(GovernanceJson.word(limits), grants.getFirst().written());
      case Decision.Denied(String reason, _, _, _) -> new Answer("denied", reason);
    };
  }

  /** Everybody who reads this column as it is, in some rows at least. */
  public List<Principal> readers(Resource.Column column) {
    return principals.values().stream().filter(one -> reads(one, column)).toList();
  }

  private boolean reads(Principal principal, Resource.Column column) {
    return rights.sight(principal, column.table(), List.of(column.column()))
            instanceof Decision.Allowed(_, Limits limits)
        && (limits.isNone() || SightText.isClear(limits.columns().get(column.column())));
  }

  /** The engines that keep to limits by themselves, as they are written. */
  Set<String> engines() {
    return engines;
  }

  Rights rights() {
    return rights;
  }

  /** Who may act as {@code role}, by name; its trust tells. */
  SortedSet<String> trusted(String role) {
    Set<Grantee> its = trust.getOrDefault(role, Set.of());
    SortedSet<String> names = new TreeSet<>();
    if (!its.isEmpty()) {
      principals.forEach((name, one) -> {
        if (its.stream().anyMatch(grantee -> grantee.includes(one))) {
          names.add(name);
        }
      });
    }
    return names;
  }

  /** Everybody, by name. */
  SortedMap<String, Principal> principals() {
    return principals;
  }
}
