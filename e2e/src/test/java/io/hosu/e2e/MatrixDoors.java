package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.cli.CommandsHere;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import io.hosu.testing.HosuProcess.Ran;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The doors of one server, over whatever it speaks, for whoever has credentials. */
final class MatrixDoors implements AutoCloseable {
  /** How a command says that there is no such thing, at the end of what it says. */
  private static final Pattern NOWHERE = Pattern.compile("_NOT_FOUND]\\s*$");

  private static final Pattern REFUSED = Pattern.compile(" may not (\\w+) on ");

  private final HosuProcess hosu;
  private final TrustManager[] trusted;
  private final HttpClient http;
  private final Map<AwsCredentials, S3Client> clients = new HashMap<>();

  MatrixDoors(HosuProcess hosu) throws Exception {
    this.hosu = hosu;
    String file = hosu.env().getOrDefault("HOSU_CA", "");
    this.trusted = file.isEmpty() ? new TrustManager[0] : trusting(Path.of(file));
    this.http = client();
  }

  private HttpClient client() throws Exception {
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (trusted.length > 0) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted, null);
      builder.sslContext(context);
    }
    return builder.build();
  }

  private static TrustManager[] trusting(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("one", one);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }

  /**
   * What somebody shows.
   *
   * @param token for API, SQL and commands; empty: nothing
   * @param keys for S3
   * @param as for whom it asks the API; empty: for itself
   */
  record Credentials(String token, AwsCredentials keys, String as) {
    Credentials(String token, AwsCredentials keys) {
      this(token, keys, "");
    }

    /** The same of somebody who asks for another. */
    Credentials as(String name) {
      return new Credentials(token, keys, name);
    }

    /** Those of which the API told, when it made a token and a key. */
    static Credentials of(JsonNode token, JsonNode key) {
      return new Credentials(
          token.path("token").asText(),
          AwsBasicCredentials.create(
              key.path("access_key_id").asText(), key.path("secret_access_key").asText()));
    }

    /** Those of which the API told, when a session began. */
    static Credentials of(JsonNode session) {
      return new Credentials(
          session.path("token").asText(),
          AwsSessionCredentials.create(
              session.path("access_key_id").asText(),
              session.path("secret_access_key").asText(),
              session.path("session_token").asText()));
    }
  }

  /**
   * What a door answered.
   *
   * @param status the HTTP status; of a command, the one of its exit code and of what it says
   * @param text the body, or what a command printed
   * @param missing the permission that a refusal names; empty: it names none
   */
  record Answer(int status, String text, String missing) {
    boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  /** The administrator that the first start made. */
  Credentials administrator() {
    return new Credentials(
        hosu.value("HOSU_TOKEN"),
        AwsBasicCredentials.create(
            hosu.value("AWS_ACCESS_KEY_ID"), hosu.value("AWS_SECRET_ACCESS_KEY")));
  }

  /** Asks the API as the administrator, who must be answered with success. */
  JsonNode done(String request, String body) throws Exception {
    Answer answer = api(administrator(), request, body);
    assertThat(answer.isSuccess()).as("%s: %s", request, answer).isTrue();
    return answer.text().isEmpty() ? Json.object() : Json.parse(answer.text());
  }

  /**
   * Asks the API.
   *
   * @param request method and path, and of another header its name and value after them
   * @param body JSON or bytes of an object; empty: none
   */
  Answer api(Credentials who, String request, String body) throws Exception {
    String[] words = request.split(" ", -1);
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(hosu.value("HOSU_URL") + words[1]))
            .header("Content-Type", "application/json")
            .method(
                words[0], body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (words.length > 2) {
      builder.setHeader(words[2], words[3]);
    }
    if (!who.as().isEmpty()) {
      builder.setHeader("Hosu-As", who.as());
    }
    if (!who.token().isEmpty()) {
      builder.header("Authorization", "Bearer " + who.token());
    }
    var answer = http.send(builder.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body(), missing(answer.body()));
  }

  private static String missing(String body) {
    String named = body.startsWith("{") ? Json.parse(body).at("/missing/permission").asText() : "";
    return named.isEmpty() ? refused(body) : named;
  }

  /** A client that does not wait for "continue": it would drop the body of another answer. */
  private S3Client client(AwsCredentials keys) {
    var way = UrlConnectionHttpClient.builder();
    if (trusted.length > 0) {
      way.tlsTrustManagersProvider(() -> trusted);
    }
    return S3Clients.builder(hosu, keys)
        .httpClientBuilder(way)
        .overrideConfiguration(client -> client.addExecutionInterceptor(new Unasked()))
        .build();
  }

  /** Sends the body without asking before whether it is wanted. */
  private static final class Unasked implements ExecutionInterceptor {
    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      return context.httpRequest().copy(request -> request.removeHeader("Expect"));
    }
  }

  /** Asks the S3 door by the AWS SDK. */
  Answer s3(Credentials who, Consumer<S3Client> request) {
    S3Client client = clients.computeIfAbsent(who.keys(), this::client);
    try {
      request.accept(client);
      return new Answer(200, "", "");
    } catch (S3Exception e) {
      String told = String.valueOf(e.awsErrorDetails().errorMessage());
      return new Answer(e.statusCode(), told, refused(told));
    }
  }

  /** Runs a command in a process of its own. */
  Answer process(Credentials who, String... words) throws IOException, InterruptedException {
    return answer(hosu.hosu(Map.of("HOSU_TOKEN", who.token()), words));
  }

  /** Runs a command. */
  Answer command(Credentials who, String... words) {
    Map<String, String> environment = new HashMap<>(hosu.env());
    environment.put("HOSU_TOKEN", who.token());
    return answer(CommandsHere.run(Path.of(""), environment, words));
  }

  private static Answer answer(Ran ran) {
    int refused = NOWHERE.matcher(ran.err()).find() ? 404 : 403;
    return new Answer(ran.exit() == 0 ? 200 : refused, ran.out() + ran.err(), refused(ran.err()));
  }

  /** The permission that a refusal names for people. */
  private static String refused(String told) {
    Matcher matcher = REFUSED.matcher(told);
    return matcher.find() ? matcher.group(1) : "";
  }

  @Override
  public void close() {
    clients.values().forEach(S3Client::close);
    http.close();
  }
}
