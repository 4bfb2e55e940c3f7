package io.hosu.delivery;

import io.hosu.governance.Condition;
import io.hosu.governance.Mask;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge;
import io.hosu.pipelines.StageSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Checks the text of one SQL file: parsing needs an engine, which the reader of a project does not
 * have. May be called from one thread at a time.
 */
@FunctionalInterface
public interface SqlCheck {
  /** Checks nothing. */
  SqlCheck NONE = (_, _) -> new Verdict.Unchecked();

  /**
   * What is to be said about the statement in {@code text}.
   *
   * @param domain in which {@code layer.table} is looked up
   */
  Verdict check(String domain, String text);

  /** The columns that a table of the lake has now, by name with their types; empty: not known. */
  default Map<String, String> columns(TableName table) {
    return Map.of();
  }

  /**
   * What gets from column to column by the SQL of a stage; nothing where nobody looks.
   *
   * @param columns those of a table; none: they are not known
   */
  default SortedSet<ColumnEdge> edges(StageSpec stage, Function<TableName, List<String>> columns) {
    return new TreeSet<>();
  }

  /** The columns that the SQL of a stage gives; none: not all of them are known. */
  default List<String> given(StageSpec stage, Function<TableName, List<String>> columns) {
    return List.of();
  }

  /**
   * What of a condition on the rows of a table with these columns does not fit them, each in a
   * sentence; none when it fits, or nobody looks.
   */
  default List<String> misfits(Condition condition, Map<String, String> columns) {
    return List.of();
  }

  /** The same of a mask of {@code column}. */
  default List<String> misfits(String column, Mask mask, Map<String, String> columns) {
    return List.of();
  }

  /** What is to be said about a statement. */
  sealed interface Verdict {
    /** Nobody looked. */
    record Unchecked() implements Verdict {}

    /**
     * It is one SELECT that a stage may run.
     *
     * @param tables what it reads, as the text has it: {@code layer.table}, {@code
     *     domain.layer.table}, or {@code input}
     * @param changes of which of them it reads what came, not what there is
     */
    record Reads(Set<String> tables, Set<String> changes) implements Verdict {
      public Reads {
        tables = Set.copyOf(tables);
        changes = Set.copyOf(changes);
      }

      /** It reads no changes. */
      public Reads(Set<String> tables) {
        this(tables, Set.of());
      }
    }

    /**
     * It is none.
     *
     * @param line where, the first being 1; 0 when that is unknown
     * @param column where, the first being 1
     * @param why what is wrong, one sentence
     * @param remedy what to do about it
     */
    record Wrong(int line, int column, String why, String remedy) implements Verdict {}
  }
}
