package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Domains;
import io.hosu.governance.Grant;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Clones;
import io.hosu.tables.Clones.Clone;
import io.hosu.tables.Clones.Extent;
import io.hosu.tables.Clones.LeftOut;
import io.hosu.tables.TablesError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Clones of domains over HTTP: {@code GET} and {@code POST /v1/clones} with {@code domain, name,
 * dry_run}, and {@code POST /v1/clones/{name}/drop} with {@code dry_run}. To make one takes SELECT
 * on all of the domain, and the right to make tables in it; to drop one, DROP on all of it, which
 * nobody has who may not know its tables.
 */
public final class ClonesApi implements Routes {
  private final Database database;
  private final Clones clones;
  private final Stages stages;
  private final Grants grants;
  private final Policy policy;

  /** Makes and drops {@code clones}; none is dropped that {@code stages} need. */
  public ClonesApi(Database database, Clones clones, Stages stages, Grants grants, Policy policy) {
    this.database = database;
    this.clones = clones;
    this.stages = stages;
    this.grants = grants;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/clones", this::list, "limit", "next")
        .post("/v1/clones", this::make)
        .post("/v1/clones/{name}/drop", this::drop);
  }

  private void list(Call call) throws IOException {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    String after = call.next().orElse("");
    List<Clone> part =
        clones.list().stream()
            .filter(clone -> clone.domain().compareTo(after) > 0)
            .filter(clone -> isVisible(rights, principal, clone.domain()))
            .limit(call.limit() + 1L)
            .toList();
    boolean more = part.size() > call.limit();
    List<Clone> items = more ? part.subList(0, call.limit()) : part;
    call.send(
        new Page<>(
            items.stream().map(clone -> json(rights, principal, clone)).toList(),
            more ? items.getLast().domain() : null));
  }

  private static boolean isVisible(Rights rights, Principal principal, String domain) {
    return rights.visible(principal, new Resource.Domain(domain));
  }

  /** What it is a clone of is told to who may know that; how large it is, to who may read it. */
  private ObjectNode json(Rights rights, Principal principal, Clone clone) {
    ObjectNode json = Json.object().put("name", clone.domain());
    json.put("source", isVisible(rights, principal, clone.source()) ? clone.source() : null)
        .put("made_by", clone.principal())
        .put("cloned_at", Instants.print(clone.clonedAt()));
    if (rights.wholly(principal, Permission.SELECT, new Resource.Domain(clone.domain()))) {
      put(json, clones.extent(clone.domain()));
    }
    return json;
  }

  private static void put(ObjectNode json, Extent extent) {
    json.put("tables", extent.tables().size())
        .put("views", extent.views().size())
        .put("rows", extent.rows())
        .put("files", extent.files())
        .put("bytes", extent.bytes());
  }

  private void make(Call call) throws IOException {
    JsonFields body = call.fields("domain", "name", "dry_run").filled();
    String source = body.text("domain");
    String as = body.text("name");
    Caller caller = Authentication.caller(call);
    Resource domain = new Resource.Domain(source);
    Rights rights = policy.rights();
    if (!rights.visible(caller.principal(), domain)) {
      throw new NotFound(
          TablesError.CLONE_INVALID,
          "There is no domain %s.".formatted(source),
          "See the tables, and their domains, with: hosu tables list");
    }
    policy.require(caller, Permission.CREATE_TABLE, domain);
    policy.requireWholly(caller, Permission.SELECT, domain);
    Extent extent = clones.extent(source);
    boolean dryRun = body.flag("dry_run", false);
    List<LeftOut> leftOut;
    if (dryRun) {
      leftOut = clones.check(source, as);
    } else {
      leftOut =
          clones.make(caller.principal(), source, as, tx -> caller.trail().keepIn(tx)).leftOut();
      extent = clones.extent(as);
    }
    ObjectNode json = Json.object().put("name", as).put("source", source);
    put(json, extent);
    ArrayNode left = json.putArray("left_out");
    leftOut.forEach(
        one -> left.addObject().put("view", one.view().toString()).put("dialect", one.dialect()));
    call.send(200, json.put("cloned", !dryRun));
  }

  private void drop(Call call) throws IOException {
    boolean dryRun = call.fields("dry_run").flag("dry_run", false);
    String name = call.variable("name");
    Caller caller = Authentication.caller(call);
    Rights rights = policy.rights();
    Clone clone =
        clones
            .find(name)
            .filter(found -> isVisible(rights, caller.principal(), found.domain()))
            .orElseThrow(() -> notFound(rights, caller.principal(), name));
    policy.requireWholly(caller, Permission.DROP, new Resource.Domain(clone.domain()));
    Extent extent = clones.extent(clone.domain());
    ObjectNode json = json(rights, caller.principal(), clone);
    json.put("tables", extent.tables().size())
        .put("views", extent.views().size())
        .put("own_bytes", extent.ownBytes());
    if (dryRun) {
      database.perform(tx -> requireUnneeded(tx, clone));
    } else {
      database.perform(tx -> {
        requireUnneeded(tx, clone);
        clones.drop(tx, clone.domain());
        caller.trail().keepIn(tx);
      });
    }
    call.send(200, json.put("dropped", !dryRun));
  }

  private NotFound notFound(Rights rights, Principal principal, String name) {
    return Clones.notFound(
        name,
        clones.list().stream()
            .map(Clone::domain)
            .filter(domain -> isVisible(rights, principal, domain))
            .toList());
  }

  private void requireUnneeded(Transaction tx, Clone clone) {
    String domain = clone.domain();
    Clones.requireUncloned(tx, domain);
    if (Domains.isThere(tx, domain)) {
      throw needed(
          "The lake project declares a domain %s by now.".formatted(domain),
          "Remove domains/%s from it, then: hosu apply; then: hosu clones drop %s"
              .formatted(domain, domain));
    }
    long readers =
        stages.list(tx).stream()
            .filter(stage ->
                stage.tablesKnown().stream().anyMatch(table -> table.domain().equals(domain)))
            .count();
    if (readers > 0) {
      throw needed(
          "%d stages read or write tables of %s.".formatted(readers, domain),
          "Remove them from the lake project, then: hosu apply; then: hosu clones drop " + domain);
    }
    Optional<Grant> declared =
        grants.list(tx).stream()
            .filter(grant -> grant.on().domainName().equals(Optional.of(domain)))
            .filter(grant -> !grant.isGivenByHand())
            .findFirst();
    if (declared.isPresent()) {
      throw needed(
          "The lake project has a grant on %s, and it would be on the next one of its name."
              .formatted(declared.get().on()),
          "Remove it from access/, then: hosu apply; then: hosu clones drop " + domain);
    }
  }

  private static Conflict needed(String what, String remedy) {
    return new Conflict(TablesError.CLONE_NEEDED, what, remedy);
  }
}
