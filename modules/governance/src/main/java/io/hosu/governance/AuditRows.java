package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Audit records as rows of the state database. */
final class AuditRows {
  /** The columns of a record, in the order in which it is hashed. */
  static final List<String> COLUMNS =
      List.of(
          "seq",
          "time",
          "principal",
          "person",
          "door",
          "address",
          "credential",
          "request",
          "action",
          "resource",
          "columns",
          "filter",
          "masks",
          "decision",
          "grants",
          "rows_given",
          "bytes_given",
          "detail");

  private static final Set<String> NUMBERS = Set.of("seq", "time", "rows_given", "bytes_given");

  private static final String INSERT =
      "INSERT INTO audit_records (%s, hash) VALUES (%s?)"
          .formatted(String.join(", ", COLUMNS), "?, ".repeat(COLUMNS.size()));

  private AuditRows() {}

  static void insert(Transaction tx, List<Audit.Kept> records) {
    tx.updateAll(INSERT, records.stream().map(AuditRows::row).toList());
  }

  private static List<@Nullable Object> row(Audit.Kept kept) {
    List<@Nullable Object> row = new ArrayList<>(values(kept.seq(), kept.record()));
    row.add(kept.hash());
    return row;
  }

  /** The values of {@link #COLUMNS}: numbers and texts; time in milliseconds since 1970. */
  static List<@Nullable Object> values(long seq, AuditRecord record) {
    AuditRecord.Shown shown = record.shown();
    return Arrays.asList(
        seq,
        record.time().toEpochMilli(),
        record.principal(),
        record.origin().person(),
        record.door().name(),
        record.origin().address(),
        record.origin().credential(),
        record.origin().request(),
        record.action(),
        record.resource(),
        shown.columns().isEmpty() ? null : Json.print(shown.columns()),
        shown.filter(),
        shown.masks(),
        record.decision().name(),
        record.grants(),
        record.given().rows(),
        record.given().bytes(),
        record.detail());
  }

  /** The same values as they are kept, whatever they are. */
  static List<@Nullable Object> values(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (String column : COLUMNS) {
      values.add(
          NUMBERS.contains(column)
              ? row.optionalNumber(column).orElse(null)
              : row.optionalText(column).orElse(null));
    }
    return values;
  }

  static Audit.Kept kept(Row row) {
    return new Audit.Kept(
        row.number("seq"),
        row.text("hash"),
        new AuditRecord(
            row.instant("time"),
            row.text("principal"),
            Door.valueOf(row.text("door")),
            new Origin(
                row.text("request"),
                row.optionalText("address").orElse(null),
                row.optionalText("credential").orElse(null),
                row.optionalText("person").orElse(null)),
            row.text("action"),
            row.text("resource"),
            new AuditRecord.Shown(
                row.optionalText("columns").map(AuditRows::columns).orElse(List.of()),
                row.optionalText("filter").orElse(null),
                row.optionalText("masks").orElse(null)),
            AuditRecord.Verdict.valueOf(row.text("decision")),
            row.optionalText("grants").orElse(null),
            new AuditRecord.Given(
                row.optionalNumber("rows_given").orElse(null),
                row.optionalNumber("bytes_given").orElse(null)),
            row.text("detail")));
  }

  private static List<String> columns(String json) {
    return Json.parse(json).valueStream().map(JsonNode::asText).toList();
  }
}
