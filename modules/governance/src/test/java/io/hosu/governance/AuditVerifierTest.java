package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.AuditChain.Link;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Transaction;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AuditVerifierTest {
  private final TestDatabase kind;
  @TempDir Path data;
  private final ManualClock clock = new ManualClock();
  private Database database;
  private Governance governance;
  private AuditVerifier verifier;

  AuditVerifierTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    database = Databases.temporary(kind.newUrl(data), GovernanceMigrations.all());
    governance = new Governance(database, data, clock, new Ids(clock, new Random(1)));
    RootKey key = RootKey.open(data, database, new SecureRandom());
    verifier = new AuditVerifier(database, new AuditChain(key), OlderAudit.NONE);
    for (String action : List.of("a", "b", "c", "d", "e")) {
      Caller caller = governance.policy().caller(Principal.user("ann"), Door.API, "request");
      governance
          .audit()
          .record(
              AuditRecord.of(clock.instant(), caller, action, "lake", AuditRecord.Verdict.ALLOWED));
      governance.audit().flush();
    }
  }

  @AfterEach
  void close() {
    governance.close();
    database.close();
  }

  @Test
  void recordsAsTheyWereWrittenAreWhole() {
    Verification found = verify();

    assertThat(found.broken()).isEmpty();
    assertThat(found.first()).isEqualTo(1);
    assertThat(found.last()).isEqualTo(new Link(5, row(5).hash()));
    assertThat(found.records()).isEqualTo(5);
    assertThat(found.unchained()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "principal = 'user:bob'",
    "time = time + 1",
    "decision = 'DENIED'",
    "rows_given = 7",
    "columns = '[\"x\"]'",
    "door = 'no door'",
    "detail = 'no JSON'",
    "hash = 'x'",
  })
  void aRecordThatWasChangedIsNamed(String change) {
    tamper(tx -> tx.update("UPDATE audit_records SET %s WHERE seq = 3".formatted(change)));

    assertBroken(3, "Record 3 (", "was changed");
  }

  @Test
  void aRecordThatWasChangedWithItsHashDoesNotFitTheNext() {
    tamper(tx -> {
      tx.update("UPDATE audit_records SET action = 'x' WHERE seq = 3");
      writeAnew(tx, 3, 3);
    });

    assertBroken(4, "Record 4 (", "or the one before it was, with its hash");
  }

  @Test
  void theLastRecordThatWasChangedWithItsHashIsNamed() {
    tamper(tx -> {
      tx.update("UPDATE audit_records SET action = 'x' WHERE seq = 5");
      writeAnew(tx, 5, 5);
    });

    assertBroken(5, "Record 5, the last, was changed");
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "5"})
  void aRecordThatWasRemovedIsNamed(long seq) {
    tamper(tx -> tx.update("DELETE FROM audit_records WHERE seq = ?", seq));

    assertBroken(seq, "Record %d is missing".formatted(seq));
  }

  @Test
  void aChainWithoutRecordsIsNotAnEmptyOne() {
    tamper(tx -> tx.update("DELETE FROM audit_records"));

    assertBroken(1, "Record 1 is missing. So are all after it.");
  }

  @Test
  void anEndThatWasCutOffIsFoundEvenWhenItsPlaceWasWrittenAnew() {
    tamper(tx -> {
      tx.update("DELETE FROM audit_records WHERE seq > 3");
      tx.update("UPDATE audit_chain SET last = 3, last_hash = ?", row(tx, 3).hash());
    });

    assertBroken(4, "Record 4 is missing", "not as the server sealed it");
  }

  @Test
  void aBeginningThatWasCutOffIsFoundEvenWhenItsPlaceWasWrittenAnew() {
    tamper(tx -> {
      tx.update("UPDATE audit_chain SET gone = 2, gone_hash = ?", row(tx, 2).hash());
      tx.update("DELETE FROM audit_records WHERE seq <= 2");
    });

    assertThat(verify().broken()).isPresent();
  }

  @Test
  void aChainThatWasWrittenAnewFromSomeRecordOnIsFoundWithoutTheRootKey() {
    tamper(tx -> {
      tx.update("UPDATE audit_records SET principal = 'user:bob' WHERE seq = 2");
      writeAnew(tx, 2, 5);
      tx.update("UPDATE audit_chain SET last_hash = ?", row(tx, 5).hash());
    });

    assertBroken(6, "all from some record on were written anew");
  }

  @Test
  void aRecordThatWasAddedAtTheEndIsNamed() {
    tamper(tx -> {
      copy(tx, 5, 6);
      writeAnew(tx, 6, 6);
    });

    assertBroken(6, "Record 6 was added at the end");
  }

  @Test
  void aRecordThatWasPutBetweenOthersIsNamed() {
    tamper(tx -> {
      for (long seq = 5; seq >= 3; seq--) {
        tx.update("UPDATE audit_records SET seq = ? WHERE seq = ?", seq + 1, seq);
      }
      copy(tx, 2, 3);
    });

    assertBroken(3, "Record 3 (");
  }

  @Test
  void aRecordThatWasPutBeforeThoseThatAreKeptIsNamed() {
    tamper(tx -> copy(tx, 1, 0));

    assertBroken(0, "Record 0 (", "was added");
  }

  @Test
  void recordsThatAreKeptNoMoreDoNotBreakTheChain() {
    List<AuditRow> oldest = governance.auditRecords().oldest(clock.instant().plusMillis(1), 2);
    database.perform(tx -> {
      assertThat(governance.auditRecords().remove(tx, oldest)).isTrue();
      assertThat(governance.auditRecords().forget(tx, 2, oldest.getLast().hash())).isTrue();
      assertThat(governance.auditRecords().forget(tx, 2, oldest.getLast().hash())).isFalse();
    });

    assertThat(verify().broken()).isEmpty();
    assertThat(verify().first()).isEqualTo(3);
    tamper(tx -> tx.update("UPDATE audit_records SET action = 'x' WHERE seq = 3"));
    assertBroken(3, "was changed");
  }

  @Test
  void aRecordThatWasNotedMustBeThereAsItWas() {
    assertThat(verifier.verify(Optional.of(new Link(4, row(4).hash()))).broken()).isEmpty();

    assertThat(verifier.verify(Optional.of(new Link(4, "0".repeat(64)))).broken())
        .hasValueSatisfying(broken -> assertThat(broken.what()).contains("Record 4", "was noted"));
    assertThat(verifier.verify(Optional.of(new Link(9, "0".repeat(64)))).broken())
        .hasValueSatisfying(broken -> {
          assertThat(broken.seq()).isEqualTo(6);
          assertThat(broken.what()).contains("record 9 was noted");
        });
  }

  @Test
  void recordsFromBeforeTheChainAreCountedAndNotVouchedFor() {
    tamper(tx -> {
      tx.update("DELETE FROM audit_chain");
      tx.update("UPDATE audit_records SET hash = ''");
      tx.update("INSERT INTO audit_chain VALUES (1, 6, 0, '', 5, '', '')");
    });
    Caller caller = governance.policy().caller(Principal.user("ann"), Door.API, "request");
    governance
        .audit()
        .record(AuditRecord.of(clock.instant(), caller, "f", "lake", AuditRecord.Verdict.ALLOWED));
    governance.audit().flush();

    assertThat(verify().broken()).isEmpty();
    assertThat(verify().unchained()).isEqualTo(5);
    tamper(tx -> tx.update("UPDATE audit_records SET action = 'x' WHERE seq = 6"));
    assertBroken(6, "was changed");
  }

  private void tamper(Consumer<Transaction> how) {
    database.perform(how);
  }

  private Verification verify() {
    return verifier.verify(Optional.empty());
  }

  private void assertBroken(long seq, String... what) {
    assertThat(verify().broken())
        .hasValueSatisfying(broken -> {
          assertThat(broken.what()).contains(what);
          assertThat(broken.seq()).isEqualTo(seq);
        });
  }

  private AuditRow row(long seq) {
    return database.read(tx -> row(tx, seq));
  }

  private static AuditRow row(Transaction tx, long seq) {
    return AuditRecords.next(tx, AuditRecords.Filter.all(), seq - 1, 1).getFirst();
  }

  private static void copy(Transaction tx, long from, long to) {
    AuditRow row = row(tx, from);
    List<Object> values = new ArrayList<>(row.values());
    values.set(0, to);
    AuditRow.insert(tx, List.of(new AuditRow(values, row.hash())));
  }

  /** Gives records hashes that fit, as anybody can who can write to the database. */
  private static void writeAnew(Transaction tx, long from, long to) {
    for (long seq = from; seq <= to; seq++) {
      String before = seq == 1 ? "" : row(tx, seq - 1).hash();
      tx.update(
          "UPDATE audit_records SET hash = ? WHERE seq = ?",
          AuditChain.hash(before, row(tx, seq).values()),
          seq);
    }
  }
}
