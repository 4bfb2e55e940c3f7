package io.hosu.objects;

import io.hosu.events.EventFilter;
import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.events.LoggedEvent;
import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceConfig;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.Event;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Objects over a real database and disk in a temporary directory, with buckets raw and stage. */
public final class TestLake implements AutoCloseable {
  public final ManualClock clock = new ManualClock();
  public final Ids ids = new Ids(clock, new Random(1));
  public final Database database;
  public final BlobStore blobs;
  public final EventLog events;
  public final Governance governance;
  public final Buckets buckets;
  public final Objects objects;
  public final Uploads uploads;
  public final ObjectFiles files;
  public final Sweeper sweeper;
  public final Principal admin = Principal.user("admin").asAdministrator();

  public TestLake(Path data) throws IOException {
    this(TestDatabase.SQLITE, data);
  }

  public TestLake(TestDatabase kind, Path data) throws IOException {
    this(kind, data, UnaryOperator.identity(), UnaryOperator.identity());
  }

  /** Gives {@code principal} all there is, data too. */
  private void allowAll(Database bare, Principal principal) {
    Grant all =
        new Grant(
            "",
            Grantee.of(principal),
            EnumSet.allOf(Permission.class),
            new Resource.Lake(),
            Grant.BUILT_IN);
    bare.perform(tx -> governance.grants().put(tx, all));
  }

  /**
   * @param aroundDatabase what to put around the database
   * @param aroundBlobs what to put around the blob store
   */
  public TestLake(
      TestDatabase kind,
      Path data,
      UnaryOperator<Database> aroundDatabase,
      UnaryOperator<BlobStore> aroundBlobs)
      throws IOException {
    Database bare = Databases.temporary(kind.newUrl(data), migrations());
    database = aroundDatabase.apply(bare);
    blobs = aroundBlobs.apply(new FileBlobStore(data, ids));
    events = new EventLog(database, clock, ids);
    governance = new Governance(bare, data, clock, ids, GovernanceConfig.standard());
    allowAll(bare, admin);
    buckets = new Buckets(database, clock);
    objects = new Objects(database, blobs, events, governance.policy(), clock, ids);
    uploads = new Uploads(database, blobs, events, governance.policy(), clock, ids);
    files = new ObjectFiles(database, blobs, clock, ids, ObjectsConfig.standard());
    sweeper = new Sweeper(database, blobs, clock, ObjectsConfig.standard());
    database.write(tx -> buckets.create(tx, "raw"));
    database.write(tx -> buckets.create(tx, "stage"));
  }

  public static List<Migration> migrations() {
    return Stream.of(EventsMigrations.all(), GovernanceMigrations.all(), ObjectsMigrations.all())
        .flatMap(List::stream)
        .toList();
  }

  public Caller admin() {
    return caller(admin);
  }

  public Caller caller(Principal principal) {
    return governance.policy().caller(principal, Door.S3, "request-1");
  }

  /** A principal that may do this on that, and nothing else. */
  public Principal granted(String name, Set<Permission> permissions, Resource on) {
    Principal principal = Principal.user(name);
    database.write(tx -> {
      governance.principals().create(tx, principal, "test");
      return governance.grants().put(tx, Grant.declared(Grantee.of(principal), permissions, on));
    });
    return principal;
  }

  public NewAccessKey key(Principal principal) {
    return database.write(tx -> {
      governance.principals().put(tx, principal, "test");
      return governance.accessKeys().create(tx, principal.name());
    });
  }

  public ObjectVersion put(String name, String text) {
    return objects.put(
        admin(), ObjectName.parse(name), payload(text), PutOptions.ofType("text/plain"));
  }

  public static Payload payload(String text) {
    return Payload.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  public String read(ObjectVersion version) {
    try (InputStream in = objects.open(version)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String read(String name) {
    return read(objects.require(admin(), ObjectName.parse(name)));
  }

  /** Every event, the oldest first. */
  public List<Event> log() {
    List<Event> log = new ArrayList<>();
    for (LoggedEvent event : events.list(EventFilter.ALL, 1000).items().reversed()) {
      log.add(event.event());
    }
    return log;
  }

  @Override
  public void close() {
    governance.close();
    database.close();
  }
}
