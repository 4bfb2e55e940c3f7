package io.hosu.query.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Types of keys inside JSON objects and lists that have no value in the whole batch: {@value
 * #NOTHING}, as DuckDB writes it. They have the type that the table's column shows at this place;
 * where it shows none they are left out, as a key of which nobody knows the type is no column yet.
 */
final class NestedTypes {
  private static final String NOTHING = "\"NULL\"";
  private static final String STRUCT = "STRUCT(";
  private static final String LIST = "[]";

  private NestedTypes() {}

  /**
   * The type to read a column as.
   *
   * @param found what its values show
   * @param known what the table's column has; empty where there is none
   */
  static String fitted(String found, String known) {
    return found.contains(NOTHING) ? fit(found, known).orElse(found) : found;
  }

  /** Empty where nothing is left of it. */
  private static Optional<String> fit(String found, String known) {
    if (found.equals(NOTHING)) {
      return Optional.of(known).filter(type -> !type.isEmpty());
    }
    if (found.endsWith(LIST)) {
      String element = element(found);
      String its = known.endsWith(LIST) ? element(known) : "";
      return Optional.of(fit(element, its).orElse(element) + LIST);
    }
    if (!isStruct(found)) {
      return Optional.of(found);
    }
    Map<String, String> types = new LinkedHashMap<>();
    if (isStruct(known)) {
      fields(known).forEach(field -> types.put(field.key(), field.type()));
    }
    List<Field> kept = new ArrayList<>();
    for (Field field : fields(found)) {
      fit(field.type(), types.getOrDefault(field.key(), ""))
          .ifPresent(type -> kept.add(new Field(field.name(), type)));
    }
    return Optional.of(kept)
        .filter(some -> !some.isEmpty())
        .map(some ->
            some.stream()
                .map(field -> Quote.name(field.name()) + " " + field.type())
                .collect(Collectors.joining(", ", STRUCT, ")")));
  }

  private static String element(String list) {
    return list.substring(0, list.length() - LIST.length());
  }

  private static boolean isStruct(String type) {
    return type.startsWith(STRUCT) && type.endsWith(")");
  }

  private record Field(String name, String type) {
    String key() {
      return name.toLowerCase(Locale.ROOT);
    }

    static Field of(String text) {
      if (!text.startsWith("\"")) {
        int space = text.indexOf(' ');
        return new Field(text.substring(0, space), text.substring(space + 1));
      }
      int end = 1;
      while (text.charAt(end) != '"' || text.startsWith("\"\"", end)) {
        end += text.charAt(end) == '"' ? 2 : 1;
      }
      return new Field(
          text.substring(1, end).replace("\"\"", "\""), text.substring(end + 1).strip());
    }
  }

  /** The fields of a struct: commas inside quotes or parentheses divide nothing. */
  private static List<Field> fields(String struct) {
    String text = struct.substring(STRUCT.length(), struct.length() - 1);
    List<Field> fields = new ArrayList<>();
    int from = 0;
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && !quoted && depth == 0) {
        fields.add(Field.of(text.substring(from, i).strip()));
        from = i + 1;
      }
    }
    fields.add(Field.of(text.substring(from).strip()));
    return fields;
  }
}
