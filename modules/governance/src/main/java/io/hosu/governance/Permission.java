package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be allowed. The meanings are Lake Formation's where it has the word. */
public enum Permission {
  /** To see that it exists, and its description. Part of every other permission. */
  DESCRIBE,
  /** To read a table's rows. */
  SELECT,
  /** To add rows. */
  INSERT,
  /** To delete rows. */
  DELETE,
  /** To change a table's columns and properties. */
  ALTER,
  /** To drop a table. */
  DROP,
  /** To create tables. */
  CREATE_TABLE,
  /** To list and read objects. */
  READ_OBJECTS,
  /** To put, copy to and delete objects. */
  WRITE_OBJECTS,
  /** To get back the values that the tokens of a domain's vault stand for. */
  DETOKENIZE,
  /** To run stages by hand. */
  RUN,
  /** To correct dead letters, send them or events again, or drop them. */
  REDRIVE,
  /** To give and take grants. */
  GRANT,
  /** Everything but to read and write data, {@link #isData}. */
  ADMIN;

  private static final Set<String> CHANGING =
      Arrays.stream(values())
          .filter(Permission::changes)
          .map(Permission::name)
          .collect(Collectors.toUnmodifiableSet());

  /** All that {@link #isData}. */
  static final Set<Permission> DATA =
      Arrays.stream(values()).filter(Permission::isData).collect(Collectors.toUnmodifiableSet());

  /**
   * Reads a permission, in any case of letters.
   *
   * @throws Invalid {@link GovernanceError#GRANT_INVALID} with a suggestion
   */
  public static Permission parse(String text) {
    String word = text.strip().toUpperCase(Locale.ROOT);
    List<String> known = Arrays.stream(values()).map(Permission::name).toList();
    if (!known.contains(word)) {
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "'%s' is not a permission%s".formatted(text, Suggestions.ending(word, known)),
          "Use one of: %s.".formatted(String.join(", ", known)));
    }
    return valueOf(word);
  }

  /** Whether a grant of this on {@code resource} could ever allow anything. */
  public boolean appliesTo(Resource resource) {
    return switch (this) {
      case DESCRIBE, GRANT, ADMIN -> true;
      case SELECT, INSERT, DELETE, ALTER, DROP, CREATE_TABLE ->
          switch (resource) {
            case Resource.Lake _,
                Resource.Domain _,
                Resource.Layer _,
                Resource.Dataset _,
                Resource.Table _,
                Resource.Column _,
                Resource.Tagged _ ->
                true;
            case Resource.Bucket _, Resource.ObjectKey _, Resource.Pipeline _ -> false;
          };
      case READ_OBJECTS, WRITE_OBJECTS ->
          switch (resource) {
            case Resource.Lake _,
                Resource.Domain _,
                Resource.Layer _,
                Resource.Dataset _,
                Resource.Bucket _,
                Resource.ObjectKey _,
                Resource.Tagged _ ->
                true;
            case Resource.Table _, Resource.Column _, Resource.Pipeline _ -> false;
          };
      case DETOKENIZE ->
          switch (resource) {
            case Resource.Lake _, Resource.Domain _, Resource.Tagged _ -> true;
            case Resource.Layer _,
                Resource.Dataset _,
                Resource.Table _,
                Resource.Column _,
                Resource.Bucket _,
                Resource.ObjectKey _,
                Resource.Pipeline _ ->
                false;
          };
      case RUN, REDRIVE ->
          switch (resource) {
            case Resource.Lake _, Resource.Domain _, Resource.Pipeline _, Resource.Tagged _ -> true;
            case Resource.Layer _,
                Resource.Dataset _,
                Resource.Table _,
                Resource.Column _,
                Resource.Bucket _,
                Resource.ObjectKey _ ->
                false;
          };
    };
  }

  /** What it is asked of: columns are seen one by one, all else is done to their table. */
  Resource asked(Resource resource) {
    return resource instanceof Resource.Column column && this != SELECT && this != DESCRIBE
        ? Resource.of(column.table())
        : resource;
  }

  /** Whether it is about data itself, which nobody has for being an administrator. */
  public boolean isData() {
    return switch (this) {
      case SELECT, INSERT, DELETE, READ_OBJECTS, WRITE_OBJECTS, DETOKENIZE -> true;
      case DESCRIBE, ALTER, DROP, CREATE_TABLE, RUN, REDRIVE, GRANT, ADMIN -> false;
    };
  }

  /**
   * Whether who is allowed this goes on to change something, and not together with the record of
   * it, as who writes objects does.
   */
  boolean changes() {
    return switch (this) {
      case DESCRIBE, SELECT, READ_OBJECTS, WRITE_OBJECTS, DETOKENIZE -> false;
      case INSERT, DELETE, ALTER, DROP, CREATE_TABLE, RUN, REDRIVE, GRANT, ADMIN -> true;
    };
  }

  /** Whether {@code action} is a permission that {@link #changes}. */
  static boolean isChange(String action) {
    return CHANGING.contains(action);
  }

  /** Whether who is allowed this may also do what {@code wanted} is asked for. */
  boolean includes(Permission wanted) {
    return this == wanted || wanted == DESCRIBE || (this == ADMIN && !wanted.isData());
  }

  /** Whether who is denied this may not do what {@code wanted} is asked for. */
  boolean excludes(Permission wanted) {
    return this == wanted || this == DESCRIBE || this == ADMIN;
  }
}
