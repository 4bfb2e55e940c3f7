package io.hosu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.FlakyBackend.Misfortune;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
  private final FlakyBackend backend;
  private final Database database;
  private final AtomicInteger runs = new AtomicInteger();

  GroupCommitTest(@TempDir Path directory) {
    backend =
        new FlakyBackend(SqliteBackend.open(directory.resolve("state.db"), Durability.PROCESS));
    MigrationRunner.run(backend, DatabaseContract.NUMBERS);
    database = new JdbcDatabase(backend, 2, new Backoff(3, 0, 0));
    backend.commits.set(0);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void insert(long n) {
    database.perform(tx -> {
      runs.incrementAndGet();
      tx.update("INSERT INTO numbers (n) VALUES (?)", n);
    });
  }

  private List<Long> numbers() {
    return database.read(tx -> tx.list("SELECT n FROM numbers ORDER BY n", row -> row.number("n")));
  }

  @Test
  void writesThatWaitShareOneCommit() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread first =
        Thread.ofVirtual()
            .start(() ->
                database.perform(_ -> {
                  begun.countDown();
                  await(goOn);
                }));
    begun.await();
    List<Thread> others =
        LongStream.range(0, 100).mapToObj(n -> Thread.ofVirtual().start(() -> insert(n))).toList();
    while (others.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
      Thread.onSpinWait();
    }

    goOn.countDown();
    first.join();
    for (Thread thread : others) {
      thread.join();
    }

    assertThat(numbers()).hasSize(100);
    assertThat(backend.commits).hasValue(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBatchThatSomebodyWasInTheWayOfIsRunAgain() {
    backend.next(Misfortune.BUSY);

    insert(1);

    assertThat(numbers()).containsExactly(1L);
    assertThat(runs).hasValue(2);
  }

  @Test
  void aDatabaseThatStaysInTheWayIsUnavailable() {
    for (int i = 0; i < 3; i++) {
      backend.next(Misfortune.BUSY);
    }

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> insert(1))
        .extracting(HosuException::code)
        .isEqualTo(StoreError.DATABASE_UNAVAILABLE);
    assertThat(numbers()).isEmpty();
    insert(2);
    assertThat(numbers()).containsExactly(2L);
  }

  @Test
  void aFullDiskIsToldAtOnceAndTheNextWriteMaySucceed() {
    backend.next(Misfortune.DISK_FULL);

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> insert(1))
        .extracting(HosuException::code)
        .isEqualTo(StoreError.DATABASE_UNAVAILABLE);
    assertThat(runs).hasValue(1);
    assertThat(numbers()).isEmpty();
    insert(2);
    assertThat(numbers()).containsExactly(2L);
  }

  @Test
  void whereTheDatabaseIsIsNotToldToWhoAsks() {
    backend.next(Misfortune.DISK_FULL);

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> insert(1))
        .withMessage("The state database does not answer.");
  }

  @Test
  void aLostCommitThatDidNotHappenIsRunAgain() {
    backend.next(Misfortune.LOST_BEFORE);
    backend.answer(Optional.of(false));

    insert(1);

    assertThat(numbers()).containsExactly(1L);
    assertThat(runs).hasValue(2);
  }

  @Test
  void aLostCommitThatHappenedIsNotRunAgain() {
    backend.next(Misfortune.LOST_AFTER);
    backend.answer(Optional.of(true));

    insert(1);

    assertThat(numbers()).containsExactly(1L);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aLostCommitOfWhichNobodyCanTellIsUnknown() {
    backend.next(Misfortune.LOST_AFTER);

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> insert(1))
        .extracting(HosuException::code)
        .isEqualTo(StoreError.COMMIT_UNKNOWN);
    assertThat(numbers()).containsExactly(1L);
    assertThat(runs).hasValue(1);
  }
}
