package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Locale;
import java.util.Optional;

/**
 * To whom something is granted: a principal, all principals of a group, all stages of a domain, or
 * all whose attributes an expression holds of.
 *
 * <p>Written {@code user:alice}, {@code group:analysts}, {@code role:loader}, {@code
 * service:airflow}, {@code domain:sales}, {@code principal:"region = EU"}; {@link #parse} reads
 * back what {@link #toString} prints.
 */
public record Grantee(Kind kind, String name) implements Comparable<Grantee> {

  /** What a grantee is. */
  public enum Kind {
    USER,
    GROUP,
    ROLE,
    SERVICE,
    /** All stages of a domain, whose roles bear their full names. */
    DOMAIN,
    /** All principals whose attributes an {@link Expression} holds of, which is the name. */
    PRINCIPAL;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Grantee {
    if (kind == Kind.PRINCIPAL) {
      name = Expression.parse(name).toString();
    } else {
      Principal.requireName(kind.word(), name);
    }
  }

  /** The principal itself. */
  public static Grantee of(Principal principal) {
    Kind kind =
        switch (principal.kind()) {
          case USER -> Kind.USER;
          case ROLE -> Kind.ROLE;
          case SERVICE -> Kind.SERVICE;
        };
    return new Grantee(kind, principal.name());
  }

  /** A user. */
  public static Grantee user(String name) {
    return new Grantee(Kind.USER, name);
  }

  /** A group. */
  public static Grantee group(String name) {
    return new Grantee(Kind.GROUP, name);
  }

  /** A role. */
  public static Grantee role(String name) {
    return new Grantee(Kind.ROLE, name);
  }

  /**
   * Reads {@code KIND:NAME}; a name alone is a user's.
   *
   * @throws Invalid {@link GovernanceError#PRINCIPAL_INVALID}
   */
  public static Grantee parse(String text) {
    int colon = text.indexOf(':');
    String word = colon < 0 ? "user" : text.substring(0, colon);
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(word)) {
        String name = text.substring(colon + 1);
        return new Grantee(kind, kind == Kind.PRINCIPAL ? ResourceForm.unquoted(name) : name);
      }
    }
    throw new Invalid(
        GovernanceError.PRINCIPAL_INVALID,
        "'%s' does not say to whom.".formatted(text),
        "Write user:NAME, group:NAME, role:NAME, service:NAME, or principal:\"region = EU\" for all"
            + " who have such attributes, domain:NAME for the stages of a domain.");
  }

  /** Whether what is granted to this is granted to {@code principal}. */
  public boolean includes(Principal principal) {
    return switch (kind) {
      case GROUP -> principal.groups().contains(name);
      case PRINCIPAL -> holds(Expression.parse(name), principal);
      case DOMAIN -> domainOf(principal).filter(this::equals).isPresent();
      case USER, ROLE, SERVICE -> equals(of(principal));
    };
  }

  /** The domain whose stage {@code principal} is the role of, if it is one. */
  static Optional<Grantee> domainOf(Principal principal) {
    int dot = principal.name().indexOf('.');
    return principal.kind() == Principal.Kind.ROLE && dot > 0
        ? Optional.of(new Grantee(Kind.DOMAIN, principal.name().substring(0, dot)))
        : Optional.empty();
  }

  /** Whether {@code expression} holds of the attributes of {@code principal}. */
  static boolean holds(Expression expression, Principal principal) {
    return expression.holds(name -> principal.attributes().get(name.name()));
  }

  @Override
  public int compareTo(Grantee other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return kind == Kind.PRINCIPAL ? "principal:\"%s\"".formatted(name) : kind.word() + ":" + name;
  }
}
