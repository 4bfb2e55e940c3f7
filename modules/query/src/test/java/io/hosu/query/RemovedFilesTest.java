package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Readers;
import io.hosu.query.engine.EnginePool;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.ResultSink;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.TestEngines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that must go at once, while queries read them. */
class RemovedFilesTest {
  private static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");
  private static final ResultSink NOWHERE =
      new ResultSink() {
        @Override
        public void columns(List<io.hosu.query.engine.Column> columns) {}

        @Override
        public void bytes(byte[] chunk) {}
      };

  @TempDir Path directory;
  private QueryLake lake;
  private Readers readers;
  private EnginePool pool;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    lake.append(FLIGHTS, "SELECT i AS id FROM range(10) r(i)");
    readers = new Readers(lake.database, lake.clock, lake.ids);
    pool = new EnginePool("removed", TestEngines.config(1), readers);
    file = lake.tables.plan(FLIGHTS).paths().getFirst();
  }

  @AfterEach
  void close() {
    pool.close();
    lake.close();
  }

  private EngineSession session() {
    EngineView view = new EngineView(List.of("f"), lake.tables.plan(FLIGHTS).sql(), List.of(file));
    return pool.open(new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(60)));
  }

  private static @Nullable Void run(EngineSession session, String sql) {
    session.query(sql, ResultFormat.CSV, ResultLimits.NONE, NOWHERE);
    return null;
  }

  /** As if the rows of the table were deleted for good. */
  private int remove(Duration patience) {
    ObjectsConfig config =
        new ObjectsConfig(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(2), patience);
    ObjectFiles files =
        new ObjectFiles(lake.database, lake.blobs, lake.clock, lake.ids, config, readers);
    lake.database.perform(tx -> lake.tables.drop(tx, FLIGHTS));
    return files.purgeUnder(new ObjectName("stage", "aviation/flights"));
  }

  @Test
  void aQueryThatBeganBeforeEndsRightlyIfItDoesSoInTime() throws Exception {
    EngineSession session = session();
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> removing = beside.submit(() -> remove(Duration.ofMinutes(5)));
      run(session, "SELECT sum(id) FROM f");
      assertThat(file).exists();
      session.close();

      assertThat(removing.get()).isPositive();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void oneThatTakesTooLongIsStoppedAndToldWhy() throws Exception {
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
        EngineSession session = session()) {
      Future<?> running =
          beside.submit(() -> {
            try (session) {
              return run(session, "SELECT sum(f.id + r.i) FROM f, range(1000000000000) r(i)");
            }
          });

      assertThat(remove(Duration.ofMillis(100))).isPositive();

      assertThat(file).doesNotExist();
      assertThatThrownBy(running::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              Unavailable.class,
              e -> {
                assertThat(e.code()).isEqualTo(QueryError.FILES_GONE);
                assertThat(e.what()).contains("deleted for good");
              });
    }
  }

  @Test
  void oneThatWasPlannedBeforeAndBeginsAfterIsToldThatItsFilesAreGone() {
    String sql = lake.tables.plan(FLIGHTS).sql();
    remove(Duration.ZERO);
    EngineView view = new EngineView(List.of("f"), sql, List.of(file));
    SessionRequest request =
        new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(60));

    assertThatThrownBy(
            () -> {
              try (EngineSession session = pool.open(request)) {
                run(session, "SELECT sum(id) FROM f");
              }
            })
        .isInstanceOfSatisfying(
            Unavailable.class,
            e -> assertThat(e.code()).as(e.what()).isEqualTo(QueryError.FILES_GONE));
  }
}
