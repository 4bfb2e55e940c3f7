package io.hosu.pipelines;

import io.hosu.events.DeadLetters;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.EndedExecutions.Ended;
import io.hosu.query.Archiving;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.TablesError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * Moves executions that ended long ago from the state database to an Iceberg table: the transaction
 * that makes them rows there is the one that removes them here, so that whoever looks finds each in
 * exactly one of the two places. May be used from any thread, and on several servers.
 */
public final class ExecutionArchive {
  /** The table that they move to. */
  static final TableName TABLE = new TableName(Names.SYSTEM, Names.SYSTEM, "executions");

  private static final int AT_ONCE = 1000;
  private static final int MOST_CONFLICTS = 5;

  private final Database database;
  private final DeadLetters deadLetters;
  private final Archiving archiving;
  private final InstantSource clock;

  ExecutionArchive(
      Database database, DeadLetters deadLetters, Archiving archiving, InstantSource clock) {
    this.database = database;
    this.deadLetters = deadLetters;
    this.archiving = archiving;
    this.clock = clock;
  }

  /** Executions that are looked at together, and those of them that can go. */
  private record Part(String last, boolean whole, List<Ended> over) {
    List<String> ids() {
      return over.stream().map(Ended::id).toList();
    }
  }

  /**
   * Moves the executions that ended longer ago than {@code retention}, with their attempts, inputs
   * and outputs, but for those that a dead letter names; and forgets such backfills. What stages
   * have processed stays known: that is kept by object, not by execution.
   *
   * <p>A few wait until they are many, or for {@link Archiving#patience}.
   *
   * @return how many were moved
   */
  public long sweep(Duration retention) {
    Instant limit = clock.instant().minus(retention);
    Instant patience = limit.minus(Archiving.patience(retention));
    long moved = 0;
    int conflicts = 0;
    String after = "";
    Part part;
    do {
      part = part(limit, after);
      try {
        moved += isDue(part, patience) ? move(part) : 0;
        after = part.last();
      } catch (Conflict e) { // another server moved them, or one of them was taken back: look again
        if (e.code() != TablesError.TABLE_CHANGED || ++conflicts == MOST_CONFLICTS) {
          throw e;
        }
      }
    } while (part.whole() || !after.equals(part.last()));
    database.perform(tx -> BackfillRows.removeBefore(tx, limit));
    return moved;
  }

  private static boolean isDue(Part part, Instant patience) {
    return part.over().size() == AT_ONCE
        || part.over().stream().anyMatch(one -> one.at().isBefore(patience));
  }

  private Part part(Instant limit, String after) {
    return database.read(tx -> {
      List<Ended> ended = EndedExecutions.before(tx, limit, after, AT_ONCE);
      Set<String> named = deadLetters.amongExecutions(tx, ended.stream().map(Ended::id).toList());
      return new Part(
          ended.isEmpty() ? "" : ended.getLast().id(),
          ended.size() == AT_ONCE,
          ended.stream().filter(one -> !named.contains(one.id())).toList());
    });
  }

  private int move(Part part) {
    try (Archiving.Prepared prepared = archiving.prepare(file -> write(part, file))) {
      database.perform(tx -> publish(tx, part, prepared));
      return part.over().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int write(Part part, Path file) {
    return database.read(tx -> {
      try (ExecutionLines lines =
          new ExecutionLines(tx, ExecutionLines.COLUMNS, SeenRecords.all(), file)) {
        for (Ended one : part.over()) {
          lines.add(ExecutionRows.find(tx, one.id()).orElseThrow(ExecutionArchive::changed));
        }
        return lines.longest();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private void publish(Transaction tx, Part part, Archiving.Prepared prepared) {
    List<String> ids = part.ids();
    boolean same =
        EndedExecutions.stand(tx, part.over()) && deadLetters.amongExecutions(tx, ids).isEmpty();
    if (!same) {
      throw changed();
    }
    prepared.publish(tx);
    EndedExecutions.noteStages(tx, ids);
    EndedExecutions.remove(tx, ids);
  }

  private static Conflict changed() {
    return new Conflict(
        TablesError.TABLE_CHANGED,
        "Executions changed while they were moved to %s.".formatted(TABLE),
        "Nothing is lost: the next sweep moves them.");
  }
}
