package io.hosu.governance;

import io.hosu.http.Call;
import io.hosu.http.Request;
import io.hosu.http.RouteHandler;
import io.hosu.kernel.HosuException.Unauthenticated;
import java.util.Optional;

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
   */
  public Principal authenticate(Request request) {
    String token = token(request).orElseThrow(() -> refuse("The request carries no bearer token."));
    Principal principal =
        tokens
            .find(token)
            .orElseThrow(() -> refuse("The bearer token is not one of this server, or is over."));
    request.attribute(Principal.class, principal);
    return principal;
  }

  /** The same handler, for those only who say who they are. */
  public RouteHandler required(RouteHandler handler) {
    return call -> {
      authenticate(call.request());
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
