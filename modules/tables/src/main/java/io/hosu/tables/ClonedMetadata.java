package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.SharedFiles.Sharing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestWriter;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a table that has the rows of another one's current snapshot, in the same bytes
 * under names of its own: manifests are written anew with these names, and nothing of the other
 * table's metadata is named. Columns, partitionings, sort order and properties, and the numbers of
 * commits and rows, are as there; earlier snapshots, branches and tags are not. Belongs to one
 * thread.
 */
final class ClonedMetadata {
  /** What the clone's first snapshot says of where it is from. */
  static final String SOURCE = "hosu.cloned-from";

  private final TableMetadata source;
  private final String location;
  private final ObjectFileIO io;
  private final Ids ids;
  private final Map<String, String> names = new LinkedHashMap<>();

  /**
   * A clone to be made.
   *
   * @param location where it is to lie
   * @param io to read the source with, and to write manifests
   */
  ClonedMetadata(TableMetadata source, String location, ObjectFileIO io, Ids ids) {
    this.source = source;
    this.location = location;
    this.io = io;
    this.ids = ids;
  }

  /**
   * The files of a snapshot that name other files by their place, in which they cannot be cloned.
   */
  static long positionDeletes(TableMetadata table, ObjectFileIO io) {
    Snapshot current = table.currentSnapshot();
    long count = 0;
    for (ManifestFile manifest :
        current == null ? List.<ManifestFile>of() : current.deleteManifests(io)) {
      try (var reader = ManifestFiles.readDeleteManifest(manifest, io, table.specsById())) {
        for (DeleteFile file : reader) {
          boolean named =
              file.content() == FileContent.POSITION_DELETES && file.format() != FileFormat.PUFFIN;
          count += named ? 1 : 0;
        }
      } catch (IOException e) {
        throw Planner.unreadable(manifest.path(), e);
      }
    }
    return count;
  }

  /** Writes the manifests; the metadata itself has no file yet. */
  TableMetadata write(String from) {
    Snapshot current = source.currentSnapshot();
    TableMetadata bare = bare(current);
    if (current == null) {
      return bare;
    }
    StagedTableOperations operations = new StagedTableOperations(bare, io);
    RewriteManifests update = new BaseTable(operations, location, _ -> {}).rewriteManifests();
    int number = 0;
    for (ManifestFile manifest : manifests(current)) {
      update.deleteManifest(manifest);
      if (manifest.hasAddedFiles() || manifest.hasExistingFiles()) {
        update.addManifest(new UnassignedManifest(written(manifest, number++), null));
      }
    }
    update.set(SOURCE, from).commit();
    return TableMetadata.buildFrom(operations.current())
        .removeSnapshots(List.of(current.snapshotId()))
        .discardChanges()
        .build();
  }

  /** Files with data come first: files with deletes name them. */
  private List<ManifestFile> manifests(Snapshot current) {
    List<ManifestFile> all = new ArrayList<>(current.dataManifests(io));
    all.addAll(current.deleteManifests(io));
    return all;
  }

  /** Which files the clone has, of which of the source. */
  List<Sharing> shared() {
    return names.entrySet().stream()
        .map(name ->
            new Sharing(
                ObjectName.ofLocation(name.getKey()), ObjectName.ofLocation(name.getValue())))
        .toList();
  }

