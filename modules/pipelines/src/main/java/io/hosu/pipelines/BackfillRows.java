package io.hosu.pipelines;

import io.hosu.events.Lot;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.StageObjects.Dated;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is kept of backfills. */
final class BackfillRows {
  private BackfillRows() {}

  /** A part, not sent yet. */
  record Part(String backfill, long part, StageName stage) {}

  /** A part whose messages were sent. */
  record Sent(Part part, Lot lot) {}

  /**
   * How far a backfill is.
   *
   * @param objects how many there are
   * @param bytes how many they have
   * @param done how many of the objects are over with, and no dead letters
   * @param parts how many executions there are to be
   * @param open how many of them were sent and are not over
   * @param deadLetters how many objects became dead letters
   */
  record Progress(long objects, long bytes, long done, long parts, long open, long deadLetters) {
    static final Progress NOTHING = new Progress(0, 0, 0, 0, 0, 0);

    private static Progress of(Row row) {
      return new Progress(
          row.number("objects"),
          row.number("bytes"),
          Math.max(0, row.number("done") - row.number("letters")),
          row.number("parts"),
          row.number("open"),
          row.number("letters"));
    }

    /** Whether nothing is left to be done. */
    boolean isOver() {
      return done + deadLetters >= objects;
    }

    /** The same, of which no more than some are worked on. */
    Progress openAtMost(long most) {
      return new Progress(objects, bytes, done, parts, Math.min(open, most), deadLetters);
    }

    Progress plus(Progress other) {
      return new Progress(
          objects + other.objects,
          bytes + other.bytes,
          done + other.done,
          parts + other.parts,
          open + other.open,
          deadLetters + other.deadLetters);
    }
  }

  /**
   * How far a stage is with a backfill.
   *
   * @param waitsFor what has to happen before it goes on; empty when it does by itself
   */
  record StageProgress(StageName stage, Progress progress, Optional<String> waitsFor) {}

