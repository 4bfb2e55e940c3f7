package io.hosu.tables;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the rows that are wanted of a table, by the names of its columns. Files need not
 * be read of which no row can be so. What cannot be told of a column by the files (another type, a
 * name that is not there) says nothing: all rows may be wanted then.
 */
public sealed interface FileFilter {
  /** Every row may be wanted. */
  static FileFilter every() {
    return new All(List.of());
  }

  /** All of these hold. */
  record All(List<FileFilter> filters) implements FileFilter {
    public All {
      filters = List.copyOf(filters);
    }
  }

  /** One of these holds. */
  record Any(List<FileFilter> filters) implements FileFilter {
    public Any {
      filters = List.copyOf(filters);
    }
  }

  /** How a column compares with a constant. */
  enum Comparison {
    EQUAL,
    NOT_EQUAL,
    LESS,
    AT_MOST,
    GREATER,
    AT_LEAST;

    /** The one that holds of two values exactly where this does not. */
    public Comparison negated() {
      return switch (this) {
        case EQUAL -> NOT_EQUAL;
        case NOT_EQUAL -> EQUAL;
        case LESS -> AT_LEAST;
        case AT_MOST -> GREATER;
        case GREATER -> AT_MOST;
        case AT_LEAST -> LESS;
      };
    }

    /** The same with the sides exchanged. */
    public Comparison flipped() {
      return switch (this) {
        case EQUAL, NOT_EQUAL -> this;
        case LESS -> GREATER;
        case AT_MOST -> AT_LEAST;
        case GREATER -> LESS;
        case AT_LEAST -> AT_MOST;
      };
    }
  }

  /** A column compares so with a constant. */
  record Compared(String column, Comparison by, Constant constant) implements FileFilter {}

  /** A column is neither less than one nor greater than the other; both are compared as one. */
  record Between(String column, Constant least, Constant most) implements FileFilter {}

  /** A column is less than the one or greater than the other; both are compared as one. */
  record Outside(String column, Constant least, Constant most) implements FileFilter {}

  /** A column is one of these, which are compared as one. */
  record OneOf(String column, List<Constant> constants) implements FileFilter {
    public OneOf {
      constants = List.copyOf(constants);
    }
  }

  /** A column is not NULL and none of these, which are compared as one. */
  record NoneOf(String column, List<Constant> constants) implements FileFilter {
    public NoneOf {
      constants = List.copyOf(constants);
    }
  }

  /** A column is NULL. */
  record Null(String column) implements FileFilter {}

  /** A column is not NULL. */
  record NotNull(String column) implements FileFilter {}

  /** A text begins so. */
  record Begins(String column, String with) implements FileFilter {}

  /** A text is there, and does not begin so. */
  record BeginsNot(String column, String with) implements FileFilter {}

  /** Whether it says nothing. */
  default boolean isEvery() {
    return equals(every());
  }

  /** What holds where both do. */
  default FileFilter and(FileFilter other) {
    return isEvery() ? other : other.isEvery() ? this : new All(parts(this, other, All.class));
  }

  /** What holds where one of the two does. */
  default FileFilter or(FileFilter other) {
    if (isEvery() || other.isEvery()) {
      return every();
    }
    return equals(other) ? this : new Any(parts(this, other, Any.class));
  }

  private static List<FileFilter> parts(
      FileFilter one, FileFilter other, Class<? extends FileFilter> flat) {
    List<FileFilter> parts = new ArrayList<>();
    for (FileFilter part : List.of(one, other)) {
      switch (part) {
        case All(List<FileFilter> its) when flat == All.class -> parts.addAll(its);
        case Any(List<FileFilter> its) when flat == Any.class -> parts.addAll(its);
        default -> parts.add(part);
      }
    }
    return parts;
  }
}
