package io.hosu.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that a table needs no more while somebody reads them, on this or another server. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class ReadersTest {
  private static final ObjectName FILE = ObjectName.parse("stage/shop/orders/data/1.parquet");
  private static final Duration LONG = Duration.ofDays(30);

  private final TestDatabase kind;
  @TempDir Path data;
  private TestLake lake;
  private Readers here;

  ReadersTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(kind, data);
    here = new Readers(lake.database, lake.clock, lake.ids);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  /** A file of a table, where its bytes lie. */
  private Path file() throws IOException {
    Path staged = Files.writeString(lake.blobs.staging().resolve("one"), "rows");
    String blob = lake.blobs.adopt(staged);
    lake.database.perform(tx -> lake.files.register(tx, FILE, blob, 4));
    return lake.blobs.path(blob);
  }

  private void end() {
    lake.database.perform(tx -> lake.files.unregister(tx, FILE));
  }

  /** Time goes by while a server tells of its readers, and the other one sweeps. */
  private void pass(Duration time, Readers... living) {
    lake.clock.advance(time);
    for (Readers readers : living) {
      readers.tell();
    }
    lake.sweeper.sweep();
  }

  @Test
  void whatARunningReaderNeedsStaysHoweverLongItTakes() throws IOException {
    Path file = file();
    Readers.Reading reading = here.begin(Stream::empty);
    lake.clock.advance(Duration.ofMinutes(1));
    end();

    for (int i = 0; i < 5; i++) {
      pass(LONG, here);
      assertThat(file).exists();
    }
    reading.close();
    pass(Duration.ofMinutes(3), here);
    assertThat(file).doesNotExist();
  }

  @Test
  void aReaderThatBeganSinceItsServerToldOfReadersIsSafeToo() throws IOException {
    Path file = file();
    here.tell();
    lake.clock.advance(Duration.ofMinutes(4));
    Readers.Reading reading = here.begin(Stream::empty);
    end();
    pass(LONG, here);

    assertThat(file).exists();
    reading.close();
  }

  @Test
  void whoBeganAfterAFileWentKeepsItNot() throws IOException {
    Path file = file();
    end();
    lake.clock.advance(Duration.ofHours(1));
    Readers.Reading reading = here.begin(Stream::empty);
    pass(LONG, here);

    assertThat(file).doesNotExist();
    reading.close();
  }

  @Test
  void aReaderOfAnotherServerIsKeptToAsLongAsThatServerLives() throws IOException {
    Path file = file();
    Readers other = new Readers(lake.database, lake.clock, lake.ids);
    other.begin(Stream::empty);
    end();

    pass(LONG, here, other);
    assertThat(file).exists();
    pass(Duration.ofMinutes(9), here);
    assertThat(file).exists();
    pass(Duration.ofMinutes(2), here);
    assertThat(file).doesNotExist();
  }

  @Test
  void whatMustGoWaitsForWhoReadsItAndForNobodyElse() throws Exception {
    Path file = Path.of("a");
    Readers.Reading other = here.begin(() -> Stream.of(Path.of("b")));
    assertThat(here.awaitEnd(Set.of(file), Duration.ofHours(1))).isZero();

    Readers.Reading reading = here.begin(() -> Stream.of(file, Path.of("b")));
    AtomicBoolean stopped = new AtomicBoolean();
    reading.stopWith(() -> stopped.set(true));
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> waiting =
          beside.submit(() -> here.awaitEnd(Set.of(file), Duration.ofHours(1)));
      reading.close();
      assertThat(waiting.get()).isZero();
    }
    assertThat(stopped).isFalse();
    other.close();
  }

  @Test
  void whoReadsItForTooLongIsStoppedAlsoWhenItHadNotBegunYet() {
    Path file = Path.of("a");
    Readers.Reading begun = here.begin(() -> Stream.of(file));
    Readers.Reading queued = here.begin(() -> Stream.of(file));
    AtomicInteger stopped = new AtomicInteger();
    begun.stopWith(() -> {
      stopped.incrementAndGet();
      begun.close();
    });

    assertThat(here.awaitEnd(Set.of(file), Duration.ofMillis(1))).isEqualTo(2);
    assertThat(stopped).hasValue(1);
    queued.stopWith(stopped::incrementAndGet);
    assertThat(stopped).hasValue(2);
    queued.close();
  }

  @Test
  void aServerThatStopsLetsGoAtOnce() throws IOException {
    Path file = file();
    Readers other = new Readers(lake.database, lake.clock, lake.ids);
    other.begin(Stream::empty);
    end();
    pass(LONG, other);
    assertThat(file).exists();

    other.close();
    other.tell();
    pass(Duration.ZERO);
    assertThat(file).doesNotExist();
  }
}
