package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Access keys and tokens of principals. Administrators make and end them, others see their own.
 * Nobody makes one that is good for more than the token that asks for it.
 */
final class CredentialsApi implements Routes {
  private static final Duration LONGEST = Duration.ofDays(3660);
  private static final Duration OVERLAP = Duration.ofDays(1);

  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Domains domains;
  private final Administration administration;
  private final GovernanceConfig config;
  private final InstantSource clock;

  CredentialsApi(
      Principals principals,
      AccessKeys accessKeys,
      Tokens tokens,
      Domains domains,
      Administration administration,
      GovernanceConfig config,
      InstantSource clock) {
    this.principals = principals;
    this.accessKeys = accessKeys;
    this.tokens = tokens;
    this.domains = domains;
    this.administration = administration;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    String keys = PrincipalsApi.PATH + "/{name}/keys";
    String texts = PrincipalsApi.PATH + "/{name}/tokens";
    router
        .get(keys, this::listKeys, "limit", "next")
        .post(keys, this::createKey)
        .post(keys + "/{id}/rotate", this::rotateKey)
        .post(keys + "/{id}/disable", change("DISABLE_ACCESS_KEY", accessKeys::disable))
        .post(keys + "/{id}/enable", change("ENABLE_ACCESS_KEY", accessKeys::enable))
        .delete(keys + "/{id}", change("DELETE_ACCESS_KEY", accessKeys::delete))
        .get(texts, this::listTokens, "limit", "next")
        .post(texts, this::createToken)
        .post(texts + "/{id}/rotate", this::rotateToken)
        .post(texts + "/{id}/disable", change("DISABLE_TOKEN", tokens::disable))
        .post(texts + "/{id}/enable", change("ENABLE_TOKEN", tokens::enable))
        .delete(texts + "/{id}", change("DELETE_TOKEN", tokens::delete));
  }

  private void listKeys(Call call) throws IOException {
    String name = administration.requireSelfOrAdministrator(call);
    send(call, accessKeys.list(name), AccessKeys.AccessKey::id, this::json);
  }

  private void listTokens(Call call) throws IOException {
    String name = administration.requireSelfOrAdministrator(call);
    send(call, tokens.list(name), Tokens.Token::id, this::json);
  }

  /** A key as listings show it. */
  ObjectNode json(AccessKeys.AccessKey key) {
    ObjectNode json = Json.object().put("id", key.id());
    return json.setAll(GovernanceJson.lifetime(key.lifetime(), clock.instant()));
  }

  /** A token as listings show it. */
  ObjectNode json(Tokens.Token token) {
    ObjectNode json = Json.object().put("id", token.id()).put("name", token.use().name());
    json.setAll(token.use().scope().toJson());
    return json.setAll(GovernanceJson.lifetime(token.lifetime(), clock.instant()));
  }

  /** Answers with the part of a short list that was asked for. */
  static <T> void send(Call call, List<T> all, Function<T, String> id, Function<T, ObjectNode> json)
      throws IOException {
    Optional<String> after = call.next();
    List<T> rest =
        all.stream()
            .skip(after.map(last -> 1L + all.stream().map(id).toList().indexOf(last)).orElse(0L))
            .toList();
    boolean more = rest.size() > call.limit();
    List<T> part = more ? rest.subList(0, call.limit()) : rest;
    call.send(new Page<>(part, more ? id.apply(part.getLast()) : null).map(json));
  }

  private void createKey(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    requireWithin(call, new Scope(Set.of(Door.S3), new TreeSet<>()));
    Optional<Duration> ttl =
        call.hasBody()
            ? duration(call.fields("ttl"), "ttl", Duration.ofSeconds(1))
            : Optional.empty();
    sendKey(
        call,
        principal,
        administration.change(
            call,
            "CREATE_ACCESS_KEY",
            principal.toString(),
            tx -> {
              String name = principals.require(tx, principal.name()).name();
              return ttl.map(time -> accessKeys.create(tx, name, time))
                  .orElseGet(() -> accessKeys.create(tx, name));
            }));
  }

  private void rotateKey(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    requireWithin(call, new Scope(Set.of(Door.S3), new TreeSet<>()));
    Duration overlap = overlap(call);
    sendKey(
        call,
        principal,
        administration.change(
            call,
            "ROTATE_ACCESS_KEY",
            principal.toString(),
            tx -> accessKeys.rotate(tx, principal.name(), call.variable("id"), overlap)));
  }

