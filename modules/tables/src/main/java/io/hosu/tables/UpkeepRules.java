package io.hosu.tables;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;

/**
 * What a table says of its own upkeep. It is kept among the table's properties, under the names
 * that Iceberg has for it where it has one, so that other engines keep to it too.
 *
 * @param byItself whether the table is kept up without being asked
 * @param compact whether its small files are merged then
 * @param fileBytes how large a file should be; empty: as the lake has it
 * @param expireAfter how old its snapshots become; empty: as the lake has it
 * @param keepAtLeast how many snapshots stay however old; empty: as the lake has it
 * @param orphanDelay how old files become that nothing knows; empty: as the lake has it
 */
public record UpkeepRules(
    boolean byItself,
    boolean compact,
    OptionalLong fileBytes,
    Optional<Duration> expireAfter,
    OptionalInt keepAtLeast,
    Optional<Duration> orphanDelay) {
  /** Nothing is said. */
  public static final UpkeepRules NONE =
      new UpkeepRules(
          true,
          true,
          OptionalLong.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty());

  /** The table is left alone. */
  public static final UpkeepRules OFF =
      new UpkeepRules(
          false,
          true,
          OptionalLong.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty());

  private static final String BY_ITSELF = "hosu.upkeep";
  static final String COMPACT = "hosu.upkeep.compact";
  static final String ORPHAN_DELAY = "hosu.upkeep.orphan-delay-ms";

  /** Names the properties that a definition has set: those of engines are theirs. */
  private static final String DEFINED = "hosu.upkeep.defined";

  /** What a table says. */
  static UpkeepRules of(TableMetadata table) {
    Map<String, String> said = table.properties();
    return new UpkeepRules(
        !"off".equals(said.get(BY_ITSELF)),
        table.propertyAsBoolean(COMPACT, true),
        said.containsKey(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES)
            ? OptionalLong.of(table.propertyAsLong(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, 0))
            : OptionalLong.empty(),
        millis(table, TableProperties.MAX_SNAPSHOT_AGE_MS),
        said.containsKey(TableProperties.MIN_SNAPSHOTS_TO_KEEP)
            ? OptionalInt.of(table.propertyAsInt(TableProperties.MIN_SNAPSHOTS_TO_KEEP, 1))
            : OptionalInt.empty(),
        millis(table, ORPHAN_DELAY));
  }

  private static Optional<Duration> millis(TableMetadata table, String property) {
    return table.properties().containsKey(property)
        ? Optional.of(Duration.ofMillis(table.propertyAsLong(property, 0)))
        : Optional.empty();
  }

  /** The properties that say it. */
  Map<String, String> properties() {
    Map<String, String> all = new HashMap<>();
    if (!byItself) {
      all.put(BY_ITSELF, "off");
    }
    if (!compact) {
      all.put(COMPACT, "false");
    }
    fileBytes.ifPresent(
        bytes -> all.put(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, Long.toString(bytes)));
    expireAfter.ifPresent(
        age -> all.put(TableProperties.MAX_SNAPSHOT_AGE_MS, Long.toString(age.toMillis())));
    keepAtLeast.ifPresent(
        least -> all.put(TableProperties.MIN_SNAPSHOTS_TO_KEEP, Integer.toString(least)));
    orphanDelay.ifPresent(age -> all.put(ORPHAN_DELAY, Long.toString(age.toMillis())));
    if (!all.isEmpty()) {
      List<String> names = new ArrayList<>(all.keySet());
      names.sort(String::compareTo);
      all.put(DEFINED, String.join(",", names));
    }
    return all;
  }

  /** The names of the properties of {@code table} that its definition has set for its upkeep. */
  static Set<String> defined(TableMetadata table) {
    String names = table.properties().getOrDefault(DEFINED, "");
    Set<String> all = new HashSet<>(List.of(names.split(",")));
    all.remove("");
    if (!all.isEmpty()) {
      all.add(DEFINED);
    }
    return all;
  }
}
