package io.hosu.query.engine;

import java.util.List;

/**
 * The objects behind the relation {@code input}: its rows are in the order of the files, then of
 * their records. Beside the objects' own columns it has {@code _object} and {@code _line} (where
 * the record begins, from 1; the number of the row for Parquet), which {@code *} leaves out.
 *
 * @param files the objects; of several shapes the columns are united by name
 * @param options how they are read
 * @param hints what earlier batches found out
 */
public record EngineInput(List<InputFile> files, ReadOptions options, List<ReadHint> hints) {
  public EngineInput {
    files = List.copyOf(files);
    hints = List.copyOf(hints);
  }
}
