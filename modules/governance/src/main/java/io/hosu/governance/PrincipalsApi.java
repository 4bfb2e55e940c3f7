package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Principals and their credentials. Administrators see and change all, others see themselves. */
final class PrincipalsApi implements Routes {
  private static final String PATH = "/v1/principals";

  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Administration administration;
  private final GovernanceConfig config;

  PrincipalsApi(
      Principals principals,
      AccessKeys accessKeys,
      Tokens tokens,
      Administration administration,
      GovernanceConfig config) {
    this.principals = principals;
    this.accessKeys = accessKeys;
    this.tokens = tokens;
    this.administration = administration;
    this.config = config;
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
        .delete(PATH + "/{name}", this::remove)
        .post(PATH + "/{name}/tokens", this::createToken)
        .delete(PATH + "/{name}/tokens/{id}", this::deleteToken)
        .post(PATH + "/{name}/keys", this::createKey)
        .delete(PATH + "/{name}/keys/{id}", this::deleteKey);
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
    String name = requireSelfOrAdministrator(call);
    ObjectNode json =
        principals.list().stream()
            .filter(kept -> kept.principal().name().equals(name))
            .map(GovernanceJson::principal)
            .findFirst()
            .orElseGet(() -> GovernanceJson.principal(principals.require(name)));
    var keys = json.putArray("keys");
    accessKeys.list(name).forEach(key -> keys.add(GovernanceJson.accessKey(key)));
    var texts = json.putArray("tokens");
    tokens.list(name).forEach(token -> texts.add(GovernanceJson.token(token)));
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

  private void createToken(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    Duration ttl =
        call.hasBody()
            ? call.fields("ttl")
                .optionalText("ttl")
                .map(PrincipalsApi::ttl)
                .orElse(config.tokenTtl())
            : config.tokenTtl();
    Tokens.NewToken token =
        administration.change(
            call,
            "CREATE_TOKEN",
            principal.toString(),
            tx -> tokens.create(tx, principals.require(tx, principal.name()).name(), ttl));
    ObjectNode json = Json.object();
    json.put("id", token.id());
    json.put("principal", principal.name());
    json.put("token", token.text().reveal());
    json.put("expires_at", GovernanceJson.print(token.expiresAt()));
    sendSecret(call, json);
  }

  private void createKey(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    AccessKeys.NewAccessKey key =
        administration.change(
            call,
            "CREATE_ACCESS_KEY",
            principal.toString(),
            tx -> accessKeys.create(tx, principals.require(tx, principal.name()).name()));
    ObjectNode json = Json.object();
    json.put("principal", principal.name());
    json.put("access_key_id", key.id());
    json.put("secret_access_key", key.secret().reveal());
    sendSecret(call, json);
  }

  private void deleteToken(Call call) {
    delete(
        call, "DELETE_TOKEN", tx -> tokens.delete(tx, call.variable("name"), call.variable("id")));
  }

  private void deleteKey(Call call) {
    delete(
        call,
        "DELETE_ACCESS_KEY",
        tx -> accessKeys.delete(tx, call.variable("name"), call.variable("id")));
  }

  private void delete(Call call, String action, Consumer<Transaction> work) {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    administration.change(
        call,
        action,
        principal.toString(),
        tx -> {
          work.accept(tx);
          return principal;
        });
    call.sendNothing();
  }

  private static void sendSecret(Call call, ObjectNode json) throws IOException {
    call.response().header("Cache-Control", "no-store");
    call.send(201, json);
  }

  /** What may not be known looks as if it were not there. */
  private String requireSelfOrAdministrator(Call call) {
    String name = call.variable("name");
    boolean self = Authentication.principal(call).name().equals(name);
    if (!self && !administration.isAdministrator(call)) {
      throw new NotFound(
          GovernanceError.PRINCIPAL_NOT_FOUND,
          "There is no principal '%s' that you may see.".formatted(name),
          "Ask an administrator for: hosu principals list");
    }
    return name;
  }

  private static Duration ttl(String text) {
    Duration ttl = Durations.parse(text);
    if (ttl.isZero() || ttl.compareTo(Duration.ofDays(3660)) > 0) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "A token cannot hold for %s.".formatted(text),
          "Give a duration of more than nothing and at most 3660d.");
    }
    return ttl;
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
