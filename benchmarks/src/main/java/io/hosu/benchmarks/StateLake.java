package io.hosu.benchmarks;

import io.hosu.events.EventLog;
import io.hosu.events.EventRouter;
import io.hosu.events.EventsMigrations;
import io.hosu.events.Queues;
import io.hosu.events.Rules;
import io.hosu.events.ScheduleClock;
import io.hosu.events.Schedules;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grants;
import io.hosu.kernel.Ids;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.pipelines.DispatcherConfig;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.PipelinesMigrations;
import io.hosu.pipelines.Transforming;
import io.hosu.store.Database;
import io.hosu.store.DatabaseConfig;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a server that move events and executions, as the server assembles them, on a state
 * database that waits for the disk; what stages do with their input is given.
 */
final class StateLake implements AutoCloseable {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final String FLOOR =
      "CREATE TABLE bare (id BIGINT PRIMARY KEY, content TEXT NOT NULL)";

  final Database database;
  final EventLog events;
  final Queues queues;
  final EventRouter router;
  private final ScheduleClock schedules;
  final Pipelines pipelines;
  final ObjectFiles files;
  final FileBlobStore blobs;
  final InstantSource clock = InstantSource.system();
  final Ids ids = new Ids(clock, new SecureRandom());

  /**
   * A lake with its state database at {@code url}, where so many executions transform at once.
   *
   * @param concurrency the setting {@code pipelines.concurrency}
   */
  StateLake(String url, Path data, Transforming transforming, int concurrency) throws IOException {
    database = Databases.open(new DatabaseConfig(url, 8), migrations());
    events = new EventLog(database, clock, ids);
    queues = new Queues(events, clock, ids);
    router = new EventRouter(database, events, queues);
    Schedules moments = new Schedules(events, clock);
    schedules = new ScheduleClock(database, moments, clock);
    blobs = new FileBlobStore(data, ids);
    files = new ObjectFiles(database, blobs, clock, ids, ObjectsConfig.standard());
    pipelines =
        Pipelines.of(
            new Pipelines.Parts(
                database,
                events,
                new Rules(),
                moments,
                queues,
                router,
                new Grants(database, clock, ids),
                clock,
                ids),
            files,
            transforming,
            new DispatcherConfig(concurrency, LEASE, url.startsWith("jdbc:sqlite:")));
  }

  private static List<Migration> migrations() {
    List<Migration> all = new ArrayList<>(EventsMigrations.all());
    all.addAll(GovernanceMigrations.all());
    all.addAll(ObjectsMigrations.all());
    all.addAll(PipelinesMigrations.all());
    all.add(new Migration("bare", 1, FLOOR));
    return all;
  }

  static String sqlite(Path folder) {
    return "jdbc:sqlite:" + folder.resolve("state.db");
  }

  void start() {
    router.start();
    schedules.start();
    pipelines.start();
  }

  @Override
  public void close() {
    pipelines.close();
    schedules.close();
    router.close();
    database.close();
  }
}
