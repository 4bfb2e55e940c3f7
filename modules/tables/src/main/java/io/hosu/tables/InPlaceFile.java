package io.hosu.tables;

import io.hosu.objects.ObjectFiles;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Parquet object that is to become a file of a table where it lies.
 *
 * @param lying the object
 * @param columns its columns, with the types by which every reader of Iceberg tables reads them
 * @param misfits columns that not all of these readers read as the same values, by name: why
 * @param hasIds whether a column bears a field id
 * @param statistics what its footer says, as the engine tells of files that it wrote
 * @param folders what the folders {@code name=value} say that it lies in; empty: no value
 */
public record InPlaceFile(
    ObjectFiles.Lying lying,
    List<SqlColumn> columns,
    Map<String, String> misfits,
    boolean hasIds,
    FileStatistics statistics,
    Map<String, Optional<String>> folders) {
  public InPlaceFile {
    columns = List.copyOf(columns);
    misfits = Map.copyOf(misfits);
  }

  /** Its name, {@code LAYER/KEY}. */
  String object() {
    return lying.file().name().toString();
  }

  String location() {
    return lying.file().name().location();
  }
}
