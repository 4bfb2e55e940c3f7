package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.function.Function;

/** Changes over the API: allowed, done and recorded in one. May be used from any thread. */
final class Administration {
  private final Database database;
  private final Policy policy;
  private final InstantSource clock;

  Administration(Database database, Policy policy, InstantSource clock) {
    this.database = database;
    this.policy = policy;
    this.clock = clock;
  }

  /** Whether who calls is an administrator of the lake. */
  boolean isAdministrator(Call call) {
    Principal principal = Authentication.principal(call);
    return policy.decide(principal, Permission.ADMIN, new Resource.Lake())
        instanceof Decision.Allowed;
  }

  /**
   * Lets only administrators pass.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void requireAdministrator(Call call) {
    require(call, Permission.ADMIN, new Resource.Lake());
  }

  /** What who calls looks at as its own doings. */
  Doings own(Call call) {
    return policy.own(Authentication.principal(call));
  }

  /**
   * The name of the principal that the call's path names, for itself and administrators: what may
   * not be known looks as if it were not there.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   */
  String requireSelfOrAdministrator(Call call) {
    String name = call.variable("name");
    boolean self = Authentication.principal(call).name().equals(name);
    if (!self && !isAdministrator(call)) {
      throw new NotFound(
          GovernanceError.PRINCIPAL_NOT_FOUND,
          "There is no principal '%s' that you may see.".formatted(name),
          "Ask an administrator for: hosu principals list");
    }
    return name;
  }

  /**
   * Lets who calls go on to a {@link #change}, which is what the audit record tells of; a refusal
   * is recorded at once.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void require(Call call, Permission permission, Resource on) {
    policy.requireBefore(Authentication.caller(call), permission, on);
  }

  /** Does {@code work} and records it as {@code action} on {@code resource}, both or neither. */
  <T> T change(Call call, String action, String resource, Function<Transaction, T> work) {
    Caller caller = Authentication.caller(call);
    AuditRecord record =
        AuditRecord.of(clock.instant(), caller, action, resource, AuditRecord.Verdict.ALLOWED);
    caller.trail().add(record);
    try {
      return database.write(tx -> {
        caller.trail().keepIn(tx);
        return work.apply(tx);
      });
    } catch (HosuException e) {
      caller.trail().refused(record, e);
      throw e;
    }
  }
}
