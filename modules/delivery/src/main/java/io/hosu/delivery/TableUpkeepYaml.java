package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import io.hosu.tables.Orphans;
import io.hosu.tables.UpkeepRules;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a dataset says of the upkeep of a table. */
final class TableUpkeepYaml {
  /** The word for none. */
  static final String OFF = "off";

  private static final String COMPACT = "compact";
  private static final String TARGET = "target_file_size";
  private static final String EXPIRE_AFTER = "expire_after";
  private static final String KEEP = "keep_at_least";
  private static final String ORPHAN_DELAY = "orphan_delay";

  private TableUpkeepYaml() {}

  /** What the mapping of a table says, which has no mistakes. */
  static UpkeepRules read(Mapping table) {
    if (table.text("upkeep").isPresent()) {
      return UpkeepRules.OFF;
    }
    return table
        .mapping("upkeep")
        .map(upkeep ->
            new UpkeepRules(
                true,
                upkeep.text(COMPACT).map(Boolean::parseBoolean).orElse(true),
                upkeep
                    .text(TARGET)
                    .map(size -> OptionalLong.of(Sizes.parse(size)))
                    .orElseGet(OptionalLong::empty),
                upkeep.text(EXPIRE_AFTER).map(Durations::parse),
                upkeep
                    .text(KEEP)
                    .map(count -> OptionalInt.of(Integer.parseInt(count)))
                    .orElseGet(OptionalInt::empty),
                upkeep.text(ORPHAN_DELAY).map(Durations::parse)))
        .orElse(UpkeepRules.NONE);
  }

  /** Says of each value that is too small what it must be at least. */
  static void check(Mapping table, Mistakes mistakes) {
    for (Entry entry :
        table.mapping("upkeep").map(Mapping::entries).orElseGet(java.util.List::of)) {
      if (entry.value() instanceof Scalar value) {
        problem(entry.key(), value.text())
            .ifPresent(least ->
                mistakes.error(
                    value.place(),
                    "'%s' of upkeep is %s.".formatted(entry.key(), value.text()),
                    least));
      }
    }
  }

  private static Optional<String> problem(String key, String text) {
    return switch (key) {
      case TARGET ->
          Sizes.parse(text) < 1 << 20
              ? Optional.of("Write at least 1MB: a table of smaller files is slow to read.")
              : Optional.empty();
      case ORPHAN_DELAY ->
          Durations.parse(text).compareTo(Orphans.LEAST_DELAY) < 0
              ? Optional.of("Write at least 1h: younger files may belong to a commit under way.")
              : Optional.empty();
      case EXPIRE_AFTER ->
          Durations.parse(text).compareTo(Duration.ofMinutes(1)) < 0
              ? Optional.of("Write at least 1m.")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** What {@link #of} reads; empty when nothing is said. */
  static Optional<ObjectNode> toJson(UpkeepRules rules) {
    ObjectNode json = Json.object();
    if (!rules.byItself()) {
      json.put(OFF, true);
    }
    if (!rules.compact()) {
      json.put(COMPACT, false);
    }
    rules.fileBytes().ifPresent(bytes -> json.put(TARGET, bytes));
    rules.expireAfter().ifPresent(age -> json.put(EXPIRE_AFTER, Durations.print(age)));
    rules.keepAtLeast().ifPresent(least -> json.put(KEEP, least));
    rules.orphanDelay().ifPresent(age -> json.put(ORPHAN_DELAY, Durations.print(age)));
    return json.isEmpty() ? Optional.empty() : Optional.of(json);
  }

  /** What {@link #toJson} wrote. */
  static UpkeepRules of(JsonNode json) {
    return new UpkeepRules(
        !json.path(OFF).asBoolean(),
        json.path(COMPACT).asBoolean(true),
        json.has(TARGET) ? OptionalLong.of(json.path(TARGET).asLong()) : OptionalLong.empty(),
        duration(json, EXPIRE_AFTER),
        json.has(KEEP) ? OptionalInt.of(json.path(KEEP).asInt()) : OptionalInt.empty(),
        duration(json, ORPHAN_DELAY));
  }

  private static Optional<Duration> duration(JsonNode json, String field) {
    return json.has(field)
        ? Optional.of(Durations.parse(json.path(field).asText()))
        : Optional.empty();
  }
}
