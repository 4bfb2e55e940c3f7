package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An audit record as it is kept, whatever became of it.
 *
 * @param values those of {@link #COLUMNS}: numbers and texts; the time in milliseconds since 1970
 * @param hash empty when it is from before there was a chain
 */
public record AuditRow(List<@Nullable Object> values, String hash) {
  /** The columns of a record, in the order in which it is hashed. */
  public static final List<String> COLUMNS =
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
          "rows",
          "bytes",
          "detail",
          "life");

  /** The columns that hold conditions, of rows and of masks. */
  public static final List<String> CONDITIONS = List.of("filter", "masks");

  /** Stands for a condition that is there, but is not told. */
  public static final String HELD_BACK = "...";

  private static final Set<String> NUMBERS = Set.of("seq", "time", "rows", "bytes");

  private static final Set<String> WORDS = Set.of("door", "decision");

  private static final String INSERT =
      "INSERT INTO audit_records (%s, hash) VALUES (%s?)"
          .formatted(
              COLUMNS.stream().map(AuditRow::stored).collect(Collectors.joining(", ")),
              "?, ".repeat(COLUMNS.size()));

  public AuditRow {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** A record that is to be kept. */
  static AuditRow of(long seq, String before, AuditRecord record) {
    Origin origin = record.origin();
    AuditRecord.Shown shown = record.shown();
    List<@Nullable Object> values =
        Arrays.asList(
            seq,
            record.time().toEpochMilli(),
            record.principal(),
            origin.person(),
            record.door().name(),
            origin.address(),
            origin.credential(),
            origin.request(),
            record.action(),
            record.resource(),
            shown.columns().isEmpty() ? null : Json.print(shown.columns()),
            shown.filter(),
            shown.masks(),
            record.decision().name(),
            record.grants(),
            record.given().rows(),
            record.given().bytes(),
            record.detail(),
            origin.life());
    return new AuditRow(values, AuditChain.hash(before, values));
  }

  /** A row of the state database. */
  static AuditRow of(Row row) {
    return of(
        column ->
            NUMBERS.contains(column)
                ? row.optionalNumber(stored(column)).orElse(null)
                : row.optionalText(column).orElse(null),
        row.text("hash"));
  }

  /** How the state database calls a column. */
  private static String stored(String column) {
    return column.equals("rows") || column.equals("bytes") ? column + "_given" : column;
  }

  static void insert(Transaction tx, List<AuditRow> rows) {
    tx.updateAll(
        INSERT,
        rows.stream()
            .map(row -> {
              List<@Nullable Object> all = new ArrayList<>(row.values);
              all.add(row.hash);
              return all;
            })
            .toList());
  }

  /** What {@link #toJson} made, but with the time as a number. */
  public static AuditRow of(JsonNode json) {
    return of(column -> value(column, json.path(column)), json.path("hash").asText());
  }

  private static @Nullable Object value(String column, JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return null;
    }
    if (NUMBERS.contains(column)) {
      return json.asLong();
    }
    String text = json.isTextual() ? json.asText() : Json.print(json);
    return WORDS.contains(column) ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static AuditRow of(Function<String, @Nullable Object> column, String hash) {
    List<@Nullable Object> values = new ArrayList<>();
    for (String name : COLUMNS) {
      values.add(column.apply(name));
    }
    return new AuditRow(values, hash);
  }

  /** Its place in the chain. */
  public long seq() {
    return Objects.requireNonNullElse(number("seq"), Long.MIN_VALUE);
  }

  /** When it was. */
  public Instant time() {
    return Instant.ofEpochMilli(Objects.requireNonNullElse(number("time"), 0L));
  }

  /** The record as JSON, with the names of {@link #COLUMNS} and the hash, and small words. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    for (String column : COLUMNS) {
      json.set(column, Json.mapper().valueToTree(value(column)));
    }
    String columns = text("columns");
    for (String word : WORDS) {
      json.put(word, json.path(word).asText().toLowerCase(Locale.ROOT));
    }
    json.put("time", Instants.print(time()));
    json.set("columns", columns == null ? null : Json.parse(columns));
    return json.put("hash", hash);
  }

  /**
   * The record as JSON for who does not see those of all: conditions may tell of what they hide, as
   * {@link #HELD_BACK}, and so does the hash, by which they could be guessed.
   */
  public ObjectNode toJsonOfOwn() {
    ObjectNode json = toJson();
    for (String column : CONDITIONS) {
      if (!json.path(column).isNull()) {
        json.put(column, HELD_BACK);
      }
    }
    return json.putNull("hash");
  }

  private @Nullable Object value(String column) {
    return values.get(COLUMNS.indexOf(column));
  }

  /** A number; null when it is not known. */
  public @Nullable Long number(String column) {
    return (Long) value(column);
  }

  /** A text; null when there is none. */
  public @Nullable String text(String column) {
    return (String) value(column);
  }
}
