package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateRequirements;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.TypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * An engine outside of the lake, as Iceberg's own writers and commits make it, without a network.
 */
final class OutsideEngine implements AutoCloseable {
  private final TestLake lake;
  private final FilePaths paths;
  private final StagedFiles staged;

  OutsideEngine(TestLake lake) {
    this.lake = lake;
    this.paths = new FilePaths(lake.files);
    this.staged = new StagedFiles(lake.blobs, lake.ids);
  }

  Table create(TableName name, Schema schema, PartitionSpec spec, Map<String, String> properties) {
    TableMetadata draft =
        lake.tables
            .open()
            .draft(name, schema, spec, SortOrder.unsorted(), Optional.empty(), properties);
    publish(OpenCatalog.creation(name, draft));
    return load(name);
  }

  Table load(TableName name) {
    return new BaseTable(new Operations(name), name.toString(), _ -> {});
  }

  /** A file with these rows, which are all of one partition. */
  DataFile data(Table table, PartitionSpec spec, List<Record> rows) {
    try {
      DataWriter<Record> writer =
          writers(table)
              .build()
              .newDataWriter(output(table, ".parquet"), spec, partition(spec, rows.getFirst()));
      try (writer) {
        rows.forEach(writer::write);
      }
      return writer.toDataFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that deletes rows of one or more files of a partition by their places. */
  DeleteFile positions(Table table, DataFile like, Map<String, List<Long>> places) {
    try {
      PositionDeleteWriter<Record> writer =
          writers(table)
              .build()
              .newPositionDeleteWriter(
                  output(table, "-deletes.parquet"),
                  table.specs().get(like.specId()),
                  like.partition());
      try (writer) {
        PositionDelete<Record> delete = PositionDelete.create();
        places.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(file ->
                file.getValue().stream()
                    .sorted()
                    .forEach(place -> writer.write(delete.set(file.getKey(), place))));
      }
      return writer.toDeleteFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that deletes rows by the values of the columns that {@code rows} have. */
  DeleteFile equality(
      Table table, PartitionSpec spec, @Nullable StructLike partition, List<Record> rows) {
    Schema schema = new Schema(rows.getFirst().struct().fields());
    int[] ids =
        TypeUtil.indexById(schema.asStruct()).values().stream()
            .filter(field -> field.type().isPrimitiveType())
            .mapToInt(field -> field.fieldId())
            .toArray();
    try {
      EqualityDeleteWriter<Record> writer =
          writers(table)
              .equalityFieldIds(ids)
              .equalityDeleteRowSchema(schema)
              .build()
              .newEqualityDeleteWriter(output(table, "-deletes.parquet"), spec, partition);
      try (writer) {
        rows.forEach(writer::write);
      }
      return writer.toDeleteFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds vectors that delete rows by their places, in place of what named rows of the files. */
  void vectors(Table table, RowDelta delta, List<PlannedFile> files, List<List<Long>> places) {
    Map<String, PlannedFile> byLocation = new HashMap<>();
    files.forEach(file -> byLocation.put(file.file().location(), file));
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build(),
            location -> before(table, Objects.requireNonNull(byLocation.get(location))));
    try (writer) {
      for (int i = 0; i < files.size(); i++) {
        DataFile file = files.get(i).file();
        for (long place : places.get(i)) {
          PartitionSpec spec = table.specs().get(file.specId());
          writer.delete(file.location(), place, spec, file.partition());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writer.result().deleteFiles().forEach(delta::addDeletes);
    writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
  }

  private static PositionDeleteIndex before(Table table, PlannedFile file) {
    List<DeleteFile> before =
        file.deletes().positions().stream().map(RowDeletes.Part::file).toList();
    return before.isEmpty()
        ? PositionDeleteIndex.empty()
        : new BaseDeleteLoader(delete -> table.io().newInputFile(delete.location()))
            .loadPositionDeletes(before, file.file().location());
  }

  static @Nullable StructLike partition(PartitionSpec spec, Record row) {
    if (spec.isUnpartitioned()) {
      return null;
    }
    PartitionKey key = new PartitionKey(spec, new Schema(row.struct().fields()));
    key.partition(row);
    return key;
  }

  private static GenericFileWriterFactory.Builder writers(Table table) {
    return new GenericFileWriterFactory.Builder(table)
        .dataFileFormat(FileFormat.PARQUET)
        .deleteFileFormat(FileFormat.PARQUET)
        .dataSchema(table.schema());
  }

  private static EncryptedOutputFile output(Table table, String ending) {
    String place = table.locationProvider().newDataLocation(UUID.randomUUID() + ending);
    return EncryptedFiles.plainAsEncryptedOutput(table.io().newOutputFile(place));
  }

  private void publish(TableUpdate update) {
    try (PreparedUpdates prepared =
        lake.tables.open().prepare(CommitContext.of("outside"), List.of(update))) {
      lake.database.write(tx -> {
        prepared.publish(tx);
        return true;
      });
    }
  }

  @Override
  public void close() {
    staged.close();
  }

  private final class Operations implements TableOperations {
    private final TableName name;
    private TableMetadata current;

    Operations(TableName name) {
      this.name = name;
      this.current = lake.tables.require(name).metadata();
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
      List<io.hosu.objects.ObjectFiles.NewFile> arrived = staged.adopt();
      lake.database.write(tx -> {
        lake.files.register(tx, arrived);
        return true;
      });
      publish(
          new TableUpdate(
              name, UpdateRequirements.forUpdateTable(base, changed.changes()), changed.changes()));
      refresh();
    }

    @Override
    public FileIO io() {
      return new ObjectFileIO(paths, staged);
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
}
