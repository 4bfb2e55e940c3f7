package io.hosu.governance;

import io.hosu.http.Router;
import io.hosu.http.Routes;
import java.util.List;

/** Routes of one door, open only to those who say who they are. */
public final class AuthenticatedRoutes implements Routes {
  private final Authentication authentication;
  private final Door door;
  private final List<Routes> routes;

  /** Routes of the API. */
  public AuthenticatedRoutes(Authentication authentication, List<Routes> routes) {
    this(authentication, Door.API, routes);
  }

  public AuthenticatedRoutes(Authentication authentication, Door door, List<Routes> routes) {
    this.authentication = authentication;
    this.door = door;
    this.routes = List.copyOf(routes);
  }

  @Override
  public void register(Router.Builder router) {
    Router.Builder guarded = router.wrapping(handler -> authentication.required(door, handler));
    routes.forEach(module -> module.register(guarded));
  }
}
