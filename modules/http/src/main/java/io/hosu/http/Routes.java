package io.hosu.http;

/** What one module answers over HTTP. */
@FunctionalInterface
public interface Routes {
  /** Adds each route to {@code router}. */
  void register(Router.Builder router);
}
