package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Terms;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody was let in to change is on record with the change, or as refused. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class RefusedChangesTest {
  private static final String WHO = "ann";
  private static final String SPAN = "\"from\": \"2000-01-01T00:00:00Z\", \"dry_run\": false";

  private final RecordsLake world;

  RefusedChangesTest(TestDatabase kind, @TempDir Path directory) throws IOException {
    world = new RecordsLake(directory, "unreadable", kind);
    world.user(WHO, Terms.none());
  }

  @AfterEach
  void close() {
    world.close();
  }

  /** What the request leaves on record of what it may do: the decisions. */
  private List<String> records(String method, String path, String body, String code) {
    long before = world.lake.database.read(RefusedChangesTest::newest);
    String answer = world.send(WHO, method, path, body);
    assertThat(answer).as(path).contains(code);
    return world.lake.database.read(tx ->
        tx.list(
            "SELECT action, decision FROM audit_records WHERE seq > ? AND principal = ?"
                + " AND action IN ('RUN', 'REDRIVE') ORDER BY seq",
            row -> row.text("action") + " " + row.text("decision"),
            before,
            "user:" + WHO));
  }

  private static long newest(Transaction tx) {
    return tx.find(
            "SELECT COALESCE(MAX(seq), 0) AS seq FROM audit_records", row -> row.number("seq"))
        .orElse(0L);
  }

  private String execution(ExecutionStatus status) {
    return world.lake.executions().stream()
        .filter(one -> one.stage().toString().equals("a.p.rows") && one.status() == status)
        .findFirst()
        .orElseThrow()
        .id();
  }

  @Test
  void aChangeThatIsRefusedWithinLeavesOneRecordThatSaysSo() {
    String ended = execution(ExecutionStatus.SUCCEEDED);
    String failed = execution(ExecutionStatus.FAILED);
    world.lake.database.perform(tx -> tx.update("DELETE FROM dead_letters"));

    assertThat(records("POST", "/v1/stages/a.p.orders/run", "", "STAGE_READS_EVENTS"))
        .containsExactly("RUN DENIED");
    assertThat(records("POST", "/v1/executions/%s/cancel".formatted(ended), "", "EXECUTION_ENDED"))
        .containsExactly("RUN DENIED");
    assertThat(records("POST", "/v1/executions/%s/retry".formatted(failed), "", "\"status\":4"))
        .containsExactly("REDRIVE DENIED");
  }

  @Test
  void aChangeThatIsMadeLeavesOneRecordThatSaysSo() {
    assertThat(records("POST", "/v1/stages/a.p.rows/run", "", "\"id\":"))
        .containsExactly("RUN ALLOWED");
    String begun = "{\"of\": \"a.p.rows\", %s}".formatted(SPAN);
    assertThat(records("POST", "/v1/backfills", begun, "\"id\":")).containsExactly("RUN ALLOWED");
    String id = Json.parse(world.send(WHO, "GET", "/v1/backfills", "")).at("/items/0/id").asText();
    assertThat(records("DELETE", "/v1/backfills/" + id, "", "CANCELLED"))
        .containsExactly("RUN ALLOWED");
    assertThat(records("DELETE", "/v1/backfills/" + id, "", "\"status\":409"))
        .containsExactly("RUN DENIED");
  }
}
