package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/** The audit record. Administrators see all of it, others what they did themselves. */
final class AuditApi implements Routes {
  private final Audit audit;
  private final Administration administration;
  private final InstantSource clock;

  AuditApi(Audit audit, Administration administration, InstantSource clock) {
    this.audit = audit;
    this.administration = administration;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/audit", this::list);
  }

  private void list(Call call) throws IOException {
    Optional<String> of =
        administration.isAdministrator(call)
            ? call.query("principal", Function.identity())
            : Optional.of(Authentication.principal(call).toString());
    var filter = new Audit.Filter(of, call.since(clock), call.query("decision", AuditApi::verdict));
    audit.flush();
    Optional<Long> before = call.query("next", AuditApi::seq);
    call.send(audit.list(filter, call.limit(), before).map(GovernanceJson::auditRecord));
  }

  private static Long seq(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'next' is '%s', which no list gave.".formatted(text),
          "Leave it out to begin anew.",
          e);
    }
  }

  private static AuditRecord.Verdict verdict(String text) {
    for (AuditRecord.Verdict verdict : AuditRecord.Verdict.values()) {
      if (verdict.name().equalsIgnoreCase(text)) {
        return verdict;
      }
    }
    throw new Invalid(
        HttpError.PARAMETER_INVALID,
        "'decision' is '%s'.".formatted(text),
        "Give 'allowed' or 'denied'.");
  }
}
