package io.hosu.governance;

/** How a missing right is given: by command, or in the lake project. */
final class Remedies {
  private Remedies() {}

  static String grant(Principal principal, Permission permission, Resource resource) {
    String to = Grantee.of(principal).toString();
    return """
    Ask one of them for: hosu grant %s %s %s
    or, to keep it in the lake project, add to a file in access/:
    grants:
      - { to: "%s", allow: [%s], on: "%s" }\
    """
        .formatted(to, permission, resource, to, permission, resource);
  }
}
