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
    var page = governance.audit().list(Audit.Filter.all(), 1000, Optional.empty());
    var rest =
        governance.audit().list(Audit.Filter.all(), 1000, page.nextToken().map(Long::valueOf));
    assertThat(page.items()).hasSize(1000).doesNotContainAnyElementsOf(rest.items());
    assertThat(page.items().getFirst().record().grants())
        .isEqualTo("user:alice SELECT on air.stage.t (%s)", grant.id());
    assertThat(page.items().getFirst().seq()).isEqualTo(3000);
    assertThat(page.items().getLast().seq()).isEqualTo(2001);
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

    AuditRecord record = newest();
    assertThat(record.shown().columns()).containsExactly("ssn", "region");
    assertThat(record.shown().filter()).isEqualTo("((region = 'EU'))");
    assertThat(record.shown().masks()).isEqualTo("{\"ssn\":\"last(4) when region = 'EU'\"}");
  }

  @Test
  void aRefusalIsRecordedWithItsReason() {
    Caller caller = caller(governance);
    try {
      governance.policy().require(caller, Permission.SELECT, Resource.of(TABLE));
    } catch (Denied e) {
      assertThat(newest().decision()).isEqualTo(AuditRecord.Verdict.DENIED);
      assertThat(newest().detail()).contains(e.what().substring(0, 40));
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
  void theOldestRecordsAreRemovedAndNoOther() {
    recordOne();
    clock.advance(Duration.ofDays(365));
    recordOne();

    Instant limit = clock.instant().minus(Duration.ofDays(364));
    assertThat(governance.audit().removeBefore(limit)).isEqualTo(1);
    assertThat(governance.audit().removeBefore(clock.instant())).isZero();
    assertThat(all()).singleElement().satisfies(kept -> assertThat(kept.seq()).isEqualTo(2));
  }

  @Test
  void eachRecordCarriesAHashOverItselfAndTheHashBefore() throws Exception {
    recordOne();
    record("user:bob", "user:eve", AuditRecord.Verdict.DENIED);

    List<Audit.Kept> all = all();
    String first =
        sha256(
            "\n[1,%d,\"user:alice\",null,\"API\",null,null,\"request\",\"SELECT\",\"lake\","
                + "null,null,null,\"ALLOWED\",null,null,null,\"{}\"]",
            all.getLast().record().time());
    assertThat(all.getLast().hash()).isEqualTo(first);
    assertThat(all.getFirst().hash())
        .isEqualTo(
            sha256(
                first
                    + "\n[2,%d,\"user:bob\",\"user:eve\",\"API\",null,null,\"request\",\"SELECT\","
                    + "\"lake\",null,null,null,\"DENIED\",null,null,null,\"{}\"]",
                all.getFirst().record().time()));
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

    List<Audit.Kept> all = all().reversed();
    assertThat(all).extracting(Audit.Kept::seq).containsExactlyElementsOf(numbers(40));
    assertThat(all).extracting(Audit.Kept::hash).doesNotHaveDuplicates();
    String before = "";
    for (Audit.Kept kept : all) {
      before = AuditChain.hash(before, AuditRows.values(kept.seq(), kept.record()));
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
        .extracting(kept -> kept.record().resource())
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
              "INSERT INTO audit_records VALUES (?, 5, 'user:x', 'API', 'GRANT', ?, 'ALLOWED', '{}')",
              id,
              id);
        }
      });
    }
    database = Databases.temporary(old, GovernanceMigrations.all());
    governance = governance();
    recordOne();

    List<Audit.Kept> all = all().reversed();
    assertThat(all).extracting(Audit.Kept::seq).containsExactly(1L, 2L, 3L);
    assertThat(all).extracting(kept -> kept.record().resource()).containsExactly("a", "b", "lake");
    assertThat(all)
        .extracting(Audit.Kept::hash)
        .satisfiesExactly(
            one -> assertThat(one).isEmpty(),
            two -> assertThat(two).isEmpty(),
            three -> assertThat(three).hasSize(64));
  }

  private static final AuditRecord.Verdict ALLOWED = AuditRecord.Verdict.ALLOWED;

  private long count() {
    return database.read(tx -> tx.number("SELECT count(*) FROM audit_records"));
  }

  private List<Audit.Kept> all() {
    return governance.audit().list(Audit.Filter.all(), 1000, Optional.empty()).items();
  }

  private AuditRecord newest() {
    governance.audit().flush();
    return all().getFirst().record();
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
        .audit()
        .list(new Audit.Filter(principal, since, verdict), 10, Optional.empty())
        .items()
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
