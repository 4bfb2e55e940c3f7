package io.hosu.http;

import java.io.IOException;

/**
 * Answers requests: blocking code, one virtual thread for each request.
 *
 * <p>What is thrown before the response is committed becomes a problem response ({@link Problems});
 * what is thrown later ends the connection, so that no client takes the part for the whole. May be
 * called from any number of threads.
 */
@FunctionalInterface
public interface Handler {
  /** Answers {@code request} by {@code response}; the answer is complete when this returns. */
  void handle(Request request, Response response) throws IOException;
}
