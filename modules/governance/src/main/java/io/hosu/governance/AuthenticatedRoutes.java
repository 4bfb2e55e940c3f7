package io.hosu.governance;

import io.hosu.http.Router;
import io.hosu.http.Routes;
import java.util.List;

/** Routes that are open only to those who say who they are. */
public final class AuthenticatedRoutes implements Routes {
  private final Authentication authentication;
  private final List<Routes> routes;

  public AuthenticatedRoutes(Authentication authentication, List<Routes> routes) {
    this.authentication = authentication;
    this.routes = List.copyOf(routes);
  }

  @Override
  public void register(Router.Builder router) {
    Router.Builder guarded = router.wrapping(authentication::required);
    routes.forEach(module -> module.register(guarded));
  }
}
