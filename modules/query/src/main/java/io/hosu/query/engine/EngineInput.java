package io.hosu.query.engine;

import java.util.List;
import java.util.Map;

/**
 * The objects behind the relation {@code input}: its rows are in the order of the files, then of
 * their records. Beside the objects' own columns it has {@code _object} and {@code _line} (where
 * the record begins, from 1; the number of the row for Parquet), which {@code *} leaves out.
 *
 * @param files the objects; of several shapes the columns are united by name
 * @param options how they are read
 * @param hints what earlier batches found out
 * @param wanted the types of the table's columns, by name: inferred columns get {@code VARCHAR} or
 *     {@code DOUBLE} where nothing is lost by it and the SQL takes them, and what no record of JSON
 *     has is NULL of its type
 */
public record EngineInput(
    List<InputFile> files, ReadOptions options, List<ReadHint> hints, Map<String, String> wanted) {
  public EngineInput {
    wanted = Map.copyOf(wanted);
    files = List.copyOf(files);
    hints = List.copyOf(hints);
  }

  /** An input of which all types are those that its values show. */
  public EngineInput(List<InputFile> files, ReadOptions options, List<ReadHint> hints) {
    this(files, options, hints, Map.of());
  }
}
