package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import java.util.List;
import java.util.Optional;

/**
 * Who may give what: who may {@code GRANT} on a resource gives there what it has itself, wholly and
 * at most as long; who may {@code ADMIN} there gives anything, and denies. What somebody has under
 * a condition, or within a policy of its session, it does not pass on. Who may give may take.
 */
final class Giving {
  private final Policy policy;
  private final Administration administration;

  Giving(Policy policy, Administration administration) {
    this.policy = policy;
    this.administration = administration;
  }

  /**
   * Lets who calls give {@code wanted}, or refuses it.
   *
   * @throws Invalid {@link GovernanceError#RESOURCE_INVALID} when nothing can be granted on it
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void require(Call call, Grant wanted) {
    requireNotOfSystem(wanted.on());
    requireHeld(call, wanted);
    requireUnnarrowed(call, wanted.on());
    boolean anything = mayAll(call, wanted) && passesOn(call, Permission.ADMIN, wanted);
    for (Permission permission : wanted.permissions()) {
      if (!anything && !passesOn(call, permission, wanted)) {
        throw refused(
            call,
            wanted.on(),
            "%s has %s on %s for a while or under a condition, and passes on no more than that."
                .formatted(Authentication.principal(call), permission, wanted.on()),
            "Give it an end that is not later than your own, if you have it for a while (--until),"
                + " or ask who has it without end and condition.");
      }
    }
  }

  /**
   * Lets who calls take {@code given} away, or refuses it: who may give it may take it.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void requireToTake(Call call, Grant given) {
    requireHeld(call, given);
  }

  /** What is given must be had: all of it, or what stands above all. */
  private void requireHeld(Call call, Grant grant) {
    administration.require(call, Permission.GRANT, grant.on());
    if (mayAll(call, grant)) {
      return;
    }
    if (grant.denies()) {
      administration.require(call, Permission.ADMIN, grant.on());
    }
    for (Permission permission : grant.permissions()) {
      if (!policy.rights().undenied(Authentication.principal(call), permission, grant.on())) {
        administration.require(call, permission, grant.on());
        administration.require(call, Permission.ADMIN, grant.on());
      }
    }
  }

  private boolean mayAll(Call call, Grant grant) {
    return policy.decide(Authentication.principal(call), Permission.ADMIN, grant.on())
        instanceof Decision.Allowed;
  }

  /** Who has less than its rights does so for a while, and a grant would stay. */
  private void requireUnnarrowed(Call call, Resource on) {
    Principal self = Authentication.principal(call);
    if (self.acting().bounds().stream().anyMatch(Giving::isForAWhile)) {
      throw refused(
          call,
          on,
          "Who acts as %s in a session with a policy, or by Hosu-As, gives no grants: they would stay."
              .formatted(self),
          "Give it in a session without a policy, or with a token of who has the right itself.");
    }
  }

  private static boolean isForAWhile(Bound bound) {
    return bound instanceof Bound.Session || bound instanceof Bound.Other;
  }

  /** Whether who calls has this without conditions, and at least as long as it would be given. */
  private boolean passesOn(Call call, Permission permission, Grant wanted) {
    return policy.rights().grantsOf(Authentication.principal(call)).stream()
        .anyMatch(grant -> isPassedOn(grant, permission, wanted));
  }

  private static boolean isPassedOn(Grant grant, Permission permission, Grant wanted) {
    Terms terms = grant.terms();
    return !grant.denies()
        && grant.isAbout(permission)
        && grant.on().covers(wanted.on())
        && grant.to().kind() != Grantee.Kind.PRINCIPAL
        && !terms.limits()
        && terms.where().isEmpty()
        && terms
            .until()
            .map(end -> wanted.terms().until().filter(its -> !its.isAfter(end)).isPresent())
            .orElse(true);
  }

  private Denied refused(Call call, Resource on, String reason, String remedy) {
    Missing missing =
        Missing.grant(
            Authentication.principal(call), Permission.ADMIN, on, List.of(Missing.ADMINISTRATORS));
    return policy.refused(
        Authentication.caller(call),
        Permission.GRANT,
        on,
        new Decision.Denied(reason, remedy, missing.toJson()));
  }

  /** Whether {@code self} may give something on {@code resource}. */
  static boolean may(Rights rights, Principal self, Resource resource) {
    return rights.decide(self, Permission.GRANT, resource) instanceof Decision.Allowed;
  }

  /** Who may see what the lake keeps of itself follows from what it is about. */
  static void requireNotOfSystem(Resource on) {
    if (on.domainName().equals(Optional.of(Names.SYSTEM))
        || ResourceForm.layerOf(on).equals(Names.SYSTEM)) {
      throw new Invalid(
          GovernanceError.RESOURCE_INVALID,
          "Nothing can be granted on %s: it is what the lake keeps of itself.".formatted(on),
          "Who may see a pipeline sees its executions in system.executions: hosu grant PRINCIPAL"
              + " DESCRIBE pipeline:DOMAIN.PIPELINE");
    }
  }
}
