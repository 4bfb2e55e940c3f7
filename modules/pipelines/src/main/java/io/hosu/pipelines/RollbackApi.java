package io.hosu.pipelines;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.NotFound;
import java.io.IOException;
import java.util.function.BiConsumer;

/**
 * Rollbacks over HTTP: {@code POST /v1/executions/{id}/rollback} with {@code cascade} and {@code
 * dry_run}. It takes the right to run each pipeline whose executions go back, and to delete rows of
 * each table that does.
 */
public final class RollbackApi implements Routes {
  private final Rollbacks rollbacks;
  private final History history;
  private final Policy policy;

  public RollbackApi(Rollbacks rollbacks, History history, Policy policy) {
    this.rollbacks = rollbacks;
    this.history = history;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/executions/{id}/rollback", this::rollback);
  }

  private void rollback(Call call) throws IOException {
    JsonFields body = call.fields("cascade", "dry_run");
    Principal principal = Authentication.principal(call);
    Rollbacks.Request request =
        new Rollbacks.Request(
            call.variable("id"),
            principal.toString(),
            Seen.of(policy.rights(), principal),
            body.flag("cascade", false) ? Rollbacks.Reach.CASCADE : Rollbacks.Reach.ALONE);
    boolean dryRun = body.flag("dry_run", false);
    try {
      RolledBack done =
          dryRun
              ? planned(rollbacks.plan(request), policy, Authentication.caller(call))
              : rollbacks.rollback(
                  request, plan -> require(policy, Authentication.caller(call), plan));
      call.send(200, done.toJson(rollbacks.seenRecords(policy.rights(), principal)));
    } catch (NotFound e) {
      throw history.notTakenBack(e, request.execution(), request.seen());
    }
  }

  /** Refuses a rollback that a caller may not do. */
  static void require(Policy policy, Caller caller, RolledBack plan) {
    needed(plan, (permission, on) -> policy.require(caller, permission, on));
  }

  /** The same for one that is planned alone, so that nothing is done that could be on record. */
  static RolledBack planned(RolledBack plan, Policy policy, Caller caller) {
    needed(plan, (permission, on) -> policy.requireBefore(caller, permission, on));
    return plan;
  }

  private static void needed(RolledBack plan, BiConsumer<Permission, Resource> asked) {
    for (Execution execution : plan.executions()) {
      if (execution.origin().by() == Execution.By.UPKEEP) {
        continue;
      }
      asked.accept(Permission.RUN, Seen.pipeline(execution.stage()));
    }
    for (RolledBack.TableBack back : plan.tables()) {
      asked.accept(Permission.DELETE, Resource.of(back.table()));
    }
  }
}
