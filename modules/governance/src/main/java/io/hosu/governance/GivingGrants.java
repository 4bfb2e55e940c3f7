package io.hosu.governance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The grants by which others than owners and administrators may give something for sure: without
 * condition and end. Found when first asked for. May be used from any thread.
 */
final class GivingGrants {
  private final Map<String, Grant> grants;
  private volatile @Nullable Map<Resource, List<Grant>> byPlace;

  GivingGrants(Map<String, Grant> grants) {
    this.grants = grants;
  }

  /** Who may give {@code permission} on what lies in these places, as they are written. */
  Set<String> of(Permission permission, List<Resource> around) {
    Map<Resource, List<Grant>> found = byPlace();
    List<Grant> near = new ArrayList<>();
    around.forEach(place -> near.addAll(found.getOrDefault(place, List.of())));
    Set<String> names = new TreeSet<>();
    near.stream()
        .filter(grant -> grant.isAbout(Permission.GRANT))
        .map(Grant::to)
        .filter(one -> has(one, Permission.ADMIN, near) || has(one, permission, near))
        .forEach(one -> names.add(one.toString()));
    return names;
  }

  /** Who may GRANT passes on what it has itself, and who may ADMIN gives anything. */
  private static boolean has(Grantee one, Permission permission, List<Grant> near) {
    return near.stream().anyMatch(grant -> grant.to().equals(one) && grant.isAbout(permission));
  }

  private Map<Resource, List<Grant>> byPlace() {
    Map<Resource, List<Grant>> known = byPlace;
    if (known == null) {
      known = find();
      byPlace = known;
    }
    return known;
  }

  /** All grants to those who may give anything, so that it is known what they have. */
  private Map<Resource, List<Grant>> find() {
    Set<Grantee> givers = new TreeSet<>();
    grants.values().stream()
        .filter(grant -> isLasting(grant) && grant.isAbout(Permission.GRANT))
        .forEach(grant -> givers.add(grant.to()));
    Map<Resource, List<Grant>> found = new HashMap<>();
    grants.values().stream()
        .filter(grant -> givers.contains(grant.to()) && isLasting(grant))
        .forEach(grant -> found.computeIfAbsent(grant.on(), _ -> new ArrayList<>()).add(grant));
    return found;
  }

  private static boolean isLasting(Grant grant) {
    Terms terms = grant.terms();
    return !grant.denies()
        && grant.to().kind() != Grantee.Kind.PRINCIPAL
        && !grant.source().equals(Grant.BUILT_IN)
        && !terms.limits()
        && terms.where().isEmpty()
        && terms.until().isEmpty();
  }
}
