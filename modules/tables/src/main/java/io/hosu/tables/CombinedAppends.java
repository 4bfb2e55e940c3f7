package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import io.hosu.store.Database;
import io.hosu.tables.PreparedCommit.Made;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.TableMetadata;

/**
 * Appends of engines to one table, made together: those that come while others are made wait, and
 * become true with one metadata file and in one transaction. Each keeps its own snapshot, with the
 * id that it came with, its own principal, events and answer; one that is refused refuses no other.
 * May be used from any thread.
 */
final class CombinedAppends {
  /** How many are made together at most: their files and rows are held in memory meanwhile. */
  private static final int MOST = 64;

  /** How often another server may be first. */
  private static final int TRIES = 50;

  private final Database database;
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;
  private final Ids ids;
  private final FilePaths paths;
  private final MetadataFiles metadata;
  private final TableLocks locks;
  private final Map<TableName, AppendLine> lines = new ConcurrentHashMap<>();

  CombinedAppends(
      Database database,
      ObjectFiles files,
      TableEvents events,
      InstantSource clock,
      Ids ids,
      FilePaths paths,
      MetadataFiles metadata,
      TableLocks locks) {
    this.database = database;
    this.files = files;
    this.events = events;
    this.clock = clock;
    this.ids = ids;
    this.paths = paths;
    this.metadata = metadata;
    this.locks = locks;
  }

  /** Another server published first. */
  private static final class LostRace extends RuntimeException {
    private final transient Conflict conflict;

    LostRace(Conflict conflict) {
      super(conflict);
      this.conflict = conflict;
    }
  }

  /** The table's metadata file once the append is true. */
  String commit(CommitContext context, TableUpdate update, CommitBeside beside) {
    TableName table = update.table();
    WaitingAppend append = new WaitingAppend(context, update, beside, look(update));
    AppendLine line = lines.computeIfAbsent(table, _ -> new AppendLine());
    if (line.join(append)) {
      // Many wait for this one thread: it is not to wait in turn until each of them had a core.
      Thread.ofPlatform().daemon().name("appends").start(() -> serve(table, line));
    }
    return append.await();
  }

  /**
   * What it appends, seen by the thread that waits for it, so that its turn is short. Nothing when
   * that fails: its turn will tell why.
   */
  private Optional<SeenAppend> look(TableUpdate update) {
    try {
      return find(update.table())
          .map(row -> metadata.read(row))
          .flatMap(
              current -> SeenAppend.of(update, current, database, files, new ObjectFileIO(paths)));
    } catch (RuntimeException _) {
      return Optional.empty();
    }
  }

  private void serve(TableName table, AppendLine line) {
    while (line.isWaiting()) {
      try (TableLocks.Held _ = locks.hold(List.of(table))) {
        commitAll(table, line.take(MOST));
      } catch (RuntimeException | Error e) {
        line.take(MOST).forEach(append -> append.fail(e));
      }
    }
  }

  private void commitAll(TableName table, List<WaitingAppend> appends) {
    try {
      commitTogether(table, appends);
    } catch (Unavailable | Error e) {
      open(appends).forEach(append -> append.fail(e));
    } catch (RuntimeException e) {
      commitApart(table, open(appends), e);
    }
  }

  /** One of them spoils the transaction of all: alone, each gets what is its own. */
  private void commitApart(TableName table, List<WaitingAppend> appends, RuntimeException e) {
    if (appends.size() == 1) {
      appends.getFirst().fail(e);
    } else {
      appends.forEach(append -> commitAll(table, List.of(append)));
    }
  }

  private static List<WaitingAppend> open(List<WaitingAppend> appends) {
    return appends.stream().filter(WaitingAppend::isOpen).toList();
  }

  private void commitTogether(TableName table, List<WaitingAppend> appends) {
    for (int i = 1; true; i++) {
      try (StagedFiles staged = new StagedFiles(files.blobs(), ids)) {
        publish(table, open(appends), staged);
        return;
      } catch (LostRace e) {
        if (i == TRIES) {
          throw e.conflict;
        }
      }
    }
  }

  private void publish(TableName table, List<WaitingAppend> appends, StagedFiles staged) {
    CatalogRows.TableRow before = find(table).orElseThrow(() -> Tables.notFound(table, List.of()));
    UpdatePreparing preparing = new UpdatePreparing(database, files, metadata, staged, paths);
    Group group = prepare(preparing, metadata.read(before), appends);
    if (group.appends().isEmpty()) {
      return;
    }
    PreparedCommit.Prepared prepared =
        preparing.finish(table, before, group.after(), group.made(), group.taken());
    String location = prepared.after().metadataFileLocation();
    CommitContext first = group.appends().getFirst().context();
    try (PreparedCommit commit =
        new PreparedCommit(
            List.of(prepared), first, TableLocks.Held.nothing(), files, events, clock)) {
      database.perform(tx -> {
        commit.publish(tx);
        group.appends().forEach(append -> append.beside().publish(tx, location));
      });
    } catch (Conflict e) {
      throw isMoved(before) ? new LostRace(e) : e;
    }
    group.appends().forEach(append -> append.succeed(location));
  }

  private boolean isMoved(CatalogRows.TableRow before) {
    return !Objects.equals(find(before.name()).orElse(null), before);
  }

  private Optional<CatalogRows.TableRow> find(TableName table) {
    return database.read(tx -> CatalogRows.find(tx, table));
  }

  /** Those that can be made true together. */
  private record Group(
      List<WaitingAppend> appends,
      TableMetadata after,
      List<Made.One> commits,
      List<StoredFile> taken) {
    Made made() {
      return new Made.Several(commits);
    }
  }

  private static Group prepare(
      UpdatePreparing preparing, TableMetadata before, List<WaitingAppend> appends) {
    List<WaitingAppend> good = new ArrayList<>();
    List<Made.One> commits = new ArrayList<>();
    List<StoredFile> taken = new ArrayList<>();
    TableMetadata current = before;
    for (WaitingAppend append : appends) {
      try {
        UpdatePreparing.Step step = step(preparing, current, append);
        current = step.settled();
        commits.add(new Made.One(step.made(), append.context()));
        taken.addAll(step.taken());
        good.add(append);
      } catch (RuntimeException e) {
        append.fail(e);
      }
    }
    return new Group(good, current, commits, taken);
  }

  private static UpdatePreparing.Step step(
      UpdatePreparing preparing, TableMetadata current, WaitingAppend append) {
    return append
        .seen()
        .filter(seen -> seen.isOf(current))
        .map(seen -> preparing.step(seen, current, append.beside()::allow))
        .orElseGet(() -> preparing.step(append.update(), current, append.beside()::allow));
  }
}
