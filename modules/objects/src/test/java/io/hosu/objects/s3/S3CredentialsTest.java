package io.hosu.objects.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.objects.TestLake;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends a credential, ends it at the door of S3 too. */
class S3CredentialsTest {
  private static final byte[] NOTHING = {};
  private static final String UNKNOWN_KEY = "<Code>InvalidAccessKeyId</Code>";

  @TempDir Path data;
  private TestLake lake;
  private Listener listener;

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(data);
    S3Door door =
        new S3Door(
            S3Config.standard(),
            lake.governance.accessKeys(),
            lake.governance.recorder(),
            lake.buckets,
            lake.objects,
            lake.uploads,
            lake.clock);
    listener = new Listener(ListenerConfig.local(0), door);
    lake.key(lake.admin);
    lake.put("raw/a", "abc");
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
    WireClient client = new WireClient(listener.port(), key);
    return client.send(
        "GET", "/raw/a", client.headers(WireClient.sha256("".getBytes(UTF_8))), NOTHING);
  }
}
