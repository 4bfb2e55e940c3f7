package io.hosu.query.worker;

import io.hosu.query.engine.Column;
import io.hosu.query.engine.ReadHint;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Parquet files, their columns united by name. */
record ParquetGroup(List<PlainFile> files) implements InputGroup {

  /** These files, if their columns can be read. */
  static ParquetGroup of(Sql sql, List<PlainFile> files) throws SQLException {
    for (PlainFile file : files) {
      String rows = new ParquetGroup(List.of(file)).rows();
      ColumnNames.check(sql.columns(rows).stream().map(Column::name).toList(), file.object());
    }
    return new ParquetGroup(files);
  }

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
  public boolean forgetWanted() {
    return false;
  }

  @Override
  public Optional<ReadHint> hint() {
    return Optional.empty();
  }
}
