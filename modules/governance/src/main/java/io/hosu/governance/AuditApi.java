package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The audit record. Administrators see all of it, others what they did themselves, without the
 * conditions that hid something from them.
 */
final class AuditApi implements Routes {
  private static final Pattern NOTED = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

  private final Audit audit;
  private final AuditReading reading;
  private final AuditVerifier verifier;
  private final Administration administration;
  private final InstantSource clock;

  AuditApi(
      Audit audit,
      AuditReading reading,
      AuditVerifier verifier,
      Administration administration,
      InstantSource clock) {
    this.audit = audit;
    this.reading = reading;
    this.verifier = verifier;
    this.administration = administration;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/audit", this::list, "principal", "since", "decision", "limit", "next")
        .get("/v1/audit/verify", this::verify, "noted");
  }

  private void list(Call call) throws IOException {
    var filter =
        new AuditRecords.Filter(
            doings(call), call.since(clock), call.query("decision", AuditApi::verdict));
    audit.flush();
    long before = call.number("next").orElse(Long.MAX_VALUE);
    Page<AuditRow> page = reading.list(filter, call.limit(), before);
    Authentication.caller(call).trail().gives(page.items().size());
    boolean all = administration.isAdministrator(call);
    call.send(page.map(row -> json(all ? row.toJson() : row.toJsonOfOwn())));
  }

  private Doings doings(Call call) {
    if (!administration.isAdministrator(call)) {
      return administration.own(call);
    }
    return call.text("principal").<Doings>map(Doings.Of::new).orElseGet(Doings.All::new);
  }

  private static ObjectNode json(ObjectNode json) {
    return json.set("detail", Json.parse(json.path("detail").asText()));
  }

  private void verify(Call call) throws IOException {
    administration.requireAdministrator(call);
    audit.flush();
    Verification found = verifier.verify(call.query("noted", AuditApi::noted));
    ObjectNode json = Json.object();
    json.put("first", found.first());
    json.put("last", found.last().seq());
    json.put("hash", found.last().hash());
    json.put("records", found.records());
    json.put("unchained", found.unchained());
    json.putNull("broken");
    found
        .broken()
        .ifPresent(
            broken -> json.putObject("broken").put("seq", broken.seq()).put("what", broken.what()));
    call.send(200, json);
  }

  private static AuditChain.Link noted(String text) {
    Matcher form = NOTED.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'%s' is not the place and the hash of a record.".formatted(text),
          "Give them as hosu audit verify told them: 1200:HASH");
    }
    return new AuditChain.Link(Long.parseLong(form.group(1)), form.group(2));
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