  private static void sendKey(Call call, Principal principal, AccessKeys.NewAccessKey key)
      throws IOException {
    ObjectNode json = Json.object();
    json.put("principal", principal.name());
    json.put("access_key_id", key.id());
    json.put("secret_access_key", key.secret().reveal());
    json.put("expires_at", GovernanceJson.print(key.expiresAt()));
    sendSecret(call, json);
  }

  private void createToken(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    JsonFields body =
        call.hasBody()
            ? call.fields("ttl", "name", "doors", "domains")
            : new JsonFields(Json.object(), Set.of());
    Duration ttl = duration(body, "ttl", Duration.ofSeconds(1)).orElse(config.tokenTtl());
    Scope scope = new Scope(Scope.doors(body.texts("doors")), domains(body.texts("domains")));
    requireWithin(call, scope);
    Tokens.Use use = new Tokens.Use(body.optionalText("name").orElse(""), scope);
    sendToken(
        call,
        principal,
        administration.change(
            call,
            "CREATE_TOKEN",
            principal.toString(),
            tx -> tokens.create(tx, principals.require(tx, principal.name()).name(), use, ttl)));
  }

  private void rotateToken(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal principal = principals.require(call.variable("name"));
    Duration overlap = overlap(call);
    sendToken(
        call,
        principal,
        administration.change(
            call,
            "ROTATE_TOKEN",
            principal.toString(),
            tx -> {
              String id = call.variable("id");
              requireWithin(call, tokens.require(tx, principal.name(), id).use().scope());
              return tokens.rotate(tx, principal.name(), id, overlap);
            }));
  }

  private static void sendToken(Call call, Principal principal, Tokens.NewToken token)
      throws IOException {
    ObjectNode json = Json.object();
    json.put("id", token.id());
    json.put("principal", principal.name());
    json.put("token", token.text().reveal());
    json.put("expires_at", GovernanceJson.print(token.expiresAt()));
    sendSecret(call, json);
  }

  /** Answers with what nobody on the way may keep. */
  static void sendSecret(Call call, ObjectNode json) throws IOException {
    call.response().header("Cache-Control", "no-store");
    call.send(201, json);
  }

  /** What is done to one credential of a principal. */
  private interface Work {
    void on(Transaction tx, String principal, String id);
  }

  private io.hosu.http.RouteHandler change(String action, Work work) {
    return call -> {
      administration.requireAdministrator(call);
      call.requireNoFields();
      Principal principal = principals.require(call.variable("name"));
      Consumer<Transaction> change = tx -> work.on(tx, principal.name(), call.variable("id"));
      administration.change(
          call,
          action,
          principal.toString(),
          tx -> {
            change.accept(tx);
            return principal;
          });
      call.sendNothing();
    };
  }

  /** Who comes with a token for less gets nothing for more out of it. */
  private static void requireWithin(Call call, Scope wanted) {
    Scope own = Authentication.scope(call);
    if (!wanted.liesIn(own)) {
      throw new Denied(
          GovernanceError.SCOPE_EXCEEDED,
          "The token that asks is not good for all that the new credential would be good for.",
          "Ask for less, or with a token that has no scope.");
    }
  }

  private NavigableSet<String> domains(List<String> names) {
    List<String> known = domains.list().stream().map(Domains.Domain::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new Invalid(
            GovernanceError.CREDENTIAL_INVALID,
            "There is no domain '%s'%s".formatted(name, Suggestions.ending(name, known)),
            "Name domains of the lake; see them with: hosu status");
      }
    }
    return new TreeSet<>(names);
  }

  private static Duration overlap(Call call) throws IOException {
    return call.hasBody()
        ? duration(call.fields("overlap"), "overlap", Duration.ZERO).orElse(OVERLAP)
        : OVERLAP;
  }

  private static Optional<Duration> duration(JsonFields body, String field, Duration least) {
    return body.optionalText(field)
        .map(text -> {
          Duration duration = Durations.parse(text);
          if (duration.compareTo(least) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new Invalid(
                GovernanceError.CREDENTIAL_INVALID,
                "'%s' cannot be %s.".formatted(field, text),
                "Give a duration from %s to %s."
                    .formatted(Durations.print(least), Durations.print(LONGEST)));
          }
          return duration;
        });
  }
}
