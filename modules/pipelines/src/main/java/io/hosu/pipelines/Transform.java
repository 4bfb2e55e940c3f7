package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a stage runs. */
public sealed interface Transform {

  /**
   * One SELECT.
   *
   * @param file where it stands in the lake project, for messages
   * @param text the statement
   * @param reads the tables that it reads; empty where nobody looked
   * @param declassified the columns of its target that take over no tags from what they are made
   *     of, and why, by name
   */
  record Sql(
      String file,
      String text,
      Optional<SortedSet<TableName>> reads,
      SortedMap<String, String> declassified)
      implements Transform {
    public Sql {
      reads = reads.map(tables -> Collections.unmodifiableSortedSet(new TreeSet<>(tables)));
      declassified = Collections.unmodifiableSortedMap(new TreeMap<>(declassified));
    }

    /** A statement into which nobody looked. */
    public Sql(String file, String text) {
      this(file, text, Optional.empty(), new TreeMap<>());
    }

    /** The same statement, which reads these tables and no others. */
    public Sql reading(Collection<TableName> tables) {
      return new Sql(file, text, Optional.of(new TreeSet<>(tables)), declassified);
    }

    /** The same statement, where these columns take over no tags, for these reasons. */
    public Sql declassifying(Map<String, String> columns) {
      return new Sql(file, text, reads, new TreeMap<>(columns));
    }
  }

  /**
   * A look at objects, as a declared crawler takes it.
   *
   * @param place where they lie, {@code LAYER/DOMAIN/PREFIX/}
   * @param drift what may become of the table's columns by itself
   * @param load how their rows get into the table
   */
  record Crawl(String place, DriftPolicy drift, Load load) implements Transform {
    /** How rows get into a table. */
    public enum Load {
      /** A stage reads the objects and writes the rows. */
      BY_STAGE,
      /** The objects, which must be Parquet, become files of the table where they lie. */
      IN_PLACE;

      /** The word for it in a lake project. */
      public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }

      /** The one that a word stands for. */
      public static Optional<Load> find(String word) {
        return Arrays.stream(values()).filter(load -> load.word().equals(word)).findFirst();
      }
    }
  }
}
