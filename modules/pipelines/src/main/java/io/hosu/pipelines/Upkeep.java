package io.hosu.pipelines;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.query.TableWriting;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.OwnDirectory;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.CompactionPlan;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.Orphans;
import io.hosu.tables.PreparedUpkeep;
import io.hosu.tables.PreparedUpkeep.Done;
import io.hosu.tables.SnapshotPolicy;
import io.hosu.tables.TableUpkeep;
import io.hosu.tables.TableUpkeep.Rewritten;
import io.hosu.tables.TablesError;
import io.hosu.tables.Wear;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps tables healthy by engines: small files become large ones, many manifests few, and snapshots
 * expire that nobody needs. Each time it does something is an execution of the pipeline {@code
 * upkeep} of the table's domain, in the transaction that publishes it. May be used from any thread,
 * and on several servers.
 */
final class Upkeep {
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final int MOST_FILES = 50;
  private static final int MOST_ROUNDS = 5;

  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  private final TableUpkeep upkeep;
  private final UpkeepConfig config;

  /** Upkeep of the tables of {@code work}, by its engines. */
  Upkeep(Pipelines.Parts parts, Pipelines.Work work, UpkeepConfig config) {
    this.parts = parts;
    this.work = work;
    this.upkeep = work.tables().upkeep();
    this.config = config;
  }

  /**
   * What was done.
   *
   * @param execution the execution that tells of it
   */
  record Report(String execution, Done done) {}

  /**
   * Merges the small files of a table, as far as it has any, and writes those anew without their
   * deleted rows that are worn.
   *
   * @param principal who asks
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when others do not stop changing the files
   */
  Optional<Report> compact(TableName table, String principal, Wear wear) {
    Instant startedAt = parts.clock().instant();
    CompactionPlan plan = upkeep.planCompaction(table, wear, config.fileBytes(), MOST_FILES);
    if (plan.bins().isEmpty()) {
      return Optional.empty();
    }
    String id = parts.ids().next();
    List<Rewritten> rewritten = rewritten(plan, id);
    CommitContext context = CommitContext.of(principal, id, "upkeep", List.of());
    return published(
        table,
        UpkeepRows.Kind.COMPACT,
        id,
        startedAt,
        () -> upkeep.prepareCompaction(context, plan, rewritten),
        rewritten);
  }

  /** What {@link #compact} would do, of files that are worn at all. */
  Optional<Done> planCompaction(TableName table) {
    CompactionPlan plan = upkeep.planCompaction(table, Wear.ANY, config.fileBytes(), MOST_FILES);
    int files = plan.bins().stream().mapToInt(bin -> bin.files().size()).sum();
    return plan.bins().isEmpty()
        ? Optional.empty()
        : Optional.of(new Done("", 0, 0, files, plan.bins().size()));
  }

  /** Makes the manifests of a table few, if they are many. */
  Optional<Report> mergeManifests(TableName table, String principal) {
    Instant startedAt = parts.clock().instant();
    String id = parts.ids().next();
    CommitContext context = CommitContext.of(principal, id, "upkeep", List.of());
    return published(
        table,
        UpkeepRows.Kind.MANIFESTS,
        id,
        startedAt,
        () -> upkeep.prepareManifests(context, table),
        List.of());
  }

  /**
   * Lets the snapshots, branches and tags of a table go that are over, with the files that nothing
   * else needs. Those from which a stage has yet to read changes stay.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   */
  Optional<Report> expire(TableName table, String principal, SnapshotPolicy policy) {
    Instant startedAt = parts.clock().instant();
    String id = parts.ids().next();
    CommitContext context = CommitContext.of(principal, id, "upkeep", List.of());
    return published(
        table,
        UpkeepRows.Kind.EXPIRE,
        id,
        startedAt,
        () -> upkeep.prepareExpiry(context, table, policy, held(table)),
        List.of());
  }

  /** What {@link #expire} would do. */
  Optional<Done> planExpiry(TableName table, SnapshotPolicy policy) {
    return upkeep.planExpiry(table, policy, held(table));
  }

