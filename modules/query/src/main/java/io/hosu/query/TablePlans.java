package io.hosu.query;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.TableRef.At;
import io.hosu.query.engine.QueryError;
import io.hosu.tables.LakeTable;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.TableSnapshot;
import io.hosu.tables.Tables;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Plans tables at the states that SQL asks for. May be used from any thread. */
final class TablePlans {
  private static final int PART = 100;

  private final Tables tables;

  TablePlans(Tables tables) {
    this.tables = tables;
  }

  /** The rows of a table at a state that {@code ref} asks for. */
  ScanPlan plan(LakeTable table, TableRef ref) {
    At at = ref.at();
    if (at == null) {
      return tables.plan(table);
    }
    return switch (at.unit()) {
      case "VERSION" -> tables.planAt(table, at.value());
      case "TIMESTAMP" -> tables.planAt(table, snapshotAsOf(ref, instant(at)));
      default -> throw wrong(at, "AT takes VERSION or TIMESTAMP.");
    };
  }

  private long snapshotAsOf(TableRef ref, Instant time) {
    String next = "";
    while (true) {
      var part = tables.history(ref.table(), PART, next);
      for (TableSnapshot snapshot : part.items()) {
        if (!snapshot.committedAt().isAfter(time)) {
          return snapshot.id();
        }
      }
      if (part.nextToken().isEmpty()) {
        throw new Invalid(
            QueryError.SQL_INVALID,
            "Table %s did not have a snapshot yet at %s.".formatted(ref.table(), time),
            "See its snapshots with: hosu tables history " + ref.table());
      }
      next = part.nextToken().get();
    }
  }

  private static Instant instant(At at) {
    String text = at.value().strip().replaceFirst(" UTC$", "Z").replace(' ', 'T');
    try {
      if (text.length() <= 10) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return text.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)")
          ? OffsetDateTime.parse(text.matches(".*[+-]\\d\\d") ? text + ":00" : text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw wrong(at, "'%s' is not a point in time.".formatted(at.value()));
    }
  }

  private static Invalid wrong(At at, String what) {
    return new Invalid(
        QueryError.SQL_INVALID,
        what,
        "Write FOR VERSION AS OF 123 or FOR TIMESTAMP AS OF '2026-01-31 12:00:00Z', not %s %s."
            .formatted(at.unit(), at.value()));
  }
}
