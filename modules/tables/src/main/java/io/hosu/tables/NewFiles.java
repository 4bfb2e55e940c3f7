package io.hosu.tables;

import io.hosu.objects.ObjectFiles;
import java.util.List;
import org.apache.iceberg.DataFile;

/** Data files of a table that are durable, and that nobody sees before they are published. */
public final class NewFiles {
  private final List<DataFile> dataFiles;
  private final List<ObjectFiles.NewFile> objects;

  NewFiles(List<DataFile> dataFiles, List<ObjectFiles.NewFile> objects) {
    this.dataFiles = List.copyOf(dataFiles);
    this.objects = List.copyOf(objects);
  }

  /** How many rows they hold. */
  public long rows() {
    return dataFiles.stream().mapToLong(DataFile::recordCount).sum();
  }

  /** Where they are: {@code s3://LAYER/KEY}. */
  public List<String> locations() {
    return dataFiles.stream().map(DataFile::location).toList();
  }

  List<DataFile> dataFiles() {
    return dataFiles;
  }

  List<ObjectFiles.NewFile> objects() {
    return objects;
  }
}
