package io.hosu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashingDatabaseTest {
  private final Database real;
  private final AtomicBoolean told = new AtomicBoolean();

  CrashingDatabaseTest(@TempDir Path directory) {
    real = Databases.temporary(directory, DatabaseContract.NUMBERS);
  }

  @AfterEach
  void close() {
    real.close();
  }

  private void insert(CrashPoints points) {
    new CrashingDatabase(real, points::pass)
        .perform(tx -> {
          tx.update("INSERT INTO numbers (n) VALUES (1)");
          tx.afterCommit(() -> told.set(true));
        });
  }

  private long count() {
    return real.read(tx -> tx.number("SELECT COUNT(*) FROM numbers"));
  }

  @Test
  void aProcessThatDiesBeforeACommitNeverWrote() {
    assertThatExceptionOfType(Crash.class).isThrownBy(() -> insert(CrashPoints.at(0)));

    assertThat(count()).isZero();
    assertThat(told).isFalse();
  }

  @Test
  void aProcessThatDiesAfterACommitWroteAndToldNobody() {
    assertThatExceptionOfType(Crash.class).isThrownBy(() -> insert(CrashPoints.at(1)));

    assertThat(count()).isEqualTo(1);
    assertThat(told).isFalse();
  }

  @Test
  void aProcessThatLivesPassesTwoPointsAWrite() {
    CrashPoints points = CrashPoints.never();

    insert(points);

    assertThat(points.passed()).containsExactly("before a commit", "after a commit");
    assertThat(told).isTrue();
  }
}
