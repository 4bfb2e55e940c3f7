package io.hosu.query.worker;

import io.hosu.query.engine.ReadHint;
import java.util.List;
import java.util.Optional;

/** Parquet files, their columns united by name. */
record ParquetGroup(List<PlainFile> files) implements InputGroup {

  @Override
  public String rows() {
    return "SELECT * FROM " + call();
  }

  @Override
  public String tracedRows() {
    return "SELECT *, file_index AS __file, file_row_number + 1 AS __line FROM " + call();
  }

  private String call() {
    return "read_parquet(%s, union_by_name=true, hive_partitioning=false)"
        .formatted(Quote.texts(files.stream().map(PlainFile::path).toList()));
  }

  @Override
  public Optional<String> textRows() {
    return Optional.empty();
  }

  @Override
  public boolean knowsLines() {
    return true;
  }

  @Override
  public List<LineRuns> lines() {
    return List.of();
  }

  @Override
  public boolean refit() {
    return false;
  }

  @Override
  public Optional<ReadHint> hint() {
    return Optional.empty();
  }
}
