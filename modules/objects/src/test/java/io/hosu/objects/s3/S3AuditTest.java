package io.hosu.objects.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.governance.AuditRecord;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.TestLake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3AuditTest {
  @TempDir Path data;
  private TestLake lake;
  private NewAccessKey key;
  private Listener listener;

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(data);
    key = lake.key(lake.admin);
    S3Door door =
        new S3Door(
            S3Config.standard(),
            lake.governance.signers(),
            lake.governance.recorder(),
            lake.buckets,
            lake.objects,
            lake.uploads,
            lake.clock);
    listener = new Listener(ListenerConfig.local(0), door);
  }

  @AfterEach
  void close() {
    listener.close();
    lake.close();
  }

  @Test
  void whatIsWrittenReadAndListedIsRecordedWithTheKeyAndTheBytes() throws IOException {
    send(key, "PUT", "/raw/a", "abc");
    send(key, "GET", "/raw/a", "");
    send(key, "HEAD", "/raw/a", "");
    send(key, "GET", "/raw", "");
    send(key, "GET", "/", "");

    assertThat(all())
        .extracting(record -> record.text("action") + " " + record.text("resource"))
        .containsExactly(
            "SIGN_IN lake",
            "WRITE_OBJECTS raw/a",
            "READ_OBJECTS raw/a",
            "READ_OBJECTS raw/a",
            "LIST_OBJECTS raw/",
            "GET /");
    assertThat(all().get(2).number("bytes")).isEqualTo(3);
    assertThat(all().get(3).number("bytes")).isZero();
    assertThat(all().get(4).number("rows")).isEqualTo(1);
    assertThat(all())
        .allSatisfy(record -> {
          assertThat(record.text("door")).isEqualTo("S3");
          assertThat(record.text("credential")).isEqualTo("key:" + key.id());
          assertThat(record.text("address")).isEqualTo("127.0.0.1");
        });
  }

  @Test
  void aSignatureThatDoesNotMatchIsAFailedSignIn() throws IOException {
    NewAccessKey others = lake.key(Principal.user("eve"));
    NewAccessKey wrong = new NewAccessKey(key.id(), others.secret(), others.expiresAt());
    send(wrong, "GET", "/raw/a", "");

    AuditRow record = all().getLast();
    assertThat(record.text("action")).isEqualTo("SIGN_IN");
    assertThat(record.text("principal")).isEqualTo(AuditRecord.UNKNOWN);
    assertThat(record.text("decision")).isEqualTo("DENIED");
    assertThat(record.text("credential")).isEqualTo("key:" + key.id());
    assertThat(record.text("detail")).contains("SIGNATURE_DOES_NOT_MATCH");
  }

  @Test
  void nothingIsPutWithoutARecord() throws IOException {
    send(key, "GET", "/", "");
    lake.database.perform(tx -> tx.update("ALTER TABLE audit_chain RENAME TO away"));

    assertThat(send(key, "PUT", "/raw/a", "abc")).startsWith("HTTP/1.1 50");
    lake.database.perform(tx -> tx.update("ALTER TABLE away RENAME TO audit_chain"));
    assertThat(lake.objects.find(lake.admin(), ObjectName.parse("raw/a"))).isEmpty();
  }

  private String send(NewAccessKey with, String method, String path, String body)
      throws IOException {
    WireClient client = new WireClient(listener.port(), with);
    byte[] bytes = body.getBytes(UTF_8);
    Map<String, String> headers = client.headers(WireClient.sha256(bytes));
    return client.send(method, path, headers, bytes);
  }

  /** The oldest first. */
  private List<AuditRow> all() {
    lake.governance.audit().flush();
    return lake.governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 100)
        .reversed();
  }
}
