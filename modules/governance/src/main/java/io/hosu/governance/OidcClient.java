package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the server asks an OIDC provider for in the place of {@code hosu login}, as a client with a
 * secret: that leaves the server for the provider alone, and is read anew from its file each time.
 * It is shown as the provider says that it takes it, {@code client_secret_basic} or {@code
 * client_secret_post}. A private key signs instead ({@code private_key_jwt}), and never leaves. May
 * be used from any thread.
 */
final class OidcClient {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int MOST_BYTES = 256 * 1024;

  private final OidcConfig config;
  private final OidcProvider provider;
  private final InstantSource clock;
  private final Ids ids;

  OidcClient(OidcConfig config, OidcProvider provider, InstantSource clock, Ids ids) {
    this.config = config;
    this.provider = provider;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * What a provider answered.
   *
   * @param json empty when it is no JSON
   */
  record Answer(int status, JsonNode json) {}

  /**
   * Posts a form to an endpoint of the provider, as its discovery document calls that.
   *
   * @throws Unavailable {@link GovernanceError#OIDC_UNAVAILABLE}
   */
  Answer post(String endpoint, Map<String, String> form) {
    JsonNode discovery = provider.discovery();
    Map<String, String> sent = new LinkedHashMap<>(form);
    sent.put("client_id", config.client().id());
    String authorization = show(discovery, sent);
    String address = discovery.path(endpoint).asText();
    try {
      return post(address, sent, authorization);
    } catch (IOException e) {
      throw new Unavailable(
          GovernanceError.OIDC_UNAVAILABLE,
          "The OIDC provider does not answer at %s: %s.".formatted(address, e.getMessage()),
          "Try again; look whether the server's machine reaches it.",
          e);
    }
  }

  /** Has the client show itself, in the form or by the header that comes back. */
  private String show(JsonNode discovery, Map<String, String> sent) {
    OidcConfig.Client client = config.client();
    if (!client.keyFile().isEmpty()) {
      sent.put("client_assertion_type", OidcClientKey.TYPE);
      sent.put(
          "client_assertion",
          OidcClientKey.read(Path.of(client.keyFile()), config.key("client-key-file"))
              .assertion(
                  client.id(),
                  discovery.path("token_endpoint").asText(),
                  clock.instant(),
                  ids.next()));
      return "";
    }
    String secret = secret(Path.of(client.secretFile()), config.key("client-secret-file"));
    if (takesBasic(discovery.path("token_endpoint_auth_methods_supported"))) {
      return basic(client.id(), secret);
    }
    sent.put("client_secret", secret);
    return "";
  }

  /** What every provider takes that does not say otherwise. */
  private static boolean takesBasic(JsonNode methods) {
    return methods.isEmpty()
        || methods.valueStream().anyMatch(one -> one.asText().equals("client_secret_basic"));
  }

  /**
   * The secret in a file, without the line break at its end.
   *
   * @param setting the one that names the file
   * @throws Invalid {@link GovernanceError#OIDC_INVALID} when there is none
   */
  static String secret(Path file, String setting) {
    String why = "it is empty";
    try {
      String secret = Files.readString(file).strip();
      if (!secret.isEmpty()) {
        return secret;
      }
    } catch (IOException e) {
      why = e.toString();
    }
    throw new Invalid(
        GovernanceError.OIDC_INVALID,
        "The secret of the OIDC client cannot be read from %s: %s.".formatted(file, why),
        "Put it there alone, so that the server's user can read it; or leave out %s"
                .formatted(setting)
            + " for a public client.");
  }

  private static String basic(String id, String secret) {
    String both = encoded(id) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Answer post(String address, Map<String, String> form, String authorization)
      throws IOException {
    if (!OidcConfig.isSecure(address)) {
      throw new IOException("'%s' is not an address that begins with https://".formatted(address));
    }
    HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setRequestMethod("POST");
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    if (!authorization.isEmpty()) {
      connection.setRequestProperty("Authorization", authorization);
    }
    connection.setDoOutput(true);
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body.getBytes(StandardCharsets.US_ASCII));
    }
    int status = connection.getResponseCode();
    if (status >= 500) {
      throw new IOException("it answers " + status);
    }
    return new Answer(status, read(connection, status));
  }

  private static JsonNode read(HttpURLConnection connection, int status) throws IOException {
    InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    if (body == null) {
      return Json.object();
    }
    try (body) {
      return Json.parse(new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (Invalid e) {
      return Json.object();
    }
  }
}
