package io.hosu.query.worker;

import io.hosu.query.engine.EngineInput;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Types that columns had in earlier objects: a column that could be read as them without loss is,
 * whatever this batch's values alone would show. What is text is read as it is written; what has no
 * value inside an object or a list has the type that it has there.
 */
final class Wanted {
  /** Nothing is wanted. */
  static final Wanted NOTHING = new Wanted(Map.of());

  private static final Set<String> WHOLE = Set.of("BIGINT", "UBIGINT", "HUGEINT", "DECIMAL(38,0)");

  private final Map<String, String> types = new HashMap<>();

  /** See {@link EngineInput#wanted}. */
  Wanted(Map<String, String> types) {
    types.forEach((name, type) -> this.types.put(name.toLowerCase(Locale.ROOT), type));
  }

  /** The same for all columns but these, which do not become doubles. */
  Wanted withoutDoubles(Set<String> columns) {
    Map<String, String> rest = new HashMap<>(types);
    columns.forEach(name -> rest.remove(name.toLowerCase(Locale.ROOT), "DOUBLE"));
    return new Wanted(rest);
  }

  /** The type to read a column as whose values show that they are {@code found}. */
  String type(String column, String found) {
    String type = types.getOrDefault(column.toLowerCase(Locale.ROOT), "");
    boolean asText = type.equals("VARCHAR") && isScalar(found);
    boolean asDouble = type.equals("DOUBLE") && WHOLE.contains(found);
    if (asText || asDouble) {
      return type;
    }
    return this == NOTHING ? found : NestedTypes.fitted(found, type);
  }

  private static boolean isScalar(String type) {
    boolean nested = type.endsWith("]") || type.startsWith("STRUCT") || type.startsWith("MAP");
    return !nested && !type.equals("JSON") && !type.isEmpty();
  }
}