  /** The source as if it lay elsewhere, and had no other snapshot than its current one. */
  private TableMetadata bare(@Nullable Snapshot current) {
    ObjectNode json = (ObjectNode) Json.parse(TableMetadataParser.toJson(source));
    json.put("table-uuid", UUID.randomUUID().toString());
    json.put("location", location);
    ArrayNode snapshots = Json.array();
    if (current != null) {
      json.path("snapshots")
          .forEach(one -> {
            if (one.path("snapshot-id").asLong() == current.snapshotId()) {
              snapshots.add(one);
            }
          });
    }
    json.set("snapshots", snapshots);
    for (String list :
        List.of("snapshot-log", "metadata-log", "statistics", "partition-statistics")) {
      json.putArray(list);
    }
    if (json.path("refs") instanceof ObjectNode refs) {
      refs.retain("main");
    }
    if (json.path("properties") instanceof ObjectNode properties) {
      properties.remove(
          List.of(
              TableProperties.WRITE_DATA_LOCATION,
              TableProperties.WRITE_METADATA_LOCATION,
              "write.object-storage.path",
              "write.folder-storage.path"));
    }
    return TableMetadataParser.fromJson(Json.print(json));
  }

  private ManifestFile written(ManifestFile manifest, int number) {
    PartitionSpec spec = Objects.requireNonNull(source.specsById().get(manifest.partitionSpecId()));
    OutputFile file =
        io.newOutputFile("%s/metadata/%s-m%d.avro".formatted(location, ids.next(), number));
    try {
      return manifest.content() == ManifestContent.DELETES
          ? deletes(manifest, spec, file)
          : data(manifest, spec, file);
    } catch (IOException e) {
      throw Planner.unreadable(manifest.path(), e);
    }
  }

  private ManifestFile data(ManifestFile manifest, PartitionSpec spec, OutputFile into)
      throws IOException {
    ManifestWriter<DataFile> writer =
        ManifestFiles.write(source.formatVersion(), spec, into, (Long) null);
    try (writer;
        var reader = ManifestFiles.read(manifest, io, source.specsById())) {
      for (DataFile file : reader) {
        DataFile own =
            DataFiles.builder(spec)
                .copy(file)
                .withPath(nameOf(file, "parquet"))
                .withFirstRowId(file.firstRowId())
                .build();
        add(writer, own, file);
      }
    }
    return writer.toManifestFile();
  }

  private ManifestFile deletes(ManifestFile manifest, PartitionSpec spec, OutputFile into)
      throws IOException {
    ManifestWriter<DeleteFile> writer =
        ManifestFiles.writeDeleteManifest(source.formatVersion(), spec, into, (Long) null);
    try (writer;
        var reader = ManifestFiles.readDeleteManifest(manifest, io, source.specsById())) {
      for (DeleteFile file : reader) {
        add(writer, own(file, spec), file);
      }
    }
    return writer.toManifestFile();
  }

  /** Iceberg's builder leaves out what only some files with deletes have. */
  private DeleteFile own(DeleteFile file, PartitionSpec spec) {
    FileMetadata.Builder own =
        FileMetadata.deleteFileBuilder(spec).copy(file).withPath(nameOf(file, "puffin"));
    if (file.content() == FileContent.EQUALITY_DELETES) {
      own.ofEqualityDeletes(file.equalityFieldIds().stream().mapToInt(Integer::intValue).toArray());
    }
    if (file.referencedDataFile() != null) {
      own.withReferencedDataFile(
          names.getOrDefault(file.referencedDataFile(), location + "/data/none"));
    }
    if (file.contentOffset() != null && file.contentSizeInBytes() != null) {
      own.withContentOffset(file.contentOffset()).withContentSizeInBytes(file.contentSizeInBytes());
    }
    return own.build();
  }

  /** What came to the source with a commit has its number: deletes hold for what came before. */
  private static <F extends ContentFile<F>> void add(ManifestWriter<F> writer, F own, F file) {
    long number = Objects.requireNonNullElse(file.dataSequenceNumber(), 0L);
    writer.existing(own, 0, number, file.fileSequenceNumber());
  }

  private String nameOf(ContentFile<?> file, String usual) {
    String was = file.location();
    int dot = was.lastIndexOf('.');
    String ending = dot > was.lastIndexOf('/') ? was.substring(dot + 1) : usual;
    return names.computeIfAbsent(was, _ -> "%s/data/%s.%s".formatted(location, ids.next(), ending));
  }
}
