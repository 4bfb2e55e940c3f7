package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;

/** What no principal can be. */
final class PrincipalChecks {
  private PrincipalChecks() {}

  /**
   * Refuses what does not go together.
   *
   * @throws Invalid {@link GovernanceError#PRINCIPAL_INVALID}
   */
  static void check(Principal principal, Principals.About about) {
    requireTrustable(principal, about);
    requireNoStage(principal);
  }

  /** Else whoever it trusts would have the rights of a stage, now or as soon as there is one. */
  private static void requireNoStage(Principal principal) {
    if (Grantee.domainOf(principal).isPresent()) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "'%s' cannot name a role: names with a dot are those of the roles of stages."
              .formatted(principal.name()),
          "Name it without a dot: hosu principals create %s --kind role"
              .formatted(principal.name().replace('.', '-')));
    }
  }

  private static void requireTrustable(Principal principal, Principals.About about) {
    if (principal.kind() != Principal.Kind.ROLE && !about.trust().isEmpty()) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "%s cannot have trust: nobody acts as another but as a role.".formatted(principal),
          "Make a role for what is to be done together, and grant it what that needs.");
    }
    if (principal.kind() != Principal.Kind.SERVICE && about.keepsLimits()) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "%s cannot have keeps_limits: it is no service.".formatted(principal),
          "Make a service for the engine, with: hosu principals create NAME --kind service"
              + " --keeps-limits");
    }
    for (Grantee trusted : about.trust()) {
      if (trusted.kind() == Grantee.Kind.ROLE || trusted.kind() == Grantee.Kind.DOMAIN) {
        throw new Invalid(
            GovernanceError.PRINCIPAL_INVALID,
            "%s cannot trust %s: roles do not act as roles.".formatted(principal, trusted),
            "Trust the user, service or group that acts: user:NAME, group:NAME, or"
                + " principal:\"team = ops\".");
      }
    }
  }
}
