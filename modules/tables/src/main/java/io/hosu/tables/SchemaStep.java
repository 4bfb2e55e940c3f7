package io.hosu.tables;

/**
 * One difference between the columns that a table has and those that it gets.
 *
 * @param column its name as it is, or as it will be when it is new; a field inside another with a
 *     dot between
 * @param before the type, the name or the place that it has; empty when there is none
 * @param after the one that it gets; empty when there is none
 */
public record SchemaStep(Kind kind, String column, String before, String after) {
  /** What becomes of a column. */
  public enum Kind {
    /** There was none of this name. */
    ADD,
    /** Its values are in the table no more, whatever is added under its name later. */
    DROP,
    /** It has its values under another name. */
    RENAME,
    /** It has its values in a type that holds more. */
    WIDEN,
    /** Another column, of another type and without its values, has its name. */
    RETYPE,
    /** Rows need a value of it now. */
    REQUIRE,
    /** Rows need no value of it any more. */
    LOOSEN,
    /** Columns stand in another order. */
    REORDER,
    /** It is described in other words. */
    DESCRIBE
  }

  /** Whether who names the column as it is finds it no more, or finds another. */
  public boolean breaksReaders() {
    return kind == Kind.DROP || kind == Kind.RENAME || kind == Kind.RETYPE;
  }

  /** What it does, to follow {@code to}: {@code rename column amount to total}. */
  @Override
  public String toString() {
    return switch (kind) {
      case ADD -> "add column %s %s".formatted(column, after);
      case DROP -> "drop column %s %s".formatted(column, before);
      case RENAME -> "rename column %s to %s".formatted(column, after);
      case WIDEN -> "widen column %s from %s to %s".formatted(column, before, after);
      case RETYPE ->
          "replace column %s %s by a new one of type %s, without its values"
              .formatted(column, before, after);
      case REQUIRE -> "require a value of column %s".formatted(column);
      case LOOSEN -> "require no value of column %s any more".formatted(column);
      case REORDER -> "order columns %s".formatted(after);
      case DESCRIBE -> "describe column %s".formatted(column);
    };
  }
}
