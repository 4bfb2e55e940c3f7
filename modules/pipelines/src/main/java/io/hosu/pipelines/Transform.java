package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a stage runs. */
public sealed interface Transform {

  /**
   * One SELECT.
   *
   * @param file where it stands in the lake project, for messages
   * @param text the statement
   * @param reads the tables that it reads; empty where nobody looked
   */
  record Sql(String file, String text, Optional<SortedSet<TableName>> reads) implements Transform {
    public Sql {
      reads = reads.map(tables -> Collections.unmodifiableSortedSet(new TreeSet<>(tables)));
    }

    /** A statement into which nobody looked. */
    public Sql(String file, String text) {
      this(file, text, Optional.empty());
    }

    /** The same statement, which reads these tables and no others. */
    public Sql reading(Collection<TableName> tables) {
      return new Sql(file, text, Optional.of(new TreeSet<>(tables)));
    }
  }
}
