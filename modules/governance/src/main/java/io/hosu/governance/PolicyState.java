package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that decisions are made from, at one version, indexed by whom grants are to. Immutable; a
 * changed one shares what did not change.
 */
record PolicyState(
    long version,
    Map<String, Grant> byId,
    Map<Grantee, List<Grant>> byGrantee,
    Map<Grantee, Expression> expressions,
    Map<String, Domains.Domain> domains,
    TagTree tags,
    Map<ObjectName, TableName> places,
    NameState names,
    ClonedDomains.Cloned cloned,
    GivingGrants giving) {

  private PolicyState(
      long version,
      Map<String, Grant> byId,
      Map<Grantee, List<Grant>> byGrantee,
      Map<Grantee, Expression> expressions,
      Map<String, Domains.Domain> domains,
      TagTree tags,
      Map<ObjectName, TableName> places,
      NameState names,
      ClonedDomains.Cloned cloned) {
    this(
        version,
        byId,
        byGrantee,
        expressions,
        domains,
        tags,
        places,
        names,
        cloned,
        new GivingGrants(byId));
  }

  static PolicyState empty() {
    return of(-1, List.of(), List.of(), TagTree.empty());
  }

  static PolicyState of(
      long version, Collection<Grant> grants, Collection<Domains.Domain> domains, TagTree tags) {
    Map<String, Grant> byId = new HashMap<>();
    Map<Grantee, List<Grant>> byGrantee = new HashMap<>();
    for (Grant grant : grants) {
      byId.put(grant.id(), grant);
      byGrantee.computeIfAbsent(grant.to(), _ -> new ArrayList<>()).add(grant);
    }
    return new PolicyState(
        version,
        byId,
        byGrantee,
        expressions(byGrantee.keySet()),
        byName(domains),
        tags,
        Map.of(),
        NameState.NONE,
        ClonedDomains.Cloned.NOTHING);
  }

  private static Map<Grantee, Expression> expressions(Set<Grantee> grantees) {
    Map<Grantee, Expression> all = new HashMap<>();
    for (Grantee grantee : grantees) {
      if (grantee.kind() == Grantee.Kind.PRINCIPAL) {
        all.put(grantee, Expression.parse(grantee.name()));
      }
    }
    return all;
  }

  private static Map<String, Domains.Domain> byName(Collection<Domains.Domain> domains) {
    Map<String, Domains.Domain> all = new HashMap<>();
    domains.forEach(domain -> all.put(domain.name(), domain));
    return all;
  }

  /** The same with some grants by id as they are now, or gone. */
  PolicyState withGrants(Map<String, Optional<Grant>> changed) {
    Map<String, Grant> ids = new HashMap<>(byId);
    Map<Grantee, List<Grant>> grantees = new HashMap<>(byGrantee);
    Set<Grantee> touched = new HashSet<>();
    changed.forEach((id, now) -> {
      Grant before = ids.remove(id);
      if (before != null) {
        own(grantees, touched, before.to()).removeIf(grant -> grant.id().equals(id));
      }
      if (now.isPresent()) {
        ids.put(id, now.get());
        own(grantees, touched, now.get().to()).add(now.get());
      }
    });
    grantees.values().removeIf(List::isEmpty);
    return new PolicyState(
        version,
        ids,
        grantees,
        expressions(grantees.keySet()),
        domains,
        tags,
        places,
        names,
        cloned);
  }

  private static List<Grant> own(
      Map<Grantee, List<Grant>> grantees, Set<Grantee> touched, Grantee grantee) {
    return touched.add(grantee)
        ? put(grantees, grantee, new ArrayList<>(grantees.getOrDefault(grantee, List.of())))
        : grantees.getOrDefault(grantee, new ArrayList<>());
  }

  private static List<Grant> put(
      Map<Grantee, List<Grant>> grantees, Grantee grantee, List<Grant> own) {
    grantees.put(grantee, own);
    return own;
  }

  PolicyState withDomains(Collection<Domains.Domain> others) {
    return new PolicyState(
        version, byId, byGrantee, expressions, byName(others), tags, places, names, cloned);
  }

  PolicyState withCloned(ClonedDomains.Cloned others) {
    return new PolicyState(
        version, byId, byGrantee, expressions, domains, tags, places, names, others);
  }

  PolicyState withTags(TagTree others) {
    return new PolicyState(
        version, byId, byGrantee, expressions, domains, others, places, names, cloned);
  }

  PolicyState withNames(NameState others) {
    return new PolicyState(
        version, byId, byGrantee, expressions, domains, tags, places, others, cloned);
  }

  PolicyState at(long newVersion) {
    return new PolicyState(
        newVersion, byId, byGrantee, expressions, domains, tags, places, names, cloned);
  }

  /** The same where tables lie at these places and no others. */
  PolicyState withPlaces(Map<ObjectName, TableName> others) {
    return new PolicyState(
        version, byId, byGrantee, expressions, domains, tags, others, names, cloned);
  }

  /** The same with some places as they are now, or gone. */
  PolicyState withChangedPlaces(Map<ObjectName, Optional<TableName>> changed) {
    Map<ObjectName, TableName> all = new HashMap<>(places);
    changed.forEach((place, now) ->
        now.ifPresentOrElse(table -> all.put(place, table), () -> all.remove(place)));
    return withPlaces(all);
  }

  /** The table of which an object is a file. */
  Optional<TableName> tableOf(ObjectName object) {
    return TablePlaces.folder(object).map(folder -> places.get(TablePlaces.around(folder)));
  }

  /** The grants to {@code principal}, its groups, its domain, and all who have such attributes. */
  Stream<Grant> of(Principal principal) {
    Stream<Grantee> itself = Stream.of(Grantee.of(principal));
    Stream<Grantee> groups = principal.groups().stream().map(Grantee::group);
    Stream<Grantee> such =
        expressions.entrySet().stream()
            .filter(entry -> Grantee.holds(entry.getValue(), principal))
            .map(Map.Entry::getKey);
    return Stream.of(itself, groups, Grantee.domainOf(principal).stream(), such)
        .flatMap(grantees -> grantees)
        .flatMap(grantee -> byGrantee.getOrDefault(grantee, List.of()).stream());
  }
}