  /**
   * Ends the files that lie where a table has its own, are older than {@code delay}, and are known
   * to nothing.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Invalid {@link TablesError#ORPHAN_DELAY_SHORT}
   */
  Optional<Report> removeOrphans(TableName table, String principal, Duration delay) {
    Instant startedAt = parts.clock().instant();
    String id = parts.ids().next();
    for (int round = 1; ; round++) {
      try (Orphans.Found found = upkeep.orphans().find(table, delay)) {
        return found.files().isEmpty()
            ? Optional.empty()
            : Optional.of(parts.database().write(tx -> remove(tx, table, id, startedAt, found)));
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || round == MOST_ROUNDS) {
          throw e;
        }
      }
    }
  }

  private Report remove(
      Transaction tx, TableName table, String id, Instant startedAt, Orphans.Found found) {
    Done done = new Done("", 0, 0, upkeep.orphans().remove(tx, found), 0);
    UpkeepRows.succeeded(
        tx,
        parts.events(),
        start(table, UpkeepRows.Kind.ORPHANS, id),
        UpkeepRows.note(table, UpkeepRows.Kind.ORPHANS, done),
        ExecutionOutput.withoutFiles(table.toString(), "", ExecutionOutput.REPLACE),
        startedAt,
        parts.clock().instant());
    return new Report(id, done);
  }

  /** The files that {@link #removeOrphans} would end. */
  List<ObjectFiles.Resting> orphans(TableName table, Duration delay) {
    try (Orphans.Found found = upkeep.orphans().find(table, delay)) {
      return found.files();
    }
  }

  /** How old files become that nothing knows, as the table or else the lake has it. */
  Duration orphanDelay(TableName table) {
    return work.tables().require(table).upkeep().orphanDelay().orElse(config.orphanDelay());
  }

  /** Which snapshots stay where nobody says otherwise. */
  SnapshotPolicy policy() {
    return config.snapshots();
  }

  private Set<Long> held(TableName table) {
    return parts.database().read(tx -> UpkeepRows.held(tx, table));
  }

  private Optional<Report> published(
      TableName table,
      UpkeepRows.Kind kind,
      String id,
      Instant startedAt,
      Supplier<Optional<PreparedUpkeep>> prepare,
      List<Rewritten> rewritten) {
    for (int round = 1; ; round++) {
      try (PreparedUpkeep prepared = prepare.get().orElse(null)) {
        if (prepared == null) {
          return Optional.empty();
        }
        publish(table, kind, id, startedAt, prepared, rewritten);
        return Optional.of(new Report(id, prepared.done()));
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || round == MOST_ROUNDS) {
          throw e;
        }
      }
    }
  }

  private void publish(
      TableName table,
      UpkeepRows.Kind kind,
      String id,
      Instant startedAt,
      PreparedUpkeep prepared,
      List<Rewritten> rewritten) {
    OptionalLong snapshot = prepared.snapshot();
    ExecutionOutput output =
        new ExecutionOutput(
            table.toString(),
            snapshot.isPresent() ? Long.toString(snapshot.getAsLong()) : "",
            ExecutionOutput.REPLACE,
            rewritten.stream().mapToLong(one -> one.files().rows()).sum(),
            prepared.done().filesAfter(),
            rewritten.stream().mapToLong(one -> one.bin().bytes()).sum(),
            rewritten.stream().flatMap(one -> one.files().locations().stream()).toList());
    parts
        .database()
        .perform(tx -> {
          prepared.publish(tx);
          UpkeepRows.succeeded(
              tx,
              parts.events(),
              start(table, kind, id),
              UpkeepRows.note(table, kind, prepared.done()),
              output,
              startedAt,
              parts.clock().instant());
        });
  }

  private static ExecutionRows.Start start(TableName table, UpkeepRows.Kind kind, String id) {
    return new ExecutionRows.Start(id, UpkeepRows.stage(table, kind), Execution.By.UPKEEP, null);
  }

  /** Has it told as an execution that upkeep of a table failed. */
  void failed(TableName table, UpkeepRows.Kind kind, HosuException cause) {
    Instant now = parts.clock().instant();
    parts
        .database()
        .perform(tx ->
            UpkeepRows.failed(
                tx,
                parts.events(),
                start(table, kind, parts.ids().next()),
                cause,
                table,
                now,
                now));
  }

  /** Has engines write the rows of each bin as one file. */
  private List<Rewritten> rewritten(CompactionPlan plan, String id) {
    Path directory = work.files().blobs().staging().resolve("upkeep-" + id);
    try {
      Files.createDirectories(directory);
      List<Rewritten> rewritten = new ArrayList<>();
      for (CompactionPlan.Bin bin : plan.bins()) {
        rewritten.add(
            new Rewritten(bin, work.tables().adopt(plan.target(), write(plan, bin, directory))));
      }
      return rewritten;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      OwnDirectory.remove(directory);
    }
  }

  private List<FileStatistics> write(CompactionPlan plan, CompactionPlan.Bin bin, Path directory) {
    EngineView rows = new EngineView(List.of("rows"), bin.sql(), bin.paths());
    SessionRequest request = new SessionRequest("", List.of(rows), null, directory, TIMEOUT);
    // A file of twice the size is better than two, one of which is small again.
    WriteRequest writing =
        TableWriting.request(plan.shape(), directory, Math.multiplyExact(2, plan.fileBytes()));
    try (EngineSession session = work.engines().open(request)) {
      WriteResult result = session.write("SELECT * FROM rows", _ -> writing);
      return result.files().stream().map(FileStatistics::fromJson).toList();
    }
  }
}
