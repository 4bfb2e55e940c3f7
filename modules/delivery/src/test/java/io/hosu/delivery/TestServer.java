package io.hosu.delivery;

import io.hosu.delivery.LakeProject.Reading;
import io.hosu.events.EventFilter;
import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.events.Queues;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Principal;
import io.hosu.kernel.Ids;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.pipelines.OpenStages;
import io.hosu.pipelines.PipelinesMigrations;
import io.hosu.pipelines.Stages;
import io.hosu.pipelines.Teams;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.TablesMigrations;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Everything that delivery changes, over a real database. */
final class TestServer implements AutoCloseable {
  final ManualClock clock = new ManualClock();
  final Ids ids = new Ids(clock, new Random(1));
  final Database database;
  final EventLog events;
  final Queues queues;
  final Governance governance;
  final Buckets buckets;
  final ObjectFiles files;
  final Tables tables;
  final Stages stages;
  final Teams teams;
  final Delivery delivery;

  TestServer(Path directory) {
    this(TestDatabase.SQLITE, directory);
  }

  TestServer(TestDatabase kind, Path directory) {
    List<Migration> migrations =
        Stream.of(
                EventsMigrations.all(),
                GovernanceMigrations.all(),
                ObjectsMigrations.all(),
                TablesMigrations.all(),
                PipelinesMigrations.all(),
                DeliveryMigrations.all())
            .flatMap(List::stream)
            .toList();
    this.database = Databases.temporary(kind.newUrl(directory), migrations);
    this.events = new EventLog(database, clock, ids);
    this.queues = new Queues(events, clock, ids);
    this.governance = new Governance(database, directory, clock, ids);
    this.buckets = new Buckets(database, clock);
    try {
      this.files =
          new ObjectFiles(
              database, new FileBlobStore(directory, ids), clock, ids, ObjectsConfig.standard());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.tables = new Tables(database, files, events, clock, ids, TablesConfig.standard());
    this.stages = OpenStages.over(database, queues, governance.grants(), clock, ids);
    this.teams = new Teams(governance.domains(), stages);
    this.delivery =
        new Delivery(
            new Delivery.Parts(database, events, clock, ids),
            new Delivery.Facades(
                buckets,
                governance.domains(),
                tables,
                stages,
                teams,
                governance.principals(),
                governance.tags(),
                governance.grants(),
                governance.policy()));
  }

  static Reading.Sound sound(Map<String, String> files) {
    return (Reading.Sound) LakeProject.read(ProjectFiles.of(files));
  }

  /** Who applies. */
  Caller admin() {
    return governance
        .policy()
        .caller(Principal.user("admin").asAdministrator(), Door.API, "request");
  }

  ApplyResult apply(Map<String, String> files) {
    return delivery.apply(sound(files), admin());
  }

  List<String> applied(Map<String, String> files) {
    return apply(files).changes().stream()
        .map(change -> "%s %s %s".formatted(change.verb().word(), change.kind(), change.name()))
        .toList();
  }

  long eventsOf(String detailType) {
    return events.list(EventFilter.ALL, 1000).items().stream()
        .filter(logged -> logged.event().detailType().equals(detailType))
        .count();
  }

  @Override
  public void close() {
    governance.close();
    database.close();
  }
}
