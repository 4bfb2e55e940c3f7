package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who acts.
 *
 * <p>Written {@code user:alice}, {@code role:loader}, {@code service:airflow}.
 *
 * @param name unique in the lake, whatever the kind
 * @param administrator whether everything but data is allowed
 * @param groups the groups it belongs to: what is granted to one is granted to it
 * @param attributes what row filters may ask about it, for example {@code region=EU}
 * @param acting in what way it acts just now; not kept with it
 * @param life which of those that bear the name one after the other; empty: one that is not kept
 */
public record Principal(
    String name,
    Kind kind,
    boolean administrator,
    SortedSet<String> groups,
    SortedMap<String, String> attributes,
    Acting acting,
    String life) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.@-]{0,191}");

  /** What a principal is. */
  public enum Kind {
    /** A person. */
    USER,
    /** Rights that work is done with: a stage has one. */
    ROLE,
    /** A program outside. */
    SERVICE
  }

  public Principal {
    requireName("principal", name);
    groups.forEach(group -> requireName("group", group));
    groups = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(groups));
    attributes = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** A principal that acts as itself. */
  public Principal(
      String name,
      Kind kind,
      boolean administrator,
      SortedSet<String> groups,
      SortedMap<String, String> attributes) {
    this(name, kind, administrator, groups, attributes, Acting.AS_ITSELF, "");
  }

  /** A person without groups. */
  public static Principal user(String name) {
    return new Principal(name, Kind.USER, false, new TreeSet<>(), new TreeMap<>());
  }

  /** A role. */
  public static Principal role(String name) {
    return new Principal(name, Kind.ROLE, false, new TreeSet<>(), new TreeMap<>());
  }

  /** A program outside. */
  public static Principal service(String name) {
    return new Principal(name, Kind.SERVICE, false, new TreeSet<>(), new TreeMap<>());
  }

  /** The same principal, who may do everything but read and write data. */
  public Principal asAdministrator() {
    return new Principal(name, kind, true, groups, attributes, acting, life);
  }

  /** The same principal in these groups and no others. */
  public Principal in(Set<String> otherGroups) {
    return new Principal(
        name, kind, administrator, new TreeSet<>(otherGroups), attributes, acting, life);
  }

  /** The same principal with these attributes and no others. */
  public Principal with(Map<String, String> otherAttributes) {
    return new Principal(
        name, kind, administrator, groups, new TreeMap<>(otherAttributes), acting, life);
  }

  /** The same principal, acting in this way: in the groups too that its credentials claim. */
  public Principal acting(Acting how) {
    SortedSet<String> all = new TreeSet<>(groups);
    all.addAll(how.claimed().groups());
    return new Principal(name, kind, administrator, all, attributes, how, life);
  }

  /** The same principal in this life. */
  Principal living(String its) {
    return new Principal(name, kind, administrator, groups, attributes, acting, its);
  }

  /** The same principal, acting as itself. */
  Principal itself() {
    return acting.equals(Acting.AS_ITSELF) ? this : acting(Acting.AS_ITSELF);
  }

  /** The name alone of who is written {@code user:alice}, or by the name alone. */
  public static String nameIn(String text) {
    return text.substring(text.indexOf(':') + 1);
  }

  /** Whether a principal or a group can have this name. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static void requireName(String what, String name) {
    if (!isName(name)) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "'%s' cannot name a %s.".formatted(name, what),
          "Use a small letter, then small letters, digits and _ . @ -, at most 192 in all.");
    }
  }

  @Override
  public String toString() {
    return Grantee.of(this).toString();
  }
}
