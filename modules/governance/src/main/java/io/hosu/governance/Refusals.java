package io.hosu.governance;

import io.hosu.kernel.TableName;
import org.jspecify.annotations.Nullable;

/** What refusals say: which right is missing, who can give it, and how. */
final class Refusals {
  private Refusals() {}

  /**
   * No grant allows it.
   *
   * @param domain the domain in which it lies, when the principal may know that; null: not
   */
  static Decision.Denied missing(
      Principal principal,
      Permission permission,
      Resource resource,
      Domains.@Nullable Domain domain) {
    return new Decision.Denied(
        "%s may not %s on %s: no grant allows it. %s"
            .formatted(principal, permission, resource, givers(resource, domain)),
        grant(principal, permission, resource));
  }

  private static String givers(Resource resource, Domains.@Nullable Domain domain) {
    if (resource.domainName().isEmpty()) {
      return "Administrators can give it.";
    }
    return domain == null
        ? "The domain's owner and administrators can give it."
        : "The owner of the domain %s (%s) and administrators can give it."
            .formatted(domain.name(), domain.owner());
  }

  private static String grant(Principal principal, Permission permission, Resource resource) {
    String to = Grantee.of(principal).toString();
    return """
    Ask one of them for: hosu grant %s %s %s
    or, to keep it in the lake project, add to a file in access/:
    grants:
      - { to: "%s", allow: [%s], on: "%s" }\
    """
        .formatted(to, permission, resource, to, permission, resource);
  }

  /** A grant denies it, which no other grant can mend. */
  static Decision.Denied denied(
      Principal principal, Permission permission, Resource resource, Grant deny) {
    return new Decision.Denied(
        "%s may not %s on %s: it is denied to %s on %s, which wins over all that allows it."
            .formatted(principal, permission, resource, deny.to(), deny.on()),
        deny.source().equals(Grant.CLI)
            ? "Ask who may GRANT on %s for: hosu revoke %s".formatted(deny.on(), deny.id())
            : "Ask for the removal of the grant that denies it from access/ of the lake project.");
  }

  /** Only a part of a table may be seen, by who asks for all of it. */
  static Decision.Denied limited(Principal principal, TableName table) {
    return new Decision.Denied(
        "%s may SELECT from %s, but not all of its rows and columns as they are."
            .formatted(principal, table),
        "Ask for a grant without rows, columns and masks, or use a way in that can leave them"
            + " out.");
  }

  /** Its grants allow it, but not the way in which it acts. */
  static Decision.Denied bounded(
      Principal principal,
      Permission permission,
      Resource resource,
      Bound bound,
      Decision.Denied why) {
    return switch (bound) {
      case Bound.Domains(var names) ->
          new Decision.Denied(
              "%s may not %s on %s by this token, which is good for %s alone."
                  .formatted(principal, permission, resource, String.join(", ", names)),
              "Use one that is good for it too: hosu token create %s --domain DOMAIN"
                  .formatted(principal.name()));
      case Bound.Session _ ->
          new Decision.Denied(
              "%s may not %s on %s in this session: its policy does not allow it."
                  .formatted(principal, permission, resource),
              "Begin one whose policy does: hosu role assume %s --policy FILE"
                  .formatted(principal.name()));
      case Bound.Other(Principal other) ->
          new Decision.Denied(
              "Who acts as %s may do there only what %s may do too. %s"
                  .formatted(principal, other, why.reason()),
              why.remedy());
    };
  }

  /** Each of the bounds shows something of a table, but they show no column together. */
  static Decision.Denied nothingInCommon(Principal principal, Resource resource) {
    return new Decision.Denied(
        "%s may SELECT from %s, but by these credentials none of its columns."
            .formatted(principal, resource),
        "Use credentials that are good for more: hosu token create %s".formatted(principal.name()));
  }
}
