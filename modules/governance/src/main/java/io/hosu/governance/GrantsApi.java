package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Grants and decisions. Who may {@code GRANT} on a resource gives and takes there what it has
 * itself, and who may {@code ADMIN} there anything; everybody sees what is granted to them.
 */
final class GrantsApi implements Routes {
  private static final String PATH = "/v1/grants";

  private final Principals principals;
  private final Grants grants;
  private final Policy policy;
  private final Administration administration;
  private final Giving giving;

  private final GrantFit fit;

  GrantsApi(
      Principals principals,
      Grants grants,
      Policy policy,
      Administration administration,
      GrantFit fit) {
    this.fit = fit;
    this.giving = new Giving(policy, administration);
    this.principals = principals;
    this.grants = grants;
    this.policy = policy;
    this.administration = administration;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list, "principal", "limit", "next")
        .post(PATH, this::give)
        .delete(PATH + "/{id}", this::take)
        .get("/v1/can", this::decide, "on", "resource", "principal", "permission")
        .get("/v1/decisions", this::decide, "on", "resource", "principal", "permission");
  }

  private void list(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    Knowledge knowledge = new Knowledge(policy.rights(), self, fit);
    String of = call.text("principal").orElse("");
    String after = call.next().orElse("");
    int limit = call.limit();
    List<ObjectNode> found =
        grants.list().stream()
            .filter(grant -> of.isEmpty() || isOf(grant, of))
            .filter(grant -> grant.id().compareTo(after) > 0)
            .flatMap(grant -> told(self, grant, knowledge).stream())
            .limit(limit + 1L)
            .toList();
    call.send(
        found.size() <= limit
            ? Page.last(found)
            : new Page<>(found.subList(0, limit), found.get(limit - 1).path("id").asText()));
  }

  private void give(Call call) throws IOException {
    JsonFields body =
        call.fields(
            "principal",
            "permissions",
            "on",
            "effect",
            "columns",
            "rows",
            "masks",
            "where",
            "until");
    Resource on = Resource.parse(body.text("on"));
    // Before it is asked who there is: others must not learn that from the answer.
    administration.require(call, Permission.GRANT, on);
    Grantee to = grantee(body.text("principal"));
    EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
    body.texts("permissions").forEach(text -> permissions.add(Permission.parse(text)));
    Grant wanted =
        new Grant("", effect(body), to, permissions, on, Terms.fromJson(body.object()), Grant.CLI);
    giving.require(call, wanted);
    requireFit(wanted);
    requireNotOver(wanted);
    Grant given =
        administration.change(call, "GRANT", describe(wanted), tx -> grants.put(tx, wanted));
    ObjectNode json = GovernanceJson.grant(given);
    List<String> warnings = warnings(given);
    warnings.addAll(Covered.misfits(policy.rights(), Authentication.principal(call), fit, given));
    if (!warnings.isEmpty()) {
      warnings.forEach(json.putArray("warnings")::add);
    }
    call.send(201, json);
  }

  private void requireNotOver(Grant wanted) {
    if (policy.rights().isOver(wanted)) {
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "The grant would be over: its end, %s, is not in the future."
              .formatted(wanted.terms().until().orElseThrow()),
          "Name a later time: --until 30d");
    }
  }

  /** Why a grant has no effect yet, which is no mistake if what lacks is to come. */
  private List<String> warnings(Grant given) {
    List<String> all = new ArrayList<>();
    if (given.to().kind() != Grantee.Kind.DOMAIN
        && principals.list().stream()
            .map(Principals.Kept::principal)
            .noneMatch(given.to()::includes)) {
      all.add("Nobody has it yet: the lake knows nobody who is %s.".formatted(given.to()));
    }
    lacking(given.on()).ifPresent(what -> all.add("It is on nothing yet: %s.".formatted(what)));
    return all;
  }

  /** What is not there of a place that has no tables. */
  private Optional<String> lacking(Resource on) {
    if (!fit.isWithoutTables(on)) {
      return Optional.empty();
    }
    String domain = on.domainName().orElseThrow();
    boolean known = policy.rights().state().domains().containsKey(domain);
    if (!known && fit.isWithoutTables(new Resource.Domain(domain))) {
      return Optional.of("there is no domain " + domain);
    }
    return switch (on) {
      case Resource.Table _ -> Optional.of("there is no table " + on);
      case Resource.Layer _ -> Optional.of("no table is in " + on);
      case Resource.Lake _,
          Resource.Domain _,
          Resource.Dataset _,
          Resource.Pipeline _,
          Resource.Bucket _,
          Resource.ObjectKey _,
          Resource.Column _,
          Resource.Tagged _ ->
          Optional.empty();
    };
  }

  private void requireFit(Grant wanted) {
    List<String> misfits = fit.misfits(wanted);
    if (!misfits.isEmpty()) {
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "The grant does not fit %s. %s".formatted(wanted.on(), String.join(" ", misfits)),
          "See its columns and their types with: hosu tables describe " + wanted.on());
    }
  }

  private static Grant.Effect effect(JsonFields body) {
    String word = body.optionalText("effect").orElse("allow");
    return switch (word) {
      case "allow" -> Grant.Effect.ALLOW;
      case "deny" -> Grant.Effect.DENY;
      default ->
          throw new Invalid(
              GovernanceError.GRANT_INVALID,
              "The effect of a grant is '%s'.".formatted(word),
              "Give allow or deny.");
    };
  }

  private void take(Call call) {
    String id = call.variable("id");
    Grant grant = grants.require(id);
    Principal self = Authentication.principal(call);
    if (told(self, grant, new Knowledge(policy.rights(), self, fit)).isPresent()) {
      giving.requireToTake(call, grant);
    } else {
      throw Grants.notFound(id);
    }
    administration.change(call, "REVOKE", describe(grant), tx -> grants.remove(tx, id));
    call.sendNothing();
  }

  private void decide(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    Permission permission = required(call, "permission", Permission::parse);
    Resource on =
        call.query("on", Resource::parse)
            .orElseGet(() -> required(call, "resource", Resource::parse));
    String name = call.text("principal").orElse(self.name());
    if (name.equals(self.name()) || name.equals(self.toString())) {
      Knowledge knowledge = new Knowledge(policy.rights(), self, fit);
      if (!knowledge.isAll(on)) {
        ObjectNode told = knowledge.decision(permission, on);
        warnOfTables(told, self, permission, on);
        call.send(200, told);
        return;
      }
    } else {
      policy.requireToAsk(self, Permission.GRANT, on);
    }
    if (name.equals(self.toString()) || name.equals(self.name())) {
      call.send(200, explained(call, self, permission, on));
      return;
    }
    Principals.Kept other = principals.requireKept(Principal.nameIn(name));
    ObjectNode answer = explained(call, other.signedIn(), permission, on);
    GovernanceJson.addClaim(answer, other);
    call.send(200, answer);
  }

  /** Tells all of a decision, to who may give what it is about. */
  private ObjectNode explained(Call call, Principal principal, Permission permission, Resource on) {
    Decision decision = Reasons.explain(policy.rights(), principal, permission, on);
    if (on instanceof Resource.Column column && isMissing(column)) {
      NameHistory history = policy.rights().state().names().of(column.table());
      Set<String> now = history == null ? Set.of() : history.columns(column.column());
      now = now.equals(Set.of(column.column())) ? Set.of() : now;
      decision = Refusals.noColumn(column, now, fit.columns(column.table()).keySet());
    }
    ObjectNode answer = GovernanceJson.decision(principal, permission, on, decision);
    warnOfTables(answer, principal, permission, on);
    noteNames(policy.rights(), Authentication.principal(call), principal, on, answer);
    return answer;
  }

  /** Adds which names in the grants of {@code principal} are older ones, for who may give some. */
  static void noteNames(
      Rights rights, Principal self, Principal principal, Resource on, ObjectNode answer) {
    Optional<TableName> table =
        on instanceof Resource.Table(TableName name)
            ? Optional.of(name)
            : on instanceof Resource.Column(TableName of, _) ? Optional.of(of) : Optional.empty();
    if (table.isEmpty() || !Giving.may(rights, self, Resource.of(table.get()))) {
      return;
    }
    List<String> notes = new NameNotes(rights.state()).of(rights.grantsOf(principal), table.get());
    if (!notes.isEmpty()) {
      notes.forEach(answer.putArray("notes")::add);
    }
  }

  private void warnOfTables(
      ObjectNode answer, Principal principal, Permission permission, Resource on) {
    Rights rights = policy.rights();
    Set<String> tables =
        permission == Permission.READ_OBJECTS
                && rights.decide(principal, permission, on) instanceof Decision.Allowed
            ? TableFolders.leftOut(rights, principal, on)
            : Set.of();
    if (!tables.isEmpty()) {
      answer.put(
          "warning",
          "Files of %s are left out: reading them takes SELECT on all of the table."
              .formatted(TableFolders.some(tables)));
    }
  }

  private boolean isMissing(Resource.Column column) {
    Set<String> known = fit.columns(column.table()).keySet();
    return !known.isEmpty() && known.stream().noneMatch(column.column()::equalsIgnoreCase);
  }

  /** A grant as far as {@code self} is told: its own, and those that it may give. */
  private Optional<ObjectNode> told(Principal self, Grant grant, Knowledge knowledge) {
    boolean all = knowledge.isAll(grant.on());
    Optional<ObjectNode> told =
        all || grant.to().includes(self) ? knowledge.grant(grant) : Optional.empty();
    List<String> notes = all ? new NameNotes(policy.rights().state()).of(grant) : List.<String>of();
    if (!notes.isEmpty()) {
      told.ifPresent(json -> notes.forEach(json.putArray("notes")::add));
    }
    return told;
  }

  private static boolean isOf(Grant grant, String principal) {
    return principal.indexOf(':') >= 0
        ? grant.to().toString().equals(principal)
        : grant.to().name().equals(principal);
  }

  /** A name alone stands for the principal of that name, whatever its kind. */
  private Grantee grantee(String text) {
    if (text.startsWith("group:") || text.startsWith("principal:") || text.startsWith("domain:")) {
      return Grantee.parse(text);
    }
    Principal principal = principals.require(Principal.nameIn(text));
    Grantee grantee = Grantee.of(principal);
    if (text.indexOf(':') >= 0 && !grantee.equals(Grantee.parse(text))) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "'%s' is not %s.".formatted(text, grantee),
          "Write %s.".formatted(grantee));
    }
    return grantee;
  }

  private static String describe(Grant grant) {
    String terms = grant.terms().isNone() ? "" : " " + grant.terms().toJson();
    return "%s%s on %s to %s%s"
        .formatted(
            grant.denies() ? "DENY " : "", grant.permissions(), grant.on(), grant.to(), terms);
  }

  private static <T> T required(Call call, String name, Function<String, T> form) {
    return call.query(name, form)
        .orElseThrow(() ->
            new Invalid(
                HttpError.PARAMETER_INVALID,
                "The query parameter '%s' is missing.".formatted(name),
                "Ask with ?principal=NAME&permission=SELECT&resource=DOMAIN.LAYER.TABLE"));
  }
}
