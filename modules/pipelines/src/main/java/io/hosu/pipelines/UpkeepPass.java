package io.hosu.pipelines;

import io.hosu.kernel.Discreet;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.tables.BusyTables;
import io.hosu.tables.LakeTable;
import io.hosu.tables.TablesError;
import io.hosu.tables.UpkeepRules;
import io.hosu.tables.Wear;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all tables in turn and does what upkeep there is to do. Of several servers one does it;
 * if it dies, another takes its turn. What fails at one table is told as its execution and keeps no
 * other table waiting. Belongs to one thread.
 */
public final class UpkeepPass {
  private static final Logger log = LoggerFactory.getLogger(UpkeepPass.class);

  /** Longer than the upkeep of one table takes. */
  private static final Duration LEASE = Duration.ofHours(1);

  private static final Duration ORPHANS_EVERY = Duration.ofDays(1);
  private static final int MOST_ROUNDS = 3;
  private static final String PRINCIPAL = "hosu";

  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  private final Upkeep upkeep;
  private final UpkeepConfig config;
  private final String server;

  private final BusyTables busy;

  /** Of each table the state after which there was nothing to merge. */
  private final Map<TableName, String> merged = new HashMap<>();

  /** Of each table when it was last searched for files that nothing knows. */
  private final Map<TableName, Instant> orphansLooked = new HashMap<>();

  private UpkeepPass(
      Pipelines.Parts parts, Pipelines.Work work, Upkeep upkeep, UpkeepConfig config) {
    this.parts = parts;
    this.work = work;
    this.upkeep = upkeep;
    this.config = config;
    this.server = parts.ids().next();
    this.busy = work.tables().upkeep().busy();
  }

  /** Passes over the tables of {@code work}. */
  public static UpkeepPass of(Pipelines.Parts parts, Pipelines.Work work, UpkeepConfig config) {
    return new UpkeepPass(parts, work, new Upkeep(parts, work, config), config);
  }

  /** What one pass did: how many tables it looked at, executions, and failures among them. */
  public record Passed(int tables, int executions, int failures) {}

  /** Does what there is to do at all tables; nothing when it is another server's turn. */
  public Passed pass() {
    List<TableName> all = work.tables().upkeep().tables();
    merged.keySet().retainAll(all);
    orphansLooked.keySet().retainAll(all);
    return pass(all);
  }

  /** The same at those tables alone that got many commits since they were looked at. */
  public Passed passBusy() {
    List<TableName> some = busy.find();
    return some.isEmpty() ? new Passed(0, 0, 0) : pass(some);
  }

  private Passed pass(List<TableName> some) {
    Passed passed = new Passed(0, 0, 0);
    try {
      for (TableName table : some) {
        if (Thread.currentThread().isInterrupted() || !isMyTurn()) {
          return passed;
        }
        busy.looked(table);
        passed = pass(table, passed);
      }
      return passed;
    } finally {
      parts.database().perform(tx -> UpkeepRows.leave(tx, server, parts.clock().instant()));
    }
  }

  private boolean isMyTurn() {
    return parts
        .database()
        .<Boolean>write(tx -> UpkeepRows.take(tx, server, parts.clock().instant(), LEASE));
  }

  private Passed pass(TableName table, Passed before) {
    int done = 0;
    int failed = 0;
    for (UpkeepRows.Kind kind : kinds(table)) {
      switch (attempt(table, kind)) {
        case DONE -> done++;
        case FAILED -> failed++;
        case NOTHING -> {}
      }
    }
    return new Passed(
        before.tables() + 1, before.executions() + done + failed, before.failures() + failed);
  }

  /** Nothing is done at a table that cannot be read, and whoever reads it is told why. */
  private Set<UpkeepRows.Kind> kinds(TableName table) {
    try {
      return kinds(table, work.tables().find(table).map(LakeTable::upkeep).orElse(UpkeepRules.OFF));
    } catch (RuntimeException e) {
      warn(table, e);
      return Set.of();
    }
  }

  private static void warn(TableName table, RuntimeException cause) {
    log.atWarn()
        .setMessage("upkeep failed")
        .addKeyValue("table", table)
        .setCause(Discreet.of(cause))
        .log();
  }

  /** The lake's own tables lose whole files when their time is over: these stay as they came. */
  private Set<UpkeepRows.Kind> kinds(TableName table, UpkeepRules rules) {
    Set<UpkeepRows.Kind> kinds = EnumSet.allOf(UpkeepRows.Kind.class);
    boolean own = table.domain().equals(Names.SYSTEM);
    if (own || !rules.compact()) {
      kinds.remove(UpkeepRows.Kind.COMPACT);
    }
    if (own || !isTimeForOrphans(table)) {
      kinds.remove(UpkeepRows.Kind.ORPHANS);
    }
    return rules.byItself() ? kinds : Set.of();
  }

  /** To look for them takes reading all manifests of all snapshots. */
  private boolean isTimeForOrphans(TableName table) {
    Instant next = orphansLooked.getOrDefault(table, Instant.EPOCH).plus(ORPHANS_EVERY);
    return !parts.clock().instant().isBefore(next);
  }

  private enum Outcome {
    DONE,
    NOTHING,
    FAILED
  }

  private Outcome attempt(TableName table, UpkeepRows.Kind kind) {
    Supplier<Optional<Upkeep.Report>> action =
        switch (kind) {
          case COMPACT -> () -> merge(table);
          case MANIFESTS -> () -> upkeep.mergeManifests(table, PRINCIPAL);
          case EXPIRE -> () -> upkeep.expire(table, PRINCIPAL, config.snapshots());
          case ORPHANS -> () -> removeOrphans(table);
        };
    try {
      return action.get().isPresent() ? Outcome.DONE : Outcome.NOTHING;
    } catch (HosuException e) {
      if (e.code() == TablesError.TABLE_NOT_FOUND || e.code() == TablesError.TABLE_BUSY) {
        return Outcome.NOTHING; // dropped meanwhile, or the next pass does it
      }
      upkeep.failed(table, kind, e);
      return Outcome.FAILED;
    } catch (RuntimeException e) {
      warn(table, e);
      return Outcome.FAILED;
    }
  }

  private Optional<Upkeep.Report> removeOrphans(TableName table) {
    orphansLooked.put(table, parts.clock().instant());
    return upkeep.removeOrphans(table, PRINCIPAL, upkeep.orphanDelay(table));
  }

  /** Files that were merged may be small still, where most of what they had was no row. */
  private Optional<Upkeep.Report> merge(TableName table) {
    Optional<Upkeep.Report> last = Optional.empty();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Optional<LakeTable> now = work.tables().find(table);
      if (now.isEmpty() || now.get().metadataLocation().equals(merged.get(table))) {
        return last;
      }
      Optional<Upkeep.Report> report = upkeep.compact(table, PRINCIPAL, Wear.MUCH);
      if (report.isEmpty()) {
        merged.put(table, now.get().metadataLocation());
        return last;
      }
      last = report;
    }
    return last;
  }
}
