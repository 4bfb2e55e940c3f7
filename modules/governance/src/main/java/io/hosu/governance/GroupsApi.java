package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Groups. Administrators see and change all, others see the names of those that they are in. */
final class GroupsApi implements Routes {
  private static final String PATH = "/v1/groups";

  private final Database database;
  private final Groups groups;
  private final Holdings.Places places;
  private final Administration administration;

  GroupsApi(
      Database database, Groups groups, Holdings.Places places, Administration administration) {
    this.database = database;
    this.groups = groups;
    this.places = places;
    this.administration = administration;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list, "limit", "next")
        .post(PATH, this::create)
        .get(PATH + "/{name}", this::show)
        .put(PATH + "/{name}", this::change)
        .delete(PATH + "/{name}", this::drop, "holdings");
  }

  private void list(Call call) throws IOException {
    boolean all = administration.isAdministrator(call);
    Set<String> own = Authentication.principal(call).groups();
    String after = call.next().orElse("");
    int limit = call.limit();
    List<Groups.Group> found =
        database.read(groups::list).stream()
            .filter(group -> all || own.contains(group.name()))
            .filter(group -> group.name().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    Page<Groups.Group> page =
        found.size() <= limit
            ? Page.last(found)
            : new Page<>(found.subList(0, limit), found.get(limit - 1).name());
    call.send(page.map(group -> json(group, all)));
  }

  /** How many there are beside it is not told to who is in it. */
  private static ObjectNode json(Groups.Group group, boolean all) {
    ObjectNode json = Json.object().put("name", group.name()).put("source", group.source());
    if (all) {
      json.put("members", group.members().size());
    }
    return json.put("created_at", GovernanceJson.print(group.createdAt()));
  }

  private void show(Call call) throws IOException {
    String name = call.variable("name");
    boolean all = administration.isAdministrator(call);
    if (!all && !Authentication.principal(call).groups().contains(name)) {
      throw Groups.notFound(name, List.copyOf(Authentication.principal(call).groups()));
    }
    call.send(200, all ? whole(name) : json(database.read(tx -> groups.require(tx, name)), false));
  }

  private ObjectNode whole(String name) {
    return database.read(tx -> {
      Groups.Group group = groups.require(tx, name);
      ObjectNode json = json(group, true);
      ArrayNode members = json.putArray("members");
      group
          .members()
          .forEach(member ->
              members
                  .addObject()
                  .put("name", member.principal().name())
                  .put("kind", GovernanceJson.word(member.principal().kind()))
                  .put("source", member.source()));
      Holdings holdings = Holdings.of(tx, places, group.grantee());
      holdings.domains().forEach(json.putArray("domains")::add);
      ArrayNode trust = json.putArray("trusted_by");
      holdings.roles().forEach(role -> trust.add(role.principal().toString()));
      ArrayNode grants = json.putArray("grants");
      holdings.grants().forEach(grant -> grants.add(GovernanceJson.grant(grant)));
      return json;
    });
  }

  private void create(Call call) throws IOException {
    administration.requireAdministrator(call);
    JsonFields body = call.fields("name", "members");
    String name = body.text("name");
    Set<String> members = names(body, "members");
    administration.change(
        call,
        "CREATE_GROUP",
        described(name, members, Set.of()),
        tx -> {
          groups.create(tx, name);
          members.forEach(member -> groups.join(tx, name, member));
          return name;
        });
    call.send(201, whole(name));
  }

  private void change(Call call) throws IOException {
    administration.requireAdministrator(call);
    String name = call.variable("name");
    JsonFields body = call.fields("add", "remove");
    Set<String> more = names(body, "add");
    Set<String> less = names(body, "remove");
    if (more.isEmpty() && less.isEmpty()) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "Nobody is to join the group '%s', and nobody to leave it.".formatted(name),
          "Name some: hosu groups change %s --add NAME --remove NAME".formatted(name));
    }
    administration.change(
        call,
        "CHANGE_GROUP",
        described(name, more, less),
        tx -> {
          Groups.requireNotDeclared(groups.require(tx, name));
          more.forEach(member -> groups.join(tx, name, member));
          less.forEach(member -> groups.leave(tx, name, member));
          return name;
        });
    call.send(200, whole(name));
  }

  /** As the audit record names it: who joins and who leaves. */
  private static String described(String name, Set<String> more, Set<String> less) {
    StringBuilder text = new StringBuilder(Grantee.group(name).toString());
    more.forEach(member -> text.append(" +").append(member));
    less.forEach(member -> text.append(" -").append(member));
    return text.toString();
  }

  private void drop(Call call) {
    administration.requireAdministrator(call);
    String name = call.variable("name");
    boolean letsGo = call.query("holdings", PrincipalsApi::drops).orElse(false);
    administration.change(
        call,
        "DROP_GROUP",
        Grantee.group(name).toString(),
        tx -> {
          Groups.Group group = groups.require(tx, name);
          Groups.requireNotDeclared(group);
          Holdings holdings = Holdings.of(tx, places, group.grantee());
          if (letsGo) {
            holdings.letGo(tx, places);
          } else {
            holdings.requireNone();
          }
          groups.drop(tx, group);
          return name;
        });
    call.sendNothing();
  }

  /** Principals by name, also as they are written in grants. */
  private static Set<String> names(JsonFields body, String field) {
    Set<String> names = new TreeSet<>();
    body.texts(field).forEach(text -> names.add(Principal.nameIn(text)));
    return names;
  }
}
