package io.hosu.http;

/** Answers the calls of one route: blocking code, one virtual thread for each call. */
@FunctionalInterface
public interface RouteHandler {
  /** Answers {@code call}; what is thrown becomes a problem response. */
  void handle(Call call) throws Exception;
}
