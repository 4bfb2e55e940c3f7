package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AuditTest {
  private static final TableName TABLE = TableName.parse("air.stage.t");

  private final String url;
  private final Path data;
  private final ManualClock clock = new ManualClock();
  private final Principal alice = Principal.user("alice");
  private Database database;
  private Governance governance;

  AuditTest(TestDatabase kind, @TempDir Path data) {
    this.data = data;
    this.url = kind.newUrl(data);
  }

  @BeforeEach
  void open() {
    database = Databases.temporary(url, GovernanceMigrations.all());
    governance = governance();
  }

  private Governance governance() {
    return new Governance(database, data, clock, new Ids(clock, new Random(1)));
  }

  @AfterEach
  void close() {
    governance.close();
    database.close();
  }

  @Test
  void whatIsAllowedIsRecordedWithItsGrantAndSurvivesClosing() {
    Grant grant = grant(Terms.none());
    for (int i = 0; i < 3000; i++) {
      governance.policy().require(caller(governance), Permission.SELECT, Resource.of(TABLE));
    }
    governance.close();

    assertThat(count()).isEqualTo(3000);
    var filter = AuditRecords.Filter.all();
    var page = governance.auditRecords().newest(filter, Long.MAX_VALUE, 1000);
    var rest = governance.auditRecords().newest(filter, page.getLast().seq(), 1000);
    assertThat(page).hasSize(1000).doesNotContainAnyElementsOf(rest);
    assertThat(page.getFirst().text("grants"))
        .isEqualTo("user:alice SELECT on air.stage.t (%s)", grant.id());
    assertThat(page.getFirst().seq()).isEqualTo(3000);
    assertThat(page.getLast().seq()).isEqualTo(2001);
  }

  @Test
  void aRecordTellsWhichColumnsUnderWhichFilterAndMasksWereRead() {
    grant(
        Terms.none()
            .with(new Condition("region = 'EU'"))
            .with("ssn", new Terms.Masking(new Mask.Last(4), Optional.empty()))
            .with(Columns.allBut(List.of("secret"))));

    governance
        .policy()
        .requireSight(
            caller(governance),
            TABLE,
            List.of("name", "ssn", "secret", "region"),
            List.of("ssn", "secret", "region"));

    AuditRow record = newest();
    assertThat(record.text("columns")).isEqualTo("[\"ssn\",\"region\"]");
    assertThat(record.text("filter")).isEqualTo("((region = 'EU'))");
    assertThat(record.text("masks")).isEqualTo("{\"ssn\":\"last(4) when region = 'EU'\"}");
  }

  @Test
  void aRefusalIsRecordedWithItsReason() {
    Caller caller = caller(governance);
    try {
      governance.policy().require(caller, Permission.SELECT, Resource.of(TABLE));
    } catch (Denied e) {
      assertThat(newest().text("decision")).isEqualTo("DENIED");
      assertThat(newest().text("detail")).contains(e.what().substring(0, 40));
      return;
    }
    throw new AssertionError("allowed");
  }

  @Test
  void recordsAreFoundByPrincipalPersonTimeAndDecision() {
    record("user:alice", null, AuditRecord.Verdict.ALLOWED);
    clock.advance(Duration.ofHours(1));
    record("role:alice", null, AuditRecord.Verdict.DENIED);
    record("user:bob", null, AuditRecord.Verdict.DENIED);
    record("role:loader", "user:alice", AuditRecord.Verdict.ALLOWED);

    assertThat(found(Optional.of("alice"), Optional.empty(), Optional.empty())).isEqualTo(3);
    assertThat(found(Optional.of("user:alice"), Optional.empty(), Optional.empty())).isEqualTo(2);
    assertThat(found(Optional.of("role:alice"), Optional.empty(), Optional.empty())).isEqualTo(1);
    assertThat(found(Optional.empty(), Optional.of(clock.instant()), Optional.empty()))
        .isEqualTo(3);
    assertThat(
            found(Optional.of("alice"), Optional.empty(), Optional.of(AuditRecord.Verdict.DENIED)))
        .isEqualTo(1);
  }

  @Test
  void eachRecordCarriesAHashOverItselfAndTheHashBefore() throws Exception {
    recordOne();
    record("user:bob", "user:eve", AuditRecord.Verdict.DENIED);

    List<AuditRow> all = all();
    String first =
        sha256(
            "\n[1,%d,\"user:alice\",null,\"API\",null,null,\"request\",\"SELECT\",\"lake\","
                + "null,null,null,\"ALLOWED\",null,null,null,\"{}\"]",
            all.getLast().time());
    assertThat(all.getLast().hash()).isEqualTo(first);
    assertThat(all.getFirst().hash())
        .isEqualTo(
            sha256(
                first
                    + "\n[2,%d,\"user:bob\",\"user:eve\",\"API\",null,null,\"request\",\"SELECT\","
                    + "\"lake\",null,null,null,\"DENIED\",null,null,null,\"{}\"]",
                all.getFirst().time()));
  }

  private static String sha256(String form, Instant time) throws Exception {
    byte[] text = form.formatted(time.toEpochMilli()).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
  }

  @Test
  void theRecordsOfSeveralServersAreOneChain() {
    try (Governance other = governance()) {
      for (int i = 0; i < 20; i++) {
        for (Governance server : List.of(governance, other)) {
          server.audit().record(AuditRecord.of(clock.instant(), caller(server), "a", "b", ALLOWED));
        }
        if (i % 3 == 0) {
          governance.audit().flush();
        }
      }
      other.audit().flush();
    }
    governance.audit().flush();

    List<AuditRow> all = all().reversed();
    assertThat(all).extracting(AuditRow::seq).containsExactlyElementsOf(numbers(40));
    assertThat(all).extracting(AuditRow::hash).doesNotHaveDuplicates();
    String before = "";
    for (AuditRow kept : all) {
      before = AuditChain.hash(before, kept.values());
      assertThat(kept.hash()).isEqualTo(before);
    }
  }

  private static List<Long> numbers(int most) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 1; i <= most; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  @Test
  void aTextThatNoDatabaseKeepsDoesNotStopTheRecords() {
    Caller caller = caller(governance);
    for (String text : List.of("a\0b", "\ud800", "x".repeat(100_000))) {
      governance
          .audit()
          .record(
              AuditRecord.of(clock.instant(), caller, "GET", text, ALLOWED).with("error", text));
    }
    governance.audit().flush();

    assertThat(all().reversed())
        .extracting(kept -> kept.text("resource"))
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("a\ufffdb"),
            second -> assertThat(second).isEqualTo("\ufffd"),
            third -> assertThat(third).hasSizeBetween(1000, 5000));
  }

  @Test
  void recordsFromBeforeThereWasAChainAreKept(@TempDir Path other) {
    governance.close();
    database.close();
    String old = url.startsWith("jdbc:sqlite") ? "jdbc:sqlite:" + other + "/old.db" : url + "_old";
    try (Database before = Databases.temporary(old, GovernanceMigrations.all().subList(0, 3))) {
      before.perform(tx -> {
        for (String id : List.of("b", "a")) {
          tx.update(
              "INSERT INTO audit_records VALUES (?, 5, 'user:x', 'API', 'GRANT', ?, 'ALLOWED',"
                  + " '{}')",
              id,
              id);
        }
      });
    }
    database = Databases.temporary(old, GovernanceMigrations.all());
    governance = governance();
    recordOne();

    List<AuditRow> all = all().reversed();
    assertThat(all).extracting(AuditRow::seq).containsExactly(1L, 2L, 3L);
    assertThat(all).extracting(kept -> kept.text("resource")).containsExactly("a", "b", "lake");
    assertThat(all)
        .extracting(AuditRow::hash)
        .satisfiesExactly(
            one -> assertThat(one).isEmpty(),
            two -> assertThat(two).isEmpty(),
            three -> assertThat(three).hasSize(64));
  }

  private static final AuditRecord.Verdict ALLOWED = AuditRecord.Verdict.ALLOWED;

  private long count() {
    return database.read(tx -> tx.number("SELECT count(*) FROM audit_records"));
  }

  private List<AuditRow> all() {
    return governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 1000);
  }

  private AuditRow newest() {
    governance.audit().flush();
    return all().getFirst();
  }

  private Grant grant(Terms terms) {
    Grant grant = Grant.declared(Grantee.of(alice), Set.of(Permission.SELECT), Resource.of(TABLE));
    return database.write(tx -> governance.grants().put(tx, grant.with(terms)));
  }

  private Caller caller(Governance server) {
    return server.policy().caller(alice, Door.SQL, "query-1");
  }

  private long found(
      Optional<String> principal, Optional<Instant> since, Optional<AuditRecord.Verdict> verdict) {
    return governance
        .auditRecords()
        .newest(
            new AuditRecords.Filter(
                principal.<Doings>map(Doings.Of::new).orElseGet(Doings.All::new), since, verdict),
            Long.MAX_VALUE,
            10)
        .size();
  }

  private void recordOne() {
    record("user:alice", null, ALLOWED);
  }

  private void record(
      String principal,
      @org.jspecify.annotations.Nullable String person,
      AuditRecord.Verdict verdict) {
    Origin origin = new Origin("request", null, null, person);
    governance
        .audit()
        .record(
            AuditRecord.of(clock.instant(), principal, Door.API, origin, "SELECT", "lake")
                .decided(verdict));
    governance.audit().flush();
  }
}
