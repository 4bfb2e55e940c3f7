package io.hosu.governance;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Permissions on a resource, allowed or denied to a grantee.
 *
 * @param id unique; empty until it is kept
 * @param effect whether it allows or denies
 * @param terms what narrows it
 * @param source who manages it: {@link #GIT}, {@link #CLI}, {@link #BUILT_IN}, a stage, or the
 *     request for access that it answers
 */
public record Grant(
    String id,
    Effect effect,
    Grantee to,
    Set<Permission> permissions,
    Resource on,
    Terms terms,
    String source) {
  /** Declared in the lake project: replaced as a whole by each apply. */
  public static final String GIT = "git";

  /** Given by command. */
  public static final String CLI = "cli";

  /** Given by the server when it made its administrator; can be taken by command. */
  public static final String BUILT_IN = "built-in";

  private static final String REQUEST = "request:";

  /** What a grant does. */
  public enum Effect {
    ALLOW,
    /** Wins over all that allows. */
    DENY
  }

  public Grant {
    permissions = java.util.Collections.unmodifiableSet(copy(permissions));
    GrantChecks.check(effect, to, permissions, on, terms);
  }

  /** A grant that allows, and that nothing narrows. */
  public Grant(String id, Grantee to, Set<Permission> permissions, Resource on, String source) {
    this(id, Effect.ALLOW, to, permissions, on, Terms.none(), source);
  }

  /** A grant that the lake project declares. */
  public static Grant declared(Grantee to, Set<Permission> permissions, Resource on) {
    return new Grant("", to, permissions, on, GIT);
  }

  /** A right of the stage {@code stage} (its full name), whose role bears the same name. */
  public static Grant ofStage(String stage, Set<Permission> permissions, Resource on) {
    return new Grant("", Grantee.role(stage), permissions, on, sourceOfStage(stage));
  }

  /** A grant that stands for what a principal is. */
  static Grant standing(Principal principal, Resource on, String why, boolean data) {
    EnumSet<Permission> all = EnumSet.of(Permission.ADMIN);
    if (data) {
      all.addAll(Permission.DATA);
    }
    return new Grant(why, Grantee.of(principal), all, on, why);
  }

  /** The source of all grants that a stage manages. */
  public static String sourceOfStage(String stage) {
    return "stage:" + stage;
  }

  /** The source of the grant that was given for a request for access. */
  static String sourceOfRequest(String request) {
    return REQUEST + request;
  }

  /** Whether somebody gave it over the API, who may take it back there. */
  public boolean isGivenByHand() {
    return source.equals(CLI) || source.equals(BUILT_IN) || source.startsWith(REQUEST);
  }

  /** The same grant, narrowed by {@code others} alone. */
  public Grant with(Terms others) {
    return new Grant(id, effect, to, permissions, on, others, source);
  }

  /** The same grant, which denies. */
  public Grant asDeny() {
    return new Grant(id, Effect.DENY, to, permissions, on, terms, source);
  }

  /** Whether it denies. */
  public boolean denies() {
    return effect == Effect.DENY;
  }

  /** The same grant under an id. */
  Grant withId(String newId) {
    return new Grant(newId, effect, to, permissions, on, terms, source);
  }

  /** The same grant, managed by {@code other}. */
  Grant from(String other) {
    return new Grant(id, effect, to, permissions, on, terms, other);
  }

  /** The same grant, of more. */
  Grant and(Set<Permission> more) {
    EnumSet<Permission> both = copy(permissions);
    both.addAll(more);
    return new Grant(id, effect, to, both, on, terms, source);
  }

  /** Whether it says something about {@code wanted}: that it is allowed, or that it is denied. */
  boolean isAbout(Permission wanted) {
    for (Permission permission : permissions) {
      if (denies() ? permission.excludes(wanted) : permission.includes(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** Grants of one source with the same place are one grant. */
  String place() {
    return "%s %s on %s %s".formatted(effect, to, on, terms.toJson());
  }

  /** For people: {@code group:analysts SELECT on shop.stage}, and what narrows it. */
  String written() {
    String plain =
        "%s%s %s on %s"
            .formatted(
                denies() ? "deny " : "",
                to,
                String.join(", ", permissions.stream().map(Permission::name).sorted().toList()),
                on);
    return terms.isNone() ? plain : plain + " " + terms.toJson();
  }

  private static EnumSet<Permission> copy(Collection<Permission> permissions) {
    EnumSet<Permission> copy = EnumSet.noneOf(Permission.class);
    copy.addAll(permissions);
    return copy;
  }
}
