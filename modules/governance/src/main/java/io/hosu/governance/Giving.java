package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import java.util.Optional;

/**
 * Who may give what: who may {@code GRANT} on a resource gives there what it has itself, wholly;
 * who may {@code ADMIN} there gives anything, and denies.
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
    administration.require(call, Permission.GRANT, wanted.on());
    Rights rights = policy.rights();
    Principal self = Authentication.principal(call);
    if (rights.decide(self, Permission.ADMIN, wanted.on()) instanceof Decision.Allowed) {
      return;
    }
    if (wanted.denies()) {
      administration.require(call, Permission.ADMIN, wanted.on());
    }
    for (Permission permission : wanted.permissions()) {
      if (!rights.wholly(self, permission, wanted.on())) {
        administration.require(call, permission, wanted.on());
        administration.require(call, Permission.ADMIN, wanted.on());
      }
    }
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
