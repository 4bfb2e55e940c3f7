package io.hosu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link Database} must do, wherever it keeps its rows. */
interface DatabaseContract {
  List<Migration> NUMBERS =
      List.of(
          new Migration(
              "numbers",
              1,
              """
              -- Two tables; the second keeps one of each type.
              CREATE TABLE numbers (n BIGINT PRIMARY KEY, name TEXT);
              CREATE TABLE things (
                id TEXT PRIMARY KEY, -- may hold a ; inside
                number BIGINT, at BIGINT, flag BIGINT, raw {bytes});
              """));

  /** The database under test, empty but for {@link #NUMBERS}. */
  Database database();

  /** The same database opened anew with other migrations; closes the one before. */
  Database reopen(List<Migration> migrations);

  private static int insert(Transaction tx, long n) {
    return tx.update("INSERT INTO numbers (n, name) VALUES (?, ?)", n, "n" + n);
  }

  private static List<Long> numbers(Transaction tx) {
    return tx.list("SELECT n FROM numbers ORDER BY n", row -> row.number("n"));
  }

  private List<Long> numbers() {
    return database().read(DatabaseContract::numbers);
  }

  @Test
  default void whatAWriteChangedIsReadAfterwards() {
    int changed = database().write(tx -> insert(tx, 7));

    assertThat(changed).isEqualTo(1);
    assertThat(numbers()).containsExactly(7L);
  }

  @Test
  default void aWorkSeesItsOwnChanges() {
    List<Long> seen =
        database()
            .write(tx -> {
              insert(tx, 1);
              return numbers(tx);
            });

    assertThat(seen).containsExactly(1L);
  }

  @Test
  default void aWorkThatThrowsChangesNothingAndItsExceptionComesOut() {
    RuntimeException mine = new IllegalArgumentException("mine");

    assertThatThrownBy(() ->
            database()
                .perform(tx -> {
                  insert(tx, 1);
                  throw mine;
                }))
        .isSameAs(mine);
    assertThat(numbers()).isEmpty();
  }

  @Test
  default void anErrorComesOutAsWell() {
    Error mine = new AssertionError("mine");

    assertThatThrownBy(() ->
            database()
                .perform(tx -> {
                  insert(tx, 1);
                  throw mine;
                }))
        .isSameAs(mine);
    assertThat(numbers()).isEmpty();
  }

