package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import io.hosu.kernel.Suggestions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Principals. Administrators see and change all, others see themselves. */
final class PrincipalsApi implements Routes {
  static final String PATH = "/v1/principals";

  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Administration administration;
  private final CredentialsApi credentials;

  PrincipalsApi(
      Principals principals,
      AccessKeys accessKeys,
      Tokens tokens,
      Administration administration,
      CredentialsApi credentials) {
    this.principals = principals;
    this.accessKeys = accessKeys;
    this.tokens = tokens;
    this.administration = administration;
    this.credentials = credentials;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(
            "/v1/me",
            call -> call.send(200, GovernanceJson.principal(Authentication.principal(call))))
        .get(PATH, this::list)
        .post(PATH, this::create)
        .get(PATH + "/{name}", this::show)
        .delete(PATH + "/{name}", this::remove);
  }

  private void list(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    boolean all = administration.isAdministrator(call);
    String after = call.next().orElse("");
    int limit = call.limit();
    List<Principals.Kept> found =
        principals.list().stream()
            .filter(kept -> all || kept.principal().name().equals(self.name()))
            .filter(kept -> kept.principal().name().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    Page<Principals.Kept> page =
        found.size() <= limit
            ? Page.last(found)
            : new Page<>(found.subList(0, limit), found.get(limit - 1).principal().name());
    call.send(page.map(GovernanceJson::principal));
  }

  private void show(Call call) throws IOException {
    String name = administration.requireSelfOrAdministrator(call);
    ObjectNode json =
        principals.list().stream()
            .filter(kept -> kept.principal().name().equals(name))
            .map(GovernanceJson::principal)
            .findFirst()
            .orElseGet(() -> GovernanceJson.principal(principals.require(name)));
    var keys = json.putArray("keys");
    accessKeys.list(name).forEach(key -> keys.add(credentials.json(key)));
    var texts = json.putArray("tokens");
    tokens.list(name).forEach(token -> texts.add(credentials.json(token)));
    call.send(200, json);
  }

  private void create(Call call) throws IOException {
    administration.requireAdministrator(call);
    JsonFields body = call.fields("name", "kind", "administrator", "groups", "attributes");
    Principal principal =
        new Principal(
            body.text("name"),
            kind(body.optionalText("kind").orElse("user")),
            body.flag("administrator", false),
            new TreeSet<>(body.texts("groups")),
            attributes(body));
    administration.change(
        call,
        "CREATE_PRINCIPAL",
        principal.toString(),
        tx -> principals.create(tx, principal, Grant.CLI));
    call.send(201, GovernanceJson.principal(principal));
  }

  private void remove(Call call) {
    administration.requireAdministrator(call);
    String name = call.variable("name");
    administration.change(
        call,
        "REMOVE_PRINCIPAL",
        principals.require(name).toString(),
        tx -> {
          principals.requireNotDeclared(tx, name);
          principals.remove(tx, name);
          return name;
        });
    call.sendNothing();
  }

  private static Principal.Kind kind(String text) {
    List<String> known = Arrays.stream(Principal.Kind.values()).map(GovernanceJson::word).toList();
    String word = text.toLowerCase(Locale.ROOT);
    if (!known.contains(word)) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "'%s' is no kind of principal%s".formatted(text, Suggestions.ending(word, known)),
          "Use one of: %s.".formatted(String.join(", ", known)));
    }
    return Principal.Kind.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static SortedMap<String, String> attributes(JsonFields body) {
    TreeMap<String, String> attributes = new TreeMap<>();
    for (ObjectNode object : body.optionalObject("attributes").stream().toList()) {
      Set<String> names = new TreeSet<>();
      object.fieldNames().forEachRemaining(names::add);
      JsonFields fields = new JsonFields(object, names);
      names.forEach(name -> attributes.put(name, fields.text(name)));
    }
    return attributes;
  }
}
