package io.hosu.query.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * A relation that SQL can name in a session.
 *
 * @param name one word ({@code target}), or catalog, schema and name for {@code
 *     aviation.stage.flights}
 * @param sql the SELECT that it stands for
 * @param files the files which that SELECT reads: nothing else can be opened
 * @param rows whether its files hold rows that the SELECT hides
 */
public record EngineView(List<String> name, String sql, List<Path> files, Rows rows) {
  /** What the SQL of a session may come to know of the files' rows. */
  public enum Rows {
    /** All of them. */
    OPEN,
    /**
     * Those that the SELECT gives: the engine computes nothing of the others, not even errors. They
     * are no secret, as whoever sends the SQL sees all of the table, now and as it was before: how
     * many they are, and between which values, may show in the order of rows.
     */
    DELETED,
    /** Those that the SELECT gives: nothing of the others shows, whatever is asked. */
    HIDDEN;

    /** {@link #DELETED} where the SELECT leaves rows of its files out. */
    public static Rows deletedIf(boolean leavesOut) {
      return leavesOut ? DELETED : OPEN;
    }

    /** {@link #HIDDEN} where the SELECT leaves rows of its files out. */
    public static Rows hiddenIf(boolean leavesOut) {
      return leavesOut ? HIDDEN : OPEN;
    }
  }

  /** A relation that hides nothing. */
  public EngineView(List<String> name, String sql, List<Path> files) {
    this(name, sql, files, Rows.OPEN);
  }

  /**
   * The same relation, of whose files all may become known: not for what is {@link Rows#HIDDEN}.
   */
  public EngineView unveiled() {
    return new EngineView(name, sql, files);
  }

  public EngineView {
    name = List.copyOf(name);
    files = List.copyOf(files);
    if (name.size() != 1 && name.size() != 3) {
      throw new IllegalArgumentException("A relation has a name of one or three words: " + name);
    }
  }
}