  @Test
  default void aStatementThatFailsEndsItsWorkEvenWhenTheWorkCatchesIt() {
    database().write(tx -> insert(tx, 1));

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            database()
                .perform(tx -> {
                  insert(tx, 2);
                  assertThatThrownBy(() -> insert(tx, 1));
                }));
    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  default void aStatementThatCannotBeReadIsABugWithItsText() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> database().read(tx -> tx.number("SELECT nonsense FROM numbers")))
        .withMessageContaining("SELECT nonsense");
    assertThat(numbers()).isEmpty();
  }

  @Test
  default void worksThatFailLeaveTheOthersOfTheirBatchAlone() {
    AtomicInteger refused = new AtomicInteger();
    inParallel(
        200,
        n -> {
          try {
            database().perform(tx -> insertEven(tx, n));
          } catch (IllegalArgumentException e) {
            refused.incrementAndGet();
          }
        });

    assertThat(refused).hasValue(100);
    assertThat(numbers()).hasSize(100).allMatch(n -> n % 2 == 0);
  }

  /** Runs {@code action} with 0, 1, ... at the same time and waits for all. */
  private static void inParallel(int count, LongConsumer action) {
    List<Thread> threads =
        LongStream.range(0, count)
            .mapToObj(n -> Thread.ofVirtual().start(() -> action.accept(n)))
            .toList();
    threads.forEach(DatabaseContract::join);
  }

  private static void insertEven(Transaction tx, long n) {
    insert(tx, n);
    if (n % 2 != 0) {
      throw new IllegalArgumentException("odd");
    }
  }

  @Test
  default void writesAreSerial() {
    database().write(tx -> insert(tx, 0));

    inParallel(
        300,
        _ -> database().perform(tx -> insert(tx, 1 + tx.number("SELECT MAX(n) FROM numbers"))));

    assertThat(numbers()).hasSize(301).endsWith(300L);
  }

  @Test
  default void aReadKeepsItsStateWhileWritesGoOn() {
    database().write(tx -> insert(tx, 1));

    boolean same =
        database()
            .read(tx -> {
              List<Long> before = numbers(tx);
              join(Thread.ofVirtual().start(() -> database().write(w -> insert(w, 2))));
              return numbers(tx).equals(before);
            });

    assertThat(same).isTrue();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  default void aReadCannotChangeAnything() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> database().read(tx -> insert(tx, 1)));
    assertThat(numbers()).isEmpty();
  }

  @Test
  default void worksDoNotNest() {
    Database database = database();

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> database.write(_ -> database.write(tx -> insert(tx, 1))))
        .withMessageContaining("inside another");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> database.write(_ -> database.read(DatabaseContract::numbers)));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> database.read(_ -> database.read(DatabaseContract::numbers)));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> database.read(_ -> database.write(tx -> insert(tx, 1))));
  }

  @Test
  default void aTransactionIsOfNoUseAfterItsWork() {
    Transaction kept = database().write(tx -> tx);

    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> insert(kept, 1));
  }

  @Test
  default void anActionRunsAfterItsCommitAndMayWrite() {
    database().perform(tx -> tx.afterCommit(() -> database().write(w -> insert(w, 1))));

    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  default void anActionOfAFailedWorkDoesNotRun() {
    AtomicBoolean ran = new AtomicBoolean();

    assertThatThrownBy(() ->
        database()
            .perform(tx -> {
              tx.afterCommit(() -> ran.set(true));
              throw new IllegalArgumentException();
            }));

    assertThat(ran).isFalse();
  }

  @Test
  default void anActionThatFailsDoesNotUndoItsWrite() {
    database()
        .perform(tx -> {
          insert(tx, 1);
          tx.afterCommit(() -> {
            throw new IllegalArgumentException("expected in this test");
          });
        });

    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  default void manyWritesAtTheSameTimeAllHappen() {
    inParallel(2000, n -> database().perform(tx -> insert(tx, n)));

    assertThat(numbers()).hasSize(2000);
  }

  @Test
  default void everyTypeComesBackAsItWas() {
    Instant now = Instant.parse("2026-01-01T12:00:00.123Z");
    byte[] raw = {0, -1, 127};
    database()
        .perform(tx -> {
          String sql = "INSERT INTO things (id, number, at, flag, raw) VALUES (?, ?, ?, ?, ?)";
          tx.update(sql, "Zürich 東京 🌍", Long.MIN_VALUE, now, true, raw);
          tx.update(sql, "", null, null, null, null);
        });

    List<List<Object>> full = things("Zürich 東京 🌍");
    List<List<Object>> empty = things("");

    assertThat(full)
        .containsExactly(List.of("Zürich 東京 🌍", Long.MIN_VALUE, now, true, List.of(0, -1, 127)));
    assertThat(empty).containsExactly(List.of("", "no number", "no time"));
  }

  private List<List<Object>> things(String id) {
    return database()
        .read(tx ->
            tx.list(
                "SELECT * FROM things WHERE id = ?",
                row ->
                    row.optionalNumber("number").isEmpty()
                        ? List.<Object>of(
                            row.text("id"),
                            row.optionalNumber("number").isEmpty() ? "no number" : "",
                            row.optionalInstant("at").isEmpty() ? "no time" : "")
                        : List.<Object>of(
                            row.text("id"),
                            row.number("number"),
                            row.instant("at"),
                            row.flag("flag"),
                            ints(row.bytes("raw"))),
                id));
  }

  private static List<Integer> ints(byte[] bytes) {
    return IntStream.range(0, bytes.length).mapToObj(i -> (int) bytes[i]).toList();
  }

  @Test
  default void nullWhereAValueMustBeIsRefused() {
    database().perform(tx -> tx.update("INSERT INTO numbers (n) VALUES (1)"));

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () -> database().read(tx -> tx.list("SELECT name FROM numbers", r -> r.text("name"))))
        .withMessageContaining("name");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () -> database().read(tx -> tx.number("SELECT MAX(n) FROM numbers WHERE n > 1")));
  }

  @Test
  default void twoRowsAreNotOne() {
    database()
        .perform(tx ->
            tx.updateAll("INSERT INTO numbers (n) VALUES (?)", List.of(List.of(1L), List.of(2L))));

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () -> database().read(tx -> tx.find("SELECT n FROM numbers", r -> r.number("n"))));
    assertThat(
            database()
                .<Boolean>read(tx ->
                    tx.find("SELECT n FROM numbers WHERE n = 3", r -> r.number("n")).isEmpty()))
        .isTrue();
  }

  @Test
  default void manyRowsAreChangedAtOnceAndCounted() {
    int inserted =
        database()
            .write(tx ->
                tx.updateAll(
                    "INSERT INTO numbers (n, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    List.of(Arrays.asList(1L, null), List.of(2L, "b"), List.of(1L, "c"))));

    assertThat(inserted).isEqualTo(2);
    assertThat(numbers()).containsExactly(1L, 2L);
  }

  @Test
  default void aChangeMayReturnRows() {
    List<String> names =
        database()
            .write(tx ->
                tx.list(
                    "INSERT INTO numbers (n, name) VALUES (?, ?), (?, ?) RETURNING name",
                    row -> row.text("name"),
                    1L,
                    "a",
                    2L,
                    "b"));

    assertThat(names).containsExactlyInAnyOrder("a", "b");
    assertThat(numbers()).containsExactly(1L, 2L);
  }

  @Test
  default void textsSortByteByByteAndPatternsHeedCase() {
    for (String id : List.of("b", "B", "é", "a_", "aX", "z", "🌍", "\uffee")) {
      database().write(tx -> tx.update("INSERT INTO things (id) VALUES (?)", id));
    }

    List<String> sorted =
        database().read(tx -> tx.list("SELECT id FROM things ORDER BY id", r -> r.text("id")));
    List<String> small =
        database()
            .read(tx ->
                tx.list(
                    "SELECT id FROM things WHERE id LIKE ? ESCAPE '!'", r -> r.text("id"), "a!_%"));
    long big = database().read(tx -> tx.number("SELECT COUNT(*) FROM things WHERE id LIKE 'B'"));

    assertThat(sorted).containsExactly("B", "aX", "a_", "b", "z", "é", "\uffee", "🌍");
    assertThat(small).containsExactly("a_");
    assertThat(big).isEqualTo(1);
  }

  @Test
  default void aTextThatNoDatabaseKeepsIsRefused() {
    for (String text : List.of("a\0b", "\ud800", "\udc00x", "\ud800x")) {
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(
              () -> database().write(tx -> tx.update("INSERT INTO things (id) VALUES (?)", text)))
          .extracting(HosuException::code)
          .isEqualTo(StoreError.TEXT_INVALID);
    }
  }

  @Test
  default void anArgumentOfAnotherTypeIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() ->
            database().read(tx -> tx.number("SELECT COUNT(*) FROM numbers WHERE n = ?", 1.5)));
  }

  @Test
  default void aMigrationIsAppliedOnceAndTheNextOneAfterIt() {
    database().write(tx -> insert(tx, 1));

    Database again =
        reopen(
            List.of(
                NUMBERS.getFirst(),
                new Migration("numbers", 2, "ALTER TABLE numbers ADD COLUMN size BIGINT;\n")));

    assertThat(again.<List<Long>>read(DatabaseContract::numbers)).containsExactly(1L);
    assertThat(again.<Long>read(tx -> tx.number("SELECT COUNT(*) FROM numbers WHERE size IS NULL")))
        .isEqualTo(1);
  }

  @Test
  default void aMigrationThatChangedIsRefused() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> reopen(List.of(new Migration("numbers", 1, "CREATE TABLE numbers (n BIGINT);"))))
        .extracting(HosuException::code)
        .isEqualTo(StoreError.MIGRATION_CHANGED);
  }

  @Test
  default void aDatabaseOfANewerVersionIsRefused() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> reopen(List.of()))
        .extracting(HosuException::code)
        .isEqualTo(StoreError.DATABASE_NEWER);
  }

  @Test
  default void aMigrationThatFailsLeavesNothingBehind() {
    Migration broken =
        new Migration("broken", 1, "CREATE TABLE half (n BIGINT);\nCREATE NONSENSE;\n");

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> reopen(List.of(NUMBERS.getFirst(), broken)))
        .withMessageContaining("CREATE NONSENSE");
    Database again = reopen(NUMBERS);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> again.read(tx -> tx.number("SELECT COUNT(*) FROM half")));
  }

  @Test
  default void aClosedDatabaseSaysSo() {
    Database database = database();
    database.close();

    assertThatExceptionOfType(HosuException.Unavailable.class)
        .isThrownBy(() -> database.write(tx -> insert(tx, 1)));
    assertThatExceptionOfType(HosuException.Unavailable.class)
        .isThrownBy(() -> database.read(DatabaseContract::numbers));
  }
}
