package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * The system that is told of runs, over HTTP. Stands on {@link HttpURLConnection}, as everything
 * does here that asks others.
 */
final class OpenLineageReceiver {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OpenLineageConfig config;

  OpenLineageReceiver(OpenLineageConfig config) {
    this.config = config;
  }

  /** What became of an event. */
  enum Answer {
    TAKEN,
    /** It will never be taken: there is something about it that the other system does not like. */
    REFUSED,
    /** It may be taken later. */
    LATER
  }

  /** Sends an event. */
  Answer send(String event) {
    try {
      return answer(post(event));
    } catch (IOException e) {
      return Answer.LATER;
    }
  }

  private static Answer answer(int status) {
    return switch (status) {
      case 400, 413, 422 -> Answer.REFUSED;
      default -> status / 100 == 2 ? Answer.TAKEN : Answer.LATER;
    };
  }

  private int post(String event) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(config.url()).toURL().openConnection();
    try {
      connection.setConnectTimeout((int) PATIENCE.toMillis());
      connection.setReadTimeout((int) PATIENCE.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod("POST");
      connection.setRequestProperty("Content-Type", "application/json");
      if (!config.token().isEmpty()) {
        connection.setRequestProperty("Authorization", "Bearer " + config.token());
      }
      connection.setDoOutput(true);
      try (OutputStream body = connection.getOutputStream()) {
        body.write(event.getBytes(UTF_8));
      }
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }
}
