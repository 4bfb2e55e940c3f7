package io.hosu.tables;

/**
 * A column as the engine describes it.
 *
 * @param name any text
 * @param type the engine's own text of its type, for example {@code STRUCT(a INTEGER, b
 *     VARCHAR[])}; how an unknown type is written: {@code "NULL"}
 */
public record SqlColumn(String name, String type) {
  /** Whether no value of it is known, and so no type. */
  boolean isUnknown() {
    return type.equals(UNKNOWN);
  }

  /** The same column without any value. */
  public SqlColumn withoutType() {
    return new SqlColumn(name, UNKNOWN);
  }

  private static final String UNKNOWN = "\"NULL\"";
}
