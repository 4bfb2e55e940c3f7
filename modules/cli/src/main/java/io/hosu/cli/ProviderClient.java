package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Speaks OAuth with an OIDC provider, or with a server that asks it in the place of people. May be
 * used from any thread.
 */
final class ProviderClient {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int TOO_MANY = 429;

  private final URI server;
  private final Trust trust;

  /**
   * What people of {@code server} sign in with.
   *
   * @param certificates as {@link ServerAddress} has it
   */
  ProviderClient(URI server, Optional<Path> certificates) {
    this.server = server;
    this.trust = Trust.in(certificates);
  }

  /**
   * An answer of an endpoint.
   *
   * @param json empty when it is no JSON
   */
  record Answer(int status, JsonNode json) {
    boolean isOk() {
      return status == 200;
    }

    /** The code of a refusal; empty when it has none. */
    String error() {
      return json.path("error").asText();
    }

    /** What was refused, for people. */
    String told() {
      String more = json.path("error_description").asText(json.path("detail").asText());
      String code = error().isEmpty() ? json.path("code").asText("status " + status) : error();
      return more.isEmpty() ? code : code + ": " + more;
    }
  }

  /**
   * Posts a form.
   *
   * @param endpoint a path is one of the server
   * @throws IOException when the provider does not answer, or not yet
   */
  Answer post(String endpoint, Map<String, String> form) throws IOException {
    boolean own = endpoint.startsWith("/");
    URI address = URI.create(own ? server + endpoint : endpoint);
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    if (own) {
      trust.apply(connection);
    }
    connection.setRequestMethod("POST");
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    connection.setDoOutput(true);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(encoded(form).getBytes(StandardCharsets.US_ASCII));
    }
    int status = connection.getResponseCode();
    if (status >= 500) {
      throw new IOException("it answers " + status);
    }
    Answer answer =
        new Answer(
            status, json(status < 400 ? connection.getInputStream() : connection.getErrorStream()));
    if (status == TOO_MANY) {
      throw new IOException("it answers %d (%s)".formatted(status, answer.told()));
    }
    return answer;
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field ->
            field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static JsonNode json(@Nullable InputStream body) throws IOException {
    String text = Problem.read(body);
    try {
      return text.isBlank() ? Json.object() : Json.parse(text);
    } catch (Invalid e) {
      return Json.object();
    }
  }
}