  static void insert(Transaction tx, Backfill backfill, List<BackfillPlan> plans) {
    Backfill.Wanted wanted = backfill.wanted();
    tx.update(
        """
        INSERT INTO backfills (id, domain, pipeline, stage, from_at, to_at, concurrency, status,
          made_at, made_by, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        backfill.id(),
        wanted.domain(),
        wanted.pipeline(),
        wanted.stage(),
        wanted.from(),
        wanted.to(),
        wanted.concurrency().orElse(null),
        backfill.status().name(),
        backfill.madeAt(),
        backfill.madeBy(),
        backfill.endedAt().orElse(null));
    int number = 0;
    for (BackfillPlan plan : plans) {
      for (List<Dated> objects : plan.parts()) {
        insertPart(tx, new Part(backfill.id(), number++, plan.stage().name()), objects);
      }
    }
  }

  private static void insertPart(Transaction tx, Part part, List<Dated> objects) {
    tx.update(
        """
        INSERT INTO backfill_parts (backfill, part, stage, objects, bytes, dead_letters)
        VALUES (?, ?, ?, ?, ?, 0)\
        """,
        part.backfill(),
        part.part(),
        part.stage().toString(),
        objects.size(),
        BackfillPlan.bytes(objects));
    List<List<Object>> rows = new ArrayList<>(objects.size());
    for (Dated dated : objects) {
      InputObject object = dated.object();
      rows.add(
          List.of(
              part.backfill(),
              part.part(),
              rows.size(),
              object.text(),
              object.version(),
              object.sha256(),
              object.bytes()));
    }
    tx.updateAll(
        """
        INSERT INTO backfill_items (backfill, part, position, object, version, sha256, bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?)\
        """,
        rows);
  }

  static List<Backfill> running(Transaction tx) {
    return tx.list("SELECT * FROM backfills WHERE status = 'RUNNING' ORDER BY id", Backfill::of);
  }

  /** Those that go on, and those that were cancelled while executions of them go on. */
  static List<Backfill> unended(Transaction tx) {
    return tx.list(
        """
        SELECT * FROM backfills b WHERE status = 'RUNNING' OR status = 'CANCELLED' AND EXISTS
          (SELECT 1 FROM backfill_parts p
           WHERE p.backfill = b.id AND p.seq IS NOT NULL AND p.ended_at IS NULL)
        ORDER BY id\
        """,
        Backfill::of);
  }

  static Optional<Backfill> find(Transaction tx, String id) {
    return tx.find("SELECT * FROM backfills WHERE id = ?", Backfill::of, id);
  }

  static List<Backfill> list(Transaction tx) {
    return tx.list("SELECT * FROM backfills ORDER BY id DESC", Backfill::of);
  }

  /** The backfill with this id, or the only one seen whose id begins so. */
  static Backfill require(Transaction tx, String idOrBeginning, Seen seen) {
    List<Backfill> found =
        list(tx).stream()
            .filter(one -> one.id().startsWith(idOrBeginning) && isSeen(one, seen))
            .toList();
    if (found.size() != 1) {
      throw new NotFound(
          PipelinesError.BACKFILL_NOT_FOUND,
          found.isEmpty()
              ? "There is no backfill '%s'.".formatted(idOrBeginning)
              : "The ids of several backfills begin with '%s'.".formatted(idOrBeginning),
          "See them with: hosu backfills list");
    }
    return found.getFirst();
  }

  /** Rights are on pipelines: any stage of it will do. */
  static boolean isSeen(Backfill backfill, Seen seen) {
    Backfill.Wanted wanted = backfill.wanted();
    String stage = wanted.stage().isEmpty() ? "any" : wanted.stage();
    return seen.stages().test(new StageName(wanted.domain(), wanted.pipeline(), stage));
  }

  static List<StageProgress> progress(Transaction tx, String backfill) {
    return tx.list(
        """
        SELECT stage, SUM(objects) AS objects, SUM(bytes) AS bytes,
          SUM(CASE WHEN ended_at IS NULL THEN 0 ELSE objects END) AS done, COUNT(*) AS parts,
          SUM(CASE WHEN seq IS NOT NULL AND ended_at IS NULL THEN 1 ELSE 0 END) AS open,
          SUM(dead_letters) AS letters
        FROM backfill_parts WHERE backfill = ? GROUP BY stage ORDER BY stage\
        """,
        row ->
            new StageProgress(
                StageName.parse(row.text("stage")), Progress.of(row), Optional.empty()),
        backfill);
  }

  /** What was sent and is not known to be over. */
  static List<Sent> open(Transaction tx, String backfill) {
    return tx.list(
        """
        SELECT * FROM backfill_parts WHERE backfill = ? AND seq IS NOT NULL AND ended_at IS NULL
        ORDER BY part\
        """,
        row ->
            new Sent(
                part(row),
                new Lot(
                    row.text("stage"),
                    row.number("seq"),
                    row.text("first_message"),
                    row.text("last_message"))),
        backfill);
  }

  /** The part of each stage that is to be sent next. */
  static List<Part> next(Transaction tx, String backfill) {
    return tx.list(
        """
        SELECT * FROM backfill_parts WHERE backfill = ? AND part IN
          (SELECT MIN(part) FROM backfill_parts WHERE backfill = ? AND seq IS NULL GROUP BY stage)
        ORDER BY part\
        """,
        BackfillRows::part,
        backfill,
        backfill);
  }

  private static Part part(Row row) {
    return new Part(row.text("backfill"), row.number("part"), StageName.parse(row.text("stage")));
  }

  /** The objects of a part, the oldest first. */
  static List<Again.Version> items(Transaction tx, Part part) {
    return tx.list(
        "SELECT * FROM backfill_items WHERE backfill = ? AND part = ? ORDER BY position",
        row ->
            new Again.Version(
                ObjectName.parse(row.text("object")),
                row.text("version"),
                row.text("sha256"),
                row.number("bytes")),
        part.backfill(),
        part.part());
  }

  static void sent(Transaction tx, Part part, Lot lot) {
    tx.update(
        """
        UPDATE backfill_parts SET seq = ?, first_message = ?, last_message = ?
        WHERE backfill = ? AND part = ?\
        """,
        lot.seq(),
        lot.first(),
        lot.last(),
        part.backfill(),
        part.part());
  }

  static void ended(Transaction tx, Part part, long deadLetters, Instant now) {
    tx.update(
        "UPDATE backfill_parts SET ended_at = ?, dead_letters = ? WHERE backfill = ? AND part = ?",
        now,
        deadLetters,
        part.backfill(),
        part.part());
  }

  static void end(Transaction tx, String backfill, Backfill.Status status, Instant now) {
    tx.update(
        "UPDATE backfills SET status = ?, ended_at = ? WHERE id = ?", status.name(), now, backfill);
  }

  /**
   * How many objects are still to be sent to stages that take them by themselves, and how many
   * parts are over and not noted as such, of what is seen.
   */
  static long unfinished(Transaction tx, Seen seen, Standstill standstill, Instant now) {
    return running(tx).stream()
        .filter(backfill -> isSeen(backfill, seen))
        .mapToLong(backfill ->
            unsent(tx, backfill.id(), standstill)
                + open(tx, backfill.id()).stream()
                    .filter(sent -> BackfillFeeder.isOver(tx, sent.lot(), now))
                    .count())
        .sum();
  }

  private static long unsent(Transaction tx, String backfill, Standstill standstill) {
    return tx
        .list(
            """
            SELECT stage, SUM(objects) AS objects FROM backfill_parts
            WHERE backfill = ? AND seq IS NULL GROUP BY stage\
            """,
            row -> Map.entry(StageName.parse(row.text("stage")), row.number("objects")),
            backfill)
        .stream()
        .filter(one -> standstill.of(tx, one.getKey()).isEmpty())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Forgets backfills that ended before {@code limit}. */
  static void removeBefore(Transaction tx, Instant limit) {
    for (String table : List.of("backfill_items", "backfill_parts")) {
      tx.update(
          "DELETE FROM %s WHERE backfill IN (SELECT id FROM backfills WHERE ended_at < ?)"
              .formatted(table),
          limit);
    }
    tx.update("DELETE FROM backfills WHERE ended_at < ?", limit);
  }
}
