package io.hosu.objects.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.Door;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals.About;
import io.hosu.governance.Resource;
import io.hosu.governance.Scope;
import io.hosu.governance.Sessions;
import io.hosu.governance.Sessions.NewSession;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.kernel.Json;
import io.hosu.objects.TestLake;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What ends a credential, ends it at the door of S3 too. */
class S3CredentialsTest {
  private static final byte[] NOTHING = {};
  private static final String UNKNOWN_KEY = "<Code>InvalidAccessKeyId</Code>";
  private static final String EXPIRED = "<Code>ExpiredToken</Code>";

  @TempDir Path data;
  private TestLake lake;
  private Listener listener;

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(data);
    listener = new Listener(ListenerConfig.local(0), door(lake.clock));
    lake.key(lake.admin);
    lake.put("raw/a", "abc");
  }

  private S3Door door(InstantSource clock) {
    return new S3Door(
        S3Config.standard(),
        lake.governance.signers(),
        lake.governance.recorder(),
        lake.buckets,
        lake.objects,
        lake.uploads,
        clock);
  }

  @AfterEach
  void close() {
    listener.close();
    lake.close();
  }

  @Test
  void aDisabledKeyIsAsUnknownUntilItIsEnabledAgain() throws IOException {
    NewAccessKey key = lake.key(lake.admin);
    lake.database.perform(tx -> lake.governance.accessKeys().disable(tx, "admin", key.id()));
    assertThat(get(key)).startsWith("HTTP/1.1 403").contains(UNKNOWN_KEY);
    lake.database.perform(tx -> lake.governance.accessKeys().enable(tx, "admin", key.id()));
    assertThat(get(key)).startsWith("HTTP/1.1 200");
  }

  @Test
  void anAdministratorAsksAsSomebodyElseWithTheFewerRightsOfTheTwo() throws IOException {
    NewAccessKey key = lake.key(lake.admin);
    lake.database.perform(
        tx -> lake.governance.principals().put(tx, Principal.user("ben"), Grant.CLI));
    assertThat(as(key, "ben")).startsWith("HTTP/1.1 403").contains("user:ben may not");

    lake.database.perform(tx ->
        lake.governance
            .grants()
            .put(
                tx,
                new Grant(
                    "",
                    Grantee.user("ben"),
                    Set.of(Permission.READ_OBJECTS),
                    Resource.parse("raw/"),
                    Grant.CLI)));
    assertThat(as(key, "ben")).startsWith("HTTP/1.1 200").endsWith("abc");
    assertThat(as(key, "nobody")).startsWith("HTTP/1.1 404");

    NewAccessKey own = lake.key(Principal.user("ben"));
    assertThat(as(own, "admin")).startsWith("HTTP/1.1 403").contains("ADMIN");
    lake.governance.audit().flush();
    assertThat(lake.governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 9))
        .anySatisfy(record -> {
          assertThat(record.text("principal")).isEqualTo("user:ben");
          assertThat(record.text("person")).isEqualTo("user:admin");
          assertThat(record.text("decision")).isEqualTo("ALLOWED");
        });
  }

  @Test
  void asWhomItIsAskedIsSigned() throws IOException {
    WireClient client = new WireClient(listener.port(), lake.key(lake.admin));
    Map<String, String> headers = client.headers(WireClient.sha256(NOTHING));
    Map<String, String> all = new TreeMap<>(headers);
    all.put("authorization", client.authorization("GET", "/raw/a", headers));
    all.put("hosu-as", "ben");

    assertThat(client.sendUnsigned("GET", "/raw/a", all, NOTHING))
        .startsWith("HTTP/1.1 403")
        .contains("not signed: hosu-as");
  }

  private String as(NewAccessKey key, String other) throws IOException {
    WireClient client = new WireClient(listener.port(), key);
    Map<String, String> headers = client.headers(WireClient.sha256(NOTHING));
    headers.put("hosu-as", other);
    return client.send("GET", "/raw/a", headers, NOTHING);
  }

  @Test
  void aKeyEndsAtItsTime() throws IOException {
    NewAccessKey key =
        lake.database.write(
            tx -> lake.governance.accessKeys().create(tx, "admin", Duration.ofMinutes(5)));
    lake.clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(get(key)).startsWith("HTTP/1.1 200");
    lake.clock.advance(Duration.ofMillis(1));
    assertThat(get(key)).startsWith("HTTP/1.1 403").contains(UNKNOWN_KEY);
  }

  @Test
  void aRotatedKeyWorksBesideTheNewOneForAWhile() throws IOException {
    NewAccessKey old = lake.key(lake.admin);
    NewAccessKey fresh =
        lake.database.write(tx ->
            lake.governance.accessKeys().rotate(tx, "admin", old.id(), Duration.ofMinutes(5)));
    assertThat(get(old)).startsWith("HTTP/1.1 200");
    assertThat(get(fresh)).startsWith("HTTP/1.1 200");
    lake.clock.advance(Duration.ofMinutes(5));
    assertThat(get(old)).contains(UNKNOWN_KEY);
    assertThat(get(fresh)).startsWith("HTTP/1.1 200");
  }

  @Test
  void aSessionSignsWithItsKeyAndItsToken() throws IOException {
    NewSession session = session(Scope.all(), "");
    assertThat(get(session)).startsWith("HTTP/1.1 200").endsWith("abc");
  }

  @Test
  void theKeyOfASessionIsUnknownWithoutItsToken() throws IOException {
    NewSession session = session(Scope.all(), "");
    assertThat(get(session, null)).startsWith("HTTP/1.1 403").contains(UNKNOWN_KEY);
  }

  @Test
  void anyOtherTokenIsRefused() throws IOException {
    NewSession session = session(Scope.all(), "");
    NewSession other = session(Scope.all(), "");
    for (String wrong :
        List.of(
            "x",
            other.securityToken().reveal(),
            session.token().reveal(),
            session.securityToken().reveal() + "x")) {
      assertThat(get(session, wrong))
          .startsWith("HTTP/1.1 400")
          .contains("<Code>InvalidToken</Code>")
          .doesNotContain(session.securityToken().reveal());
    }
    assertThat(get(lake.key(lake.admin), session.securityToken().reveal()))
        .startsWith("HTTP/1.1 400")
        .contains("<Code>InvalidToken</Code>");
  }

  @Test
  void aTokenThatIsNotSignedIsRefused() throws IOException {
    NewSession session = session(Scope.all(), "");
    NewAccessKey key = new NewAccessKey(session.id(), session.secret(), Optional.empty());
    WireClient client = new WireClient(listener.port(), key);
    Map<String, String> signed = client.headers(WireClient.sha256(NOTHING));
    Map<String, String> sent = new TreeMap<>(signed);
    sent.put("authorization", client.authorization("GET", "/raw/a", signed));
    sent.put("x-amz-security-token", session.securityToken().reveal());
    assertThat(client.sendUnsigned("GET", "/raw/a", sent, NOTHING))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>AccessDenied</Code>", "x-amz-security-token");
  }

  @Test
  void aWrongSignatureIsRefusedWhateverTheToken() throws IOException {
    NewSession session = session(Scope.all(), "");
    NewAccessKey forged =
        new NewAccessKey(session.id(), lake.key(lake.admin).secret(), Optional.empty());
    assertThat(get(forged, session.securityToken().reveal()))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>SignatureDoesNotMatch</Code>");
  }

  @Test
  void aKeyThatWasRightLatelyWorksBesideWhatOthersFailWithFromTheSameAddress() throws IOException {
    NewAccessKey key = lake.key(lake.admin);
    NewAccessKey other = lake.key(lake.admin);
    NewAccessKey forged = new NewAccessKey(key.id(), other.secret(), Optional.empty());
    assertThat(get(key)).startsWith("HTTP/1.1 200");
    for (int i = 0; i < 100; i++) {
      get(new NewAccessKey("HOSU" + i, other.secret(), Optional.empty()));
    }

    assertThat(get(other)).contains("<Code>SlowDown</Code>");
    assertThat(get(key)).startsWith("HTTP/1.1 200");
    assertThat(get(forged)).contains("<Code>SlowDown</Code>");
    assertThat(get(key)).startsWith("HTTP/1.1 200");
  }

  @Test
  void whoGuessesTheSecretOfAKeyIsToldToSlowDown() throws IOException {
    NewAccessKey key = lake.key(lake.admin);
    NewAccessKey forged =
        new NewAccessKey(key.id(), lake.key(lake.admin).secret(), Optional.empty());
    for (int i = 0; i < 10; i++) {
      assertThat(get(forged)).contains("<Code>SignatureDoesNotMatch</Code>");
    }

    assertThat(get(forged)).startsWith("HTTP/1.1 503").contains("<Code>SlowDown</Code>");
    assertThat(get(key)).contains("<Code>SlowDown</Code>");
    lake.clock.advance(Duration.ofSeconds(1));
    assertThat(get(key)).startsWith("HTTP/1.1 200");
    assertThat(get(forged)).contains("<Code>SignatureDoesNotMatch</Code>");
  }

  @Test
  void aSessionEndsAtItsTimeAtThisDoorToo() throws IOException {
    NewSession session = session(Scope.all(), "");
    lake.clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(get(session)).startsWith("HTTP/1.1 200");
    lake.clock.advance(Duration.ofMillis(1));
    assertThat(get(session)).startsWith("HTTP/1.1 400").contains(EXPIRED);
  }

  @Test
  void aSessionEndsWithTheTrustAtThisDoorToo() throws IOException {
    NewSession session = session(Scope.all(), "");
    lake.database.perform(
        tx -> lake.governance.principals().put(tx, Principal.role("loader"), "test"));
    assertThat(get(session)).startsWith("HTTP/1.1 400").contains(EXPIRED);
  }

  @Test
  void aPolicyAndAScopeNarrowASessionAtThisDoorToo() throws IOException {
    NewSession narrow =
        session(Scope.all(), "{\"grants\":[{\"allow\":[\"READ_OBJECTS\"],\"on\":\"raw/b/\"}]}");
    assertThat(get(narrow))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>AccessDenied</Code>", "its policy does not allow it");
    NewSession inDomain = session(new Scope(Set.of(), new TreeSet<>(Set.of("air"))), "");
    assertThat(get(inDomain))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>AccessDenied</Code>", "good for air alone");
    NewSession ofSql = session(new Scope(Set.of(Door.SQL), new TreeSet<>()), "");
    assertThat(get(ofSql)).startsWith("HTTP/1.1 400").contains(EXPIRED);
  }

  @Test
  void amazonsClientSignsAndPresignsInASession() throws Exception {
    NewSession session = session(Scope.all(), "");
    var credentials =
        StaticCredentialsProvider.create(
            AwsSessionCredentials.create(
                session.id(), session.secret().reveal(), session.securityToken().reveal()));
    try (Listener now = new Listener(ListenerConfig.local(0), door(InstantSource.system()));
        S3Client s3 =
            S3Client.builder()
                .endpointOverride(now.address())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .forcePathStyle(true)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        S3Presigner presigner =
            S3Presigner.builder()
                .endpointOverride(now.address())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .serviceConfiguration(
                    S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key("a")).asUtf8String())
          .isEqualTo("abc");
      String url =
          presigner
              .presignGetObject(p ->
                  p.signatureDuration(Duration.ofDays(1))
                      .getObjectRequest(r -> r.bucket("raw").key("a")))
              .url()
              .toString();
      assertThat(url).contains("X-Amz-Security-Token=");
      assertThat(body(client, url)).isEqualTo("abc");
      assertThat(body(client, url.replaceFirst("X-Amz-Security-Token=hosux_.", "$0x")))
          .contains("<Code>InvalidToken</Code>");
      assertThat(body(client, url.replaceFirst("X-Amz-Security-Token=[^&]*&", "")))
          .contains(UNKNOWN_KEY);
      lake.clock.advance(Duration.ofMinutes(5));
      assertThat(body(client, url)).contains(EXPIRED);
    }
  }

  private static String body(HttpClient client, String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Of admin as loader, who may read raw, for five minutes; the policy is JSON, or empty. */
  private NewSession session(Scope scope, String policy) {
    Grant grant =
        new Grant(
            "",
            Grantee.role("loader"),
            Set.of(Permission.READ_OBJECTS),
            new Resource.Bucket("raw"),
            Grant.CLI);
    About trusting = new About(new TreeSet<>(Set.of(Grantee.user("admin"))));
    Optional<ObjectNode> json =
        policy.isEmpty() ? Optional.empty() : Optional.of((ObjectNode) Json.parse(policy));
    return lake.database.write(tx -> {
      lake.governance.principals().put(tx, Principal.role("loader"), trusting, "test");
      lake.governance.grants().put(tx, grant);
      return lake.governance
          .sessions()
          .begin(
              tx,
              lake.governance.principals().require(tx, lake.admin.name()),
              scope,
              "loader",
              new Sessions.Wish(json, Optional.of(Duration.ofMinutes(5))));
    });
  }

  @Test
  void whatIsDeniedIsAnsweredInXmlWithWhatIsMissingAndHowItIsGiven() throws IOException {
    NewAccessKey key = lake.key(Principal.user("eve"));
    assertThat(get(key))
        .startsWith("HTTP/1.1 403")
        .containsIgnoringCase("content-type: application/xml")
        .contains(
            "<Code>AccessDenied</Code>",
            "user:eve may not READ_OBJECTS on raw/a: no grant allows it.",
            "Administrators can give it.",
            "hosu grant user:eve READ_OBJECTS raw/a",
            "allow: [READ_OBJECTS]");
  }

  private String get(NewAccessKey key) throws IOException {
    return get(key, null);
  }

  private String get(NewSession session) throws IOException {
    return get(session, session.securityToken().reveal());
  }

  private String get(NewSession session, @Nullable String token) throws IOException {
    return get(new NewAccessKey(session.id(), session.secret(), Optional.empty()), token);
  }

  private String get(NewAccessKey key, @Nullable String token) throws IOException {
    WireClient client = new WireClient(listener.port(), key);
    Map<String, String> headers = client.headers(WireClient.sha256(NOTHING));
    if (token != null) {
      headers.put("x-amz-security-token", token);
    }
    return client.send("GET", "/raw/a", headers, NOTHING);
  }
}
