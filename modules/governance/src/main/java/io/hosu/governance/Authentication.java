package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.http.Request;
import io.hosu.http.RouteHandler;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Unauthenticated;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds out who asks, by bearer token. May be used from any thread. */
public final class Authentication {
  private static final String SCHEME = "bearer ";

  private final Tokens tokens;

  public Authentication(Tokens tokens) {
    this.tokens = tokens;
  }

  /**
   * Who sent {@code request}; {@link #principal(Request)} knows it from then on.
   *
   * @throws Unauthenticated {@link GovernanceError#UNAUTHENTICATED}
   * @throws Denied {@link GovernanceError#SCOPE_EXCEEDED} when the token is not good for this door
   */
  public Principal authenticate(Request request, Door door) {
    String token = token(request).orElseThrow(() -> refuse("The request carries no bearer token."));
    Tokens.Bearer bearer =
        tokens
            .find(token)
            .orElseThrow(() ->
                refuse("The bearer token is not one of this server, is disabled, or has ended."));
    requireOpen(bearer, door);
    request.attribute(Scope.class, bearer.scope());
    request.attribute(Principal.class, bearer.principal());
    return bearer.principal();
  }

  /** The same handler, for those only who say who they are, by a token that is good for a door. */
  public RouteHandler required(Door door, RouteHandler handler) {
    return call -> {
      authenticate(call.request(), door);
      handler.handle(call);
    };
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
    return request
        .attribute(Principal.class)
        .orElseThrow(() -> refuse("The request carries no bearer token."));
  }

  /** What the token of the call is good for. */
  static Scope scope(Call call) {
    return call.request().attribute(Scope.class).orElse(Scope.all());
  }

  private static void requireOpen(Tokens.Bearer bearer, Door door) {
    if (!bearer.scope().opens(door)) {
      String doors =
          bearer.scope().doors().stream()
              .map(GovernanceJson::word)
              .collect(Collectors.joining(", "));
      throw new Denied(
          GovernanceError.SCOPE_EXCEEDED,
          "This token of %s is good for the doors %s, not for %s."
              .formatted(bearer.principal(), doors, GovernanceJson.word(door)),
          "Use one that is: hosu token create %s --door %s"
              .formatted(bearer.principal().name(), GovernanceJson.word(door)));
    }
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
