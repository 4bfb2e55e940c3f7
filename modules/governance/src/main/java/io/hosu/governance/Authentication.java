package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.Request;
import io.hosu.http.RouteHandler;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.Json;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds out who asks, by bearer token, and has their requests recorded. Any thread may use it. */
public final class Authentication {
  private static final String SCHEME = "bearer ";

  private final Tokens tokens;
  private final Sessions sessions;
  private final OidcSignIns signIns;
  private final DerivedTokens derived;
  private final Recorder recorder;

  Authentication(
      Tokens tokens,
      Sessions sessions,
      DerivedTokens derived,
      OidcSignIns signIns,
      Recorder recorder) {
    this.signIns = signIns;
    this.derived = derived;
    this.tokens = tokens;
    this.sessions = sessions;
    this.recorder = recorder;
  }

  /** The same handler, for those only who say who they are, by a token that is good for a door. */
  public RouteHandler required(Door door, RouteHandler handler) {
    return required(
        door,
        (bearer, call) -> {
          requireOpen(bearer, door);
          handler.handle(call);
        });
  }

  /** The same handler, for those only who say who they are, by a token for whatever door. */
  RouteHandler requiredForAnyDoor(RouteHandler handler) {
    return required(Door.API, (_, call) -> handler.handle(call));
  }

  /** Answers who is known by a token. */
  private interface Known {
    void handle(Tokens.Bearer bearer, Call call) throws Exception;
  }

  private RouteHandler required(Door door, Known handler) {
    return call -> {
      Tokens.Bearer bearer = authenticate(call.request(), door);
      call.request().attribute(Scope.class, bearer.scope());
      recorder.answer(
          call.request(),
          call.response(),
          door,
          bearer.who(),
          caller -> {
            call.request().attribute(Caller.class, caller);
            handler.handle(bearer, call);
          });
    };
  }

  private Tokens.Bearer authenticate(Request request, Door door) {
    Optional<String> shown = token(request);
    return recorder.signIn(
        request,
        door,
        new Recorder.Shown(
            Optional.empty(),
            shown.isPresent(),
            e -> shown.isPresent() && e instanceof Unauthenticated),
        () -> {
          String token = shown.orElseThrow(Authentication::nobody);
          return tokens
              .find(token)
              .or(() -> sessions.find(token))
              .or(() -> derived.find(token))
              .or(() -> signIns.find(token, request, door))
              .orElseThrow(() ->
                  refuse("The bearer token is not one of this server, is disabled, or has ended."));
        });
  }

  /** Who sent the call. */
  public static Principal principal(Call call) {
    return principal(call.request());
  }

  /**
   * Who sent the request.
   *
   * @throws Unauthenticated {@link GovernanceError#UNAUTHENTICATED} when nobody asked yet
   */
  public static Principal principal(Request request) {
    return caller(request).principal();
  }

  /** Who sent the call, and how. */
  public static Caller caller(Call call) {
    return caller(call.request());
  }

  private static Caller caller(Request request) {
    return request.attribute(Caller.class).orElseThrow(Authentication::nobody);
  }

  private static Unauthenticated nobody() {
    return refuse("The request carries no bearer token.");
  }

  /** What the token of the call is good for. */
  static Scope scope(Call call) {
    return call.request().attribute(Scope.class).orElse(Scope.all());
  }

  private static void requireOpen(Tokens.Bearer bearer, Door door) {
    if (bearer.scope().opens(door)) {
      return;
    }
    String doors =
        bearer.scope().doors().stream().map(GovernanceJson::word).collect(Collectors.joining(", "));
    String word = GovernanceJson.word(door);
    String command = "hosu token create %s --door %s".formatted(bearer.principal().name(), word);
    ObjectNode facts = Json.object();
    facts.putObject("missing").put("door", word);
    facts.putArray("givers").add(Missing.ADMINISTRATORS);
    throw new Denied(
        GovernanceError.SCOPE_EXCEEDED,
        "This token of %s is good for the doors %s, not for %s."
            .formatted(bearer.principal(), doors, word),
        "Use one that is: " + command,
        facts.put("command", command));
  }

  private static Optional<String> token(Request request) {
    return request
        .header("Authorization")
        .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(value -> value.substring(SCHEME.length()).strip());
  }

  private static Unauthenticated refuse(String what) {
    return new Unauthenticated(
        GovernanceError.UNAUTHENTICATED,
        what,
        "Load credentials with: set -a; . DIR/admin.env (DIR is the server's data directory), or"
            + " have a token made with: hosu token create NAME");
  }
}
