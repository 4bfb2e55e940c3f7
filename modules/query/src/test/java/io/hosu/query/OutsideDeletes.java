package io.hosu.query;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PlannedFile;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.TableUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
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

/** Commits deletes to a table as an engine outside of the lake does, with Iceberg's own classes. */
final class OutsideDeletes implements TableOperations {
  private final QueryLake lake;
  private final TableName name;
  private final Map<String, Path> written = new LinkedHashMap<>();
  private TableMetadata current;

  OutsideDeletes(QueryLake lake, TableName name) {
    this.lake = lake;
    this.name = name;
    this.current = lake.tables.require(name).metadata();
  }

  Table table() {
    return new BaseTable(this, name.toString(), _ -> {});
  }

  /** Deletes by vectors, as format version 3 has them, the rows at these places of every file. */
  void byVector(long... places) {
    Table table = table();
    table.updateProperties().set("format-version", "3").commit();
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build(),
            _ -> PositionDeleteIndex.empty());
    try (writer) {
      for (PlannedFile file : lake.tables.plan(name).files()) {
        DataFile data = file.file();
        for (long place : places) {
          writer.delete(data.location(), place, table.spec(), data.partition());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RowDelta delta = table.newRowDelta();
    for (DeleteFile file : writer.result().deleteFiles()) {
      delta.addDeletes(file);
    }
    delta.commit();
  }

  @Override
  public TableMetadata current() {
    return current;
  }

  @Override
  public TableMetadata refresh() {
    current = lake.tables.require(name).metadata();
    return current;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata changed) {
    register();
    TableUpdate update =
        new TableUpdate(
            name, UpdateRequirements.forUpdateTable(base, changed.changes()), changed.changes());
    try (PreparedUpdates prepared =
        lake.tables.open().prepare(CommitContext.of("outside"), List.of(update))) {
      lake.database.perform(prepared::publish);
    }
    refresh();
  }

  /** Makes what was written objects of the lake. */
  private void register() {
    try {
      List<ObjectFiles.NewFile> files = new ArrayList<>();
      for (Map.Entry<String, Path> file : written.entrySet()) {
        long size = Files.size(file.getValue());
        files.add(
            new ObjectFiles.NewFile(
                ObjectName.ofLocation(file.getKey()), lake.blobs.adopt(file.getValue()), size));
      }
      written.clear();
      lake.database.perform(tx -> lake.files.register(tx, files));
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
      public OutputFile newOutputFile(String location) {
        return new Output(location);
      }

      @Override
      public void deleteFile(String location) {
        written.remove(location);
      }
    };
  }

  private final class Output implements OutputFile {
    private final String location;

    Output(String location) {
      this.location = location;
    }

    @Override
    public PositionOutputStream create() {
      Path path = lake.blobs.staging().resolve(lake.ids.next());
      synchronized (written) {
        written.put(location, path);
      }
      return org.apache.iceberg.Files.localOutput(path.toFile()).create();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      return create();
    }

    @Override
    public String location() {
      return location;
    }

    @Override
    public InputFile toInputFile() {
      return io().newInputFile(location);
    }
  }

  @Override
  public String metadataFileLocation(String file) {
    return current.location() + "/metadata/" + file;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(current.location(), current.properties());
  }
}
