package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Requests for access: everybody asks, whether or not what they name exists; who may {@code GRANT}
 * there sees the request and decides. What is approved is a grant that names the request and ends
 * by itself.
 */
final class AccessRequestsApi implements Routes {
  private static final String PATH = "/v1/access/requests";
  private static final Duration STANDARD = Duration.ofDays(30);
  private static final int LONGEST_WHY = 2000;

  private final Database database;
  private final AccessRequests requests;
  private final Parts parts;
  private final Giving giving;
  private final InstantSource clock;

  /** What requests are decided with. */
  record Parts(
      Principals principals, Grants grants, Policy policy, Administration administration) {}

  AccessRequestsApi(Database database, AccessRequests requests, Parts parts, InstantSource clock) {
    this.database = database;
    this.requests = requests;
    this.parts = parts;
    this.giving = new Giving(parts.policy(), parts.administration());
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list, "status", "limit", "next")
        .post(PATH, this::ask)
        .get(PATH + "/{id}", this::show)
        .post(PATH + "/{id}/approve", this::approve)
        .post(PATH + "/{id}/refuse", this::refuse)
        .delete(PATH + "/{id}", this::withdraw);
  }

  private void ask(Call call) throws IOException {
    JsonFields body = call.fields("on", "permissions", "why", "until");
    Resource on = Resource.parse(body.text("on"));
    Giving.requireNotOfSystem(on);
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    (body.object().has("permissions") ? body.texts("permissions") : List.of("SELECT"))
        .forEach(text -> permissions.add(Permission.parse(text)));
    Principal self = Authentication.principal(call);
    var wish = new AccessRequests.Wish(permissions, on, why(body), until(body));
    // What a grant of it would be refused for, the request is.
    Grant sought = sought(wish, Grantee.of(self), Terms.none(), Grant.CLI);
    AccessRequest request =
        parts
            .administration()
            .change(call, "REQUEST", sought.written(), tx -> requests.ask(tx, self, wish));
    call.send(201, request.toJson());
  }

  /** The grant of a wish; of a column, it is on the table, for this column alone. */
  private static Grant sought(AccessRequests.Wish wish, Grantee to, Terms terms, String source) {
    Resource on = wish.on();
    Terms narrow = terms;
    if (wish.on() instanceof Resource.Column(var table, String column)) {
      if (!terms.columns().has(column)) {
        throw new Invalid(
            GovernanceError.REQUEST_INVALID,
            "The request is for the column %s, which is not among the columns given."
                .formatted(wish.on()),
            "Leave columns out: the grant is for this column alone.");
      }
      on = Resource.of(table);
      narrow = terms.with(Columns.only(List.of(column)));
    }
    return new Grant("", Grant.Effect.ALLOW, to, wish.permissions(), on, narrow, source);
  }

  private static String why(JsonFields body) {
    String why = body.text("why").strip();
    if (why.isEmpty() || why.length() > LONGEST_WHY) {
      throw new Invalid(
          GovernanceError.REQUEST_INVALID,
          "The reason has %d characters.".formatted(why.length()),
          "Say in 1 to %d characters what it is needed for: --why \"...\"".formatted(LONGEST_WHY));
    }
    return why;
  }

  private Instant until(JsonFields body) {
    Instant now = clock.instant();
    Instant until =
        body.optionalText("until").map(TermsText::instant).orElseGet(() -> now.plus(STANDARD));
    if (!until.isAfter(now)) {
      throw new Invalid(
          GovernanceError.REQUEST_INVALID,
          "The end, %s, is not in the future.".formatted(until),
          "Name a later time: --until 30d");
    }
    return until;
  }

  private void list(Call call) throws IOException {
    Set<AccessRequest.Status> statuses =
        call.query("status", AccessRequestsApi::statuses)
            .orElse(EnumSet.of(AccessRequest.Status.OPEN));
    Predicate<AccessRequest> seen = seen(call);
    int limit = call.limit();
    List<AccessRequest> found =
        database.read(tx -> requests.list(tx, statuses, seen, call.next().orElse(""), limit + 1));
    Page<AccessRequest> page =
        found.size() <= limit
            ? Page.last(found)
            : new Page<>(found.subList(0, limit), found.get(limit - 1).id());
    call.send(page.map(AccessRequest::toJson));
  }

  private static Set<AccessRequest.Status> statuses(String text) {
    for (AccessRequest.Status status : AccessRequest.Status.values()) {
      if (status.name().equalsIgnoreCase(text)) {
        return EnumSet.of(status);
      }
    }
    if (text.equals("all")) {
      return EnumSet.allOf(AccessRequest.Status.class);
    }
    throw new Invalid(
        GovernanceError.REQUEST_INVALID,
        "'status' is '%s'.".formatted(text),
        "Give open, approved, refused, withdrawn or all.");
  }

  private void show(Call call) throws IOException {
    call.send(200, require(call).toJson());
  }

  /** The request that the path names, for who asked and who may decide. */
  private AccessRequest require(Call call) {
    String id = call.variable("id", Function.identity());
    return database
        .read(tx -> requests.find(tx, id))
        .filter(seen(call))
        .orElseThrow(() -> AccessRequests.notFound(id));
  }

  private Predicate<AccessRequest> seen(Call call) {
    Principal self = Authentication.principal(call);
    Rights rights = parts.policy().rights();
    return request -> isOwn(request, self) || Giving.may(rights, self, request.on());
  }

  /** What was asked for in another life was asked for by another of that name. */
  private static boolean isOwn(AccessRequest request, Principal self) {
    return request.asker().equals(AccessRequest.Asker.of(self));
  }

  private void approve(Call call) throws IOException {
    AccessRequest request = require(call);
    JsonFields body = call.fields("why", "columns", "rows", "masks", "where", "until");
    Terms terms = Terms.fromJson(body.object());
    Terms ending = terms.until().isPresent() ? terms : terms.until(request.until());
    Principal asker = asker(request);
    Grant wanted =
        sought(
            new AccessRequests.Wish(
                request.permissions(), request.on(), request.why(), request.until()),
            Grantee.of(asker),
            ending,
            Grant.sourceOfRequest(request.id()));
    giving.require(call, wanted);
    AccessRequest approved =
        parts
            .administration()
            .change(
                call,
                "APPROVE",
                request.id() + " " + wanted.written(),
                tx -> {
                  Grant given = parts.grants().put(tx, wanted);
                  return requests.decide(
                      tx,
                      request.id(),
                      AccessRequest.Status.APPROVED,
                      answer(call, body.optionalText("why").orElse(""), given.id()));
                });
    call.send(200, approved.toJson());
  }

  private Principal asker(AccessRequest request) {
    return parts
        .principals()
        .find(Principal.nameIn(request.principal()))
        .filter(principal -> AccessRequest.Asker.of(principal).equals(request.asker()))
        .orElseThrow(() ->
            new NotFound(
                GovernanceError.PRINCIPAL_NOT_FOUND,
                "%s, who asked, is there no more.".formatted(request.principal()),
                "Refuse it: hosu access refuse %s --why \"...\"".formatted(request.id())));
  }

  private void refuse(Call call) throws IOException {
    AccessRequest request = require(call);
    parts.administration().require(call, Permission.GRANT, request.on());
    AccessRequest.Answer answer = answer(call, why(call.fields("why")), "");
    decide(call, "REFUSE", request, AccessRequest.Status.REFUSED, answer);
  }

  private void withdraw(Call call) throws IOException {
    AccessRequest request = require(call);
    if (!isOwn(request, Authentication.principal(call))) {
      throw AccessRequests.notFound(request.id());
    }
    decide(call, "WITHDRAW", request, AccessRequest.Status.WITHDRAWN, answer(call, "", ""));
  }

  private void decide(
      Call call,
      String action,
      AccessRequest request,
      AccessRequest.Status status,
      AccessRequest.Answer answer)
      throws IOException {
    AccessRequest decided =
        parts
            .administration()
            .change(
                call,
                action,
                request.id(),
                tx -> requests.decide(tx, request.id(), status, answer));
    call.send(200, decided.toJson());
  }

  private AccessRequest.Answer answer(Call call, String why, String grant) {
    return new AccessRequest.Answer(
        Authentication.principal(call).toString(), clock.instant(), why, grant);
  }
}
