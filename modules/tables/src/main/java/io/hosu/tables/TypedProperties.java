package io.hosu.tables;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.TableProperties;

/**
 * Properties of tables that are numbers, or true or false. Which of Iceberg's are so is told by the
 * types of their defaults in its own list (X and X_DEFAULT in TableProperties), so that it holds
 * for those of its next version too.
 */
final class TypedProperties {
  private static final String DEFAULT = "_DEFAULT";

  /** Of these 0 would be no size, or no snapshot at all. */
  private static final Set<String> POSITIVE =
      Set.of(
          TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
          TableProperties.MANIFEST_TARGET_SIZE_BYTES,
          TableProperties.MANIFEST_MIN_MERGE_COUNT,
          TableProperties.MIN_SNAPSHOTS_TO_KEEP);

  private static final Map<String, Class<?>> TYPES = types();

  private TypedProperties() {}

  private static Map<String, Class<?>> types() {
    Map<String, Class<?>> types = new HashMap<>();
    for (Field field : TableProperties.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getName().endsWith(DEFAULT)) {
        nameOf(field).ifPresent(name -> types.put(name, field.getType()));
      }
    }
    types.put(TableProperties.MIN_SNAPSHOTS_TO_KEEP, int.class);
    types.put(TableProperties.MAX_SNAPSHOT_AGE_MS, long.class);
    types.put(UpkeepRules.COMPACT, boolean.class);
    types.put(UpkeepRules.ORPHAN_DELAY, long.class);
    return types;
  }

  private static Optional<String> nameOf(Field value) {
    String name = value.getName().substring(0, value.getName().length() - DEFAULT.length());
    try {
      return TableProperties.class.getField(name).get(null) instanceof String property
          ? Optional.of(property)
          : Optional.empty();
    } catch (NoSuchFieldException e) {
      return Optional.empty(); // a default of several properties
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is wrong with a value, as a sentence without its end; of others nothing is known. */
  static Optional<String> fault(String name, String value) {
    Class<?> type = TYPES.get(name);
    if (type == boolean.class) {
      boolean good = value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      return told(good, name, value, "true or false");
    }
    if (type == int.class || type == long.class) {
      long least = POSITIVE.contains(name) ? 1 : 0;
      long most = type == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
      return told(
          isWithin(value, least, most), name, value, "a number from %d on".formatted(least));
    }
    if (type == double.class) {
      return told(isDecimal(value), name, value, "a number");
    }
    return Optional.empty();
  }

  private static Optional<String> told(boolean good, String name, String value, String wanted) {
    return good
        ? Optional.empty()
        : Optional.of("property %s is '%s', and is to be %s".formatted(name, value, wanted));
  }

  /** Whether it counts something: a whole number that is not negative. */
  static boolean isAmount(String value) {
    return isWithin(value, 0, Long.MAX_VALUE);
  }

  private static boolean isWithin(String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      return number >= least && number <= most;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isDecimal(String value) {
    try {
      return Double.isFinite(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
