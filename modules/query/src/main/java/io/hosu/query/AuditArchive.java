package io.hosu.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.OlderAudit;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.Constant;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.TablePointer;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Moves audit records from the state database to an Iceberg table, the oldest first, and removes
 * them from there when their retention is over. What moves is removed by the transaction that makes
 * it rows there, so that each record is in exactly one of the two places. May be used from any
 * thread, and on several servers.
 */
public final class AuditArchive implements OlderAudit {
  /** The table that they move to. */
  static final TableName TABLE = new TableName(Names.SYSTEM, Names.SYSTEM, "audit");

  private static final int AT_ONCE = 20_000;

  private final Database database;
  private final AuditRecords records;
  private final Tables tables;
  private final Archiving archiving;
  private final ArchivedRows rows;
  private final InstantSource clock;

  /**
   * An archive of {@code records}.
   *
   * @param archiving into {@link #TABLE}
   * @param rows how they are read there
   */
  AuditArchive(
      Database database,
      AuditRecords records,
      Tables tables,
      Archiving archiving,
      ArchivedRows rows,
      InstantSource clock) {
    this.database = database;
    this.records = records;
    this.tables = tables;
    this.archiving = archiving;
    this.rows = rows;
    this.clock = clock;
  }

  /** An archive that engines write and read. */
  public static AuditArchive of(
      Database database,
      AuditRecords records,
      Tables tables,
      EngineArchiving archiving,
      ArchivedRows rows,
      InstantSource clock) {
    return new AuditArchive(
        database, records, tables, archiving.into(TABLE, AuditTable.COLUMNS), rows, clock);
  }

  /**
   * Moves the records that are older than {@code live}, and removes those that are older than
   * {@code kept} where whole files are; zero keeps all. A few wait until they are many, or for
   * {@link Archiving#patience}.
   *
   * @return how many were moved
   */
  public long sweep(Duration live, Duration kept) {
    Instant now = clock.instant();
    Duration stay = kept.isZero() || live.compareTo(kept) < 0 ? live : kept;
    try {
      long moved = move(now.minus(stay), Archiving.patience(stay));
      if (!kept.isZero()) {
        removeBefore(now.minus(kept));
      }
      return moved;
    } catch (Conflict e) {
      if (e.code() != TablesError.TABLE_CHANGED) {
        throw e;
      }
      return 0; // another server is at it
    }
  }

  private long move(Instant limit, Duration patience) {
    long moved = 0;
    List<AuditRow> part;
    do {
      part = records.oldest(limit, AT_ONCE);
      if (isDue(part, limit.minus(patience))) {
        move(part);
        moved += part.size();
      }
    } while (part.size() == AT_ONCE);
    return moved;
  }

  private static boolean isDue(List<AuditRow> part, Instant patience) {
    return part.size() == AT_ONCE || (!part.isEmpty() && part.getFirst().time().isBefore(patience));
  }

  private void move(List<AuditRow> part) {
    try (Archiving.Prepared prepared = archiving.prepare(file -> write(part, file))) {
      database.perform(tx -> {
        if (!records.remove(tx, part)) {
          throw changed();
        }
        prepared.publish(tx);
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int write(List<AuditRow> part, Path file) throws IOException {
    try (JsonLines lines = new JsonLines(file)) {
      AuditTable.add(lines, part.stream().map(AuditRow::toJson).toList(), AuditTable.COLUMNS);
      return lines.longest();
    }
  }

  private static Conflict changed() {
    return new Conflict(
        TablesError.TABLE_CHANGED,
        "Audit records were moved to %s by another server.".formatted(TABLE),
        "Nothing is lost: the next sweep moves the others.");
  }

  /** Takes out the files that hold no record which is to be kept, from the oldest on. */
  private void removeBefore(Instant limit) {
    Optional<ScanPlan> old =
        database
            .read(tx -> TablePointer.of(tx, TABLE))
            .map(table ->
                tables.plan(
                    table, "time", new Constant.Point(Instant.EPOCH), new Constant.Point(limit)))
            .filter(plan -> !plan.paths().isEmpty());
    if (old.isEmpty()) {
      return;
    }
    List<ObjectNode> files =
        rows
            .list(
                old.get(),
                "SELECT _file, max(seq) AS seq, arg_max(hash, seq) AS hash,"
                    + " epoch_ms(max(time)) AS newest FROM archived GROUP BY _file ORDER BY seq")
            .stream()
            .takeWhile(file -> file.path("newest").asLong() < limit.toEpochMilli())
            .toList();
    if (!files.isEmpty()) {
      remove(old.get(), files);
    }
  }

  private void remove(ScanPlan plan, List<ObjectNode> files) {
    List<String> paths = files.stream().map(file -> file.path("_file").asText()).toList();
    ObjectNode last = files.getLast();
    try (PreparedCommit commit =
        tables.prepare(CommitContext.of("hosu"), List.of(tables.withoutFiles(plan, paths)))) {
      database.perform(tx -> {
        if (records.forget(tx, last.path("seq").asLong(), last.path("hash").asText())) {
          commit.publish(tx);
        }
      });
    }
  }

  @Override
  public Moment at(Transaction tx) {
    Optional<TablePointer> table = TablePointer.of(tx, TABLE);
    return table.isEmpty() ? OlderAudit.NONE.at(tx) : new Moved(table.get());
  }

  /** The records of one state of the table. */
  private final class Moved implements Moment {
    private final TablePointer table;

    Moved(TablePointer table) {
      this.table = table;
    }

    @Override
    public Places places() {
      ScanPlan plan = tables.plan(table);
      ObjectNode ends =
          rows.list(plan, "SELECT min(seq) AS first, max(seq) AS last FROM archived").getFirst();
      return ends.path("first").isNumber()
          ? new Places(ends.path("first").asLong(), ends.path("last").asLong())
          : Places.NONE;
    }

    @Override
    public List<AuditRow> rows(long from, long to) {
      return list(
          tables.plan(table, "seq", number(from), number(to)),
          "seq >= %d AND seq < %d ORDER BY seq".formatted(from, to));
    }

    @Override
    public List<AuditRow> newest(AuditRecords.Filter filter, long before, int most) {
      List<String> conditions = new ArrayList<>(List.of("seq < " + before));
      filter.doings().condition(AuditTable.IN_ENGINES).ifPresent(conditions::add);
      filter.since().ifPresent(time -> conditions.add("time >= " + AuditTable.IN_ENGINES.of(time)));
      filter
          .decision()
          .ifPresent(decision ->
              conditions.add("upper(decision) = %s".formatted(Sql.text(decision.name()))));
      return list(
          tables.plan(table, "seq", number(Long.MIN_VALUE), number(before)),
          "%s ORDER BY seq DESC LIMIT %d".formatted(String.join(" AND ", conditions), most));
    }

    private static Constant number(long value) {
      return new Constant.Decimal(BigDecimal.valueOf(value));
    }

    private List<AuditRow> list(ScanPlan plan, String condition) {
      // The time as a number, as AuditRow reads it.
      String select =
          "SELECT * EXCLUDE (_file) REPLACE (epoch_ms(time) AS time) FROM (%s) WHERE %s"
              .formatted(SystemTables.whole("archived", plan, AuditTable.COLUMNS), condition);
      return AuditArchive.this.rows.list(plan, select).stream().map(AuditRow::of).toList();
    }
  }
}
