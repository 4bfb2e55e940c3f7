package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import java.util.List;

/**
 * The table that a stage writes, and how.
 *
 * @param table made by the first execution when it does not exist
 * @param mode how new rows meet old ones
 * @param key the columns that make a row the same row; given exactly when {@code mode} is {@link
 *     Mode#MERGE}
 * @param partitionBy partition transforms as people write them, for example {@code month(date)};
 *     empty when the table is not partitioned, or made elsewhere
 * @param sortBy columns by which the rows of a file are sorted, each with an optional {@code asc}
 *     or {@code desc}; may be empty
 * @param drift what rows that have other columns may make of the table's
 */
public record Target(
    TableName table,
    Mode mode,
    List<String> key,
    List<String> partitionBy,
    List<String> sortBy,
    DriftPolicy drift) {

  /** A table to which columns may be added, and whose types may be widened. */
  public Target(
      TableName table, Mode mode, List<String> key, List<String> partitionBy, List<String> sortBy) {
    this(table, mode, key, partitionBy, sortBy, DriftPolicy.ALL);
  }

  public Target {
    key = List.copyOf(key);
    partitionBy = List.copyOf(partitionBy);
    sortBy = List.copyOf(sortBy);
    if (mode == Mode.MERGE && key.isEmpty()) {
      throw StageSpec.invalid(
          "A merge into %s has no key.".formatted(table),
          "Name the columns that identify a row: key: [...].");
    }
    if (mode != Mode.MERGE && !key.isEmpty()) {
      throw StageSpec.invalid(
          "Only a merge has a key, but %s is written with another mode.".formatted(table),
          "Set mode: merge, or remove key.");
    }
  }

  /** How the rows that a stage makes meet the rows that the table has. */
  public enum Mode {
    /** They are added. */
    APPEND,
    /** They replace all rows. */
    OVERWRITE,
    /** They replace the rows with the same key; the others are added. */
    MERGE
  }
}
