package io.hosu.pipelines;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PlannedFile;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.TableUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateRequirements;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.io.PositionOutputStream;

/** Deletes rows beside the files of a table, as engines outside do with Iceberg's own classes. */
final class OutsideVectors implements TableOperations {
  private final Lake lake;
  private final TableName name;
  private final Map<String, Path> written = new LinkedHashMap<>();

  private OutsideVectors(Lake lake, TableName name) {
    this.lake = lake;
    this.name = name;
  }

  /** Deletes the first row of each of these files, by vectors of format 3. */
  static void deleteFirstOf(Lake lake, TableName name, List<PlannedFile> files) throws IOException {
    Table table = new BaseTable(new OutsideVectors(lake, name), name.toString(), _ -> {});
    table.updateProperties().set("format-version", "3").commit();
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build(),
            _ -> PositionDeleteIndex.empty());
    try (writer) {
      for (PlannedFile file : files) {
        writer.delete(file.file().location(), 0, table.spec(), file.file().partition());
      }
    }
    RowDelta delta = table.newRowDelta();
    writer.result().deleteFiles().forEach(delta::addDeletes);
    delta.commit();
  }

  @Override
  public TableMetadata current() {
    return lake.tables.require(name).metadata();
  }

  @Override
  public TableMetadata refresh() {
    return current();
  }

  @Override
  public void commit(TableMetadata base, TableMetadata changed) {
    TableUpdate update =
        new TableUpdate(
            name, UpdateRequirements.forUpdateTable(base, changed.changes()), changed.changes());
    lake.database.perform(tx -> written.forEach((location, path) -> adopt(tx, location, path)));
    written.clear();
    try (PreparedUpdates prepared =
        lake.tables.open().prepare(CommitContext.of("outside"), List.of(update))) {
      lake.database.perform(prepared::publish);
    }
  }

  private void adopt(Transaction tx, String location, Path path) {
    try {
      long size = Files.size(path);
      ObjectName object = ObjectName.ofLocation(location);
      lake.files.register(
          tx, List.of(new ObjectFiles.NewFile(object, lake.blobs.adopt(path), size)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileIO io() {
    return new FileIO() {
      @Override
      public InputFile newInputFile(String location) {
        Path path = written.get(location);
        return org.apache.iceberg.Files.localInput(
            (path == null
                    ? lake.files.resolve(ObjectName.ofLocation(location)).orElseThrow().path()
                    : path)
                .toFile());
      }

      @Override
      public synchronized OutputFile newOutputFile(String location) {
        Path path = lake.blobs.staging().resolve(lake.ids.next());
        written.put(location, path);
        OutputFile local = org.apache.iceberg.Files.localOutput(path.toFile());
        return new Named(location, local);
      }

      @Override
      public void deleteFile(String location) {
        written.remove(location);
      }
    };
  }

  /** Writes into a file of this machine what is known by its location. */
  private record Named(String location, OutputFile local) implements OutputFile {
    @Override
    public PositionOutputStream create() {
      return local.create();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      return local.createOrOverwrite();
    }

    @Override
    public InputFile toInputFile() {
      return local.toInputFile();
    }
  }

  @Override
  public String metadataFileLocation(String file) {
    return current().location() + "/metadata/" + file;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(current().location(), current().properties());
  }
}
