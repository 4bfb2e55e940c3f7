package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Permissions on a resource, given to a grantee.
 *
 * @param id unique; empty until it is kept
 * @param source who manages it: {@link #GIT}, {@link #CLI}, or a stage
 */
public record Grant(
    String id, Grantee to, Set<Permission> permissions, Resource on, String source) {
  /** Declared in the lake project: replaced as a whole by each apply. */
  public static final String GIT = "git";

  /** Given by command. */
  public static final String CLI = "cli";

  public Grant {
    permissions = java.util.Collections.unmodifiableSet(copy(permissions));
    if (permissions.isEmpty()) {
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "A grant on %s to %s allows nothing.".formatted(on, to),
          "Name at least one permission, for example SELECT.");
    }
    for (Permission permission : permissions) {
      requireApplies(permission, on);
    }
  }

  /** A grant that the lake project declares. */
  public static Grant declared(Grantee to, Set<Permission> permissions, Resource on) {
    return new Grant("", to, permissions, on, GIT);
  }

  /** A right of the stage {@code stage} (its full name), whose role bears the same name. */
  public static Grant ofStage(String stage, Set<Permission> permissions, Resource on) {
    return new Grant("", Grantee.role(stage), permissions, on, sourceOfStage(stage));
  }

  /** The source of all grants that a stage manages. */
  public static String sourceOfStage(String stage) {
    return "stage:" + stage;
  }

  /** The same grant under an id. */
  Grant withId(String newId) {
    return new Grant(newId, to, permissions, on, source);
  }

  /** The same grant, of more. */
  Grant and(Set<Permission> more) {
    EnumSet<Permission> both = copy(permissions);
    both.addAll(more);
    return new Grant(id, to, both, on, source);
  }

  /** Whether this allows {@code wanted} on {@code resource} to those it is given to. */
  boolean allows(Permission wanted, Resource resource) {
    return on.covers(resource)
        && permissions.stream().anyMatch(permission -> permission.includes(wanted));
  }

  private static EnumSet<Permission> copy(Collection<Permission> permissions) {
    EnumSet<Permission> copy = EnumSet.noneOf(Permission.class);
    copy.addAll(permissions);
    return copy;
  }

  private static void requireApplies(Permission permission, Resource on) {
    if (!permission.appliesTo(on)) {
      var fitting = new TreeSet<Permission>();
      for (Permission other : Permission.values()) {
        if (other.appliesTo(on)) {
          fitting.add(other);
        }
      }
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "%s means nothing on %s.".formatted(permission, on),
          "Use permissions that it has: %s.".formatted(fitting));
    }
  }
}
