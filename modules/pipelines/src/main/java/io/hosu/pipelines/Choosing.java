package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.Guard;
import io.hosu.query.Guarded;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.SessionRequest;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.Tables;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses records out of quarantine, in an engine: of the rows that were there when somebody asked,
 * those that are there now. May be used from any thread.
 */
final class Choosing {
  /** As many records as an engine sets aside, so that all of them can go back. */
  static final int MOST = 100_000;

  private static final String HERE = " FROM batch WHERE here";

  private final Engines engines;
  private final Guard guard;
  private final Tables tables;

  Choosing(Engines engines, Guard guard, Tables tables) {
    this.engines = engines;
    this.guard = guard;
    this.tables = tables;
  }

  /** What is done with the relation {@code batch}, which is what was chosen. */
  interface Use<T> {
    T of(Chosen chosen);
  }

  /**
   * What was chosen.
   *
   * @param now the table as it is now
   * @param rows how many of the chosen records are in it
   * @param gone how many are there no more
   */
  record Chosen(EngineSession session, ScanPlan now, long rows, long gone) {
    List<JsonNode> rows(String select, String after) {
      return EngineRows.of(session, select + HERE + after);
    }

    void write(String select, String after, Path file) {
      EngineRows.write(session, select + HERE + after, file);
    }
  }

  /** Where and for how long an engine may work. */
  record Limits(@Nullable Path output, @Nullable Long memory, Duration timeout, Stop stop) {}

  /**
   * Chooses, and uses what was chosen.
   *
   * @throws Invalid {@link PipelinesError#REDRIVE_INVALID} when it is too much or one comes twice;
   *     {@link PipelinesError#RECORD_INCOMPLETE} when one cannot be read again as it is kept
   */
  <T> T choose(Redrive redrive, StageSpec stage, Limits limits, Use<T> use) {
    Guarded guarded =
        QuarantineSql.chosen(guard, redrive.table(), redrive.condition(), redrive.corrections());
    ScanPlan then = tables.planAt(redrive.table(), redrive.snapshot());
    ScanPlan now = tables.plan(redrive.table());
    List<EngineView> views = List.of(QuarantineSql.view(then), QuarantineSql.now(now));
    SessionRequest request =
        new SessionRequest("", views, null, limits.output(), limits.memory(), limits.timeout());
    try (EngineSession session = engines.open(request)) {
      return limits
          .stop()
          .during(
              session::cancel,
              () -> {
                keep(session, guarded, redrive, stage);
                return use.of(counted(session, now, redrive, stage));
              });
    }
  }

  private static void keep(
      EngineSession session, Guarded guarded, Redrive redrive, StageSpec stage) {
    String others =
        redrive.others().isEmpty()
            ? ""
            : " WHERE stage IS NULL OR stage NOT IN (%s)"
                .formatted(
                    redrive.others().stream().map(Sql::text).collect(Collectors.joining(", ")));
    String select =
        "SELECT _row, object, version, line, text, cut, read_as, execution AS source, reason, coalesce(stage, %s) AS stage, _row IN (SELECT _row FROM %s) AS here FROM (%s)%s"
            .formatted(Sql.text(stage.name().toString()), QuarantineSql.NOW, guarded.sql(), others);
    try {
      session.keep(select, List.of());
    } catch (Invalid e) {
      throw QuarantineSql.explained(e);
    }
  }

  private static Chosen counted(
      EngineSession session, ScanPlan now, Redrive redrive, StageSpec stage) {
    String split =
        redrive.corrections().isEmpty()
            ? "false"
            : SplitRecords.condition(ReadForms.options(stage.input()).dialect());
    JsonNode counts =
        EngineRows.of(
                session,
                """
                SELECT count(*) AS chosen, count(*) FILTER (here) AS rows,
                  count(DISTINCT _row) FILTER (here) AS ids,
                  count(*) FILTER (here AND coalesce(cut, false)) AS cut,
                  count(*) FILTER (here AND trim(coalesce(text, '')) = '') AS blank,
                  count(*) FILTER (here AND (%s)) AS split,
                  count(*) FILTER (here AND read_as IS NULL AND NOT regexp_matches(
                    lower(object), '\\.(jsonl|ndjson)(\\.(gz|gzip|zst|zstd))?$')) AS unknown
                FROM batch\
                """
                    .formatted(split))
            .getFirst();
    long rows = counts.path("rows").asLong();
    requireFew(rows, counts.path("ids").asLong());
    requireWhole(counts, redrive);
    return new Chosen(session, now, rows, counts.path("chosen").asLong() - rows);
  }

  private static void requireFew(long rows, long ids) {
    if (rows != ids) {
      throw QuarantineSql.invalid(
          "A record is chosen more than once: %d rows stand for %d records.".formatted(rows, ids),
          "Write a condition over the columns of the table.");
    }
    if (rows > MOST) {
      throw QuarantineSql.invalid(
          "%d records are chosen, and one execution takes at most %d.".formatted(rows, MOST),
          "Choose fewer at a time, with --where: for example by object or by line.");
    }
  }

  private static void requireWhole(JsonNode counts, Redrive redrive) {
    String table = redrive.table().toString();
    requireNone(
        counts.path("cut").asLong(),
        "of the chosen records in %s are longer than the 64KB that are kept of one."
            .formatted(table),
        "Leave them out, with --where \"cut IS NOT TRUE\"; correct them in their objects.");
    requireNone(
        counts.path("blank").asLong(),
        "of the chosen records in %s have no text.".formatted(table),
        redrive.corrections().isEmpty()
            ? "Leave them out, with --where \"trim(text) <> ''\"."
            : "Look at what the corrections make of them, with: --dry-run -o json");
    long split = counts.path("split").asLong();
    if (split > 0) {
      throw QuarantineSql.invalid(
          "%d of the chosen records in %s would be more than one record each, as they are corrected."
              .formatted(split, table),
          "Make one record of each: a line break ends one, except within quotes. Look at what the"
              + " corrections make of them, with: --dry-run -o json");
    }
    requireNone(
        counts.path("unknown").asLong(),
        "of the chosen records in %s were set aside by an earlier version of Hosu, which did not keep their columns."
            .formatted(table),
        "Leave them out, with --where \"read_as IS NOT NULL\"; correct them in their objects and put"
            + " these again.");
  }

  private static void requireNone(long count, String what, String remedy) {
    if (count > 0) {
      throw new Invalid(PipelinesError.RECORD_INCOMPLETE, count + " " + what, remedy);
    }
  }
}
