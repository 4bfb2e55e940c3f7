package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.tables.RowDeletes.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The row-level deletes of snapshots. Manifests never change, so what they list is remembered. May
 * be used from any thread.
 */
final class DeleteManifests {
  /** What an entry takes in memory, with the bounds of the few columns that it has. */
  private static final int BYTES_PER_FILE = 1_500;

  private final FilePaths paths;
  private final ObjectFileIO io;
  private final Cache<String, List<Part>> known;

  DeleteManifests(FilePaths paths, ObjectFileIO io, TablesConfig config) {
    this.paths = paths;
    this.io = io;
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(config.planCacheBytes() / 4)
            .weigher((String _, List<Part> parts) ->
                Math.multiplyExact(BYTES_PER_FILE, parts.size() + 1))
            .build();
  }

  /** The manifests of the snapshot that list deletes. */
  List<ManifestFile> of(Snapshot snapshot) {
    return snapshot.deleteManifests(io).stream()
        .filter(manifest -> manifest.hasAddedFiles() || manifest.hasExistingFiles())
        .toList();
  }

  /**
   * Which deletes apply to which data files.
   *
   * @param manifests what {@link #of} gave of one snapshot
   * @throws Invalid {@link TablesError#DELETES_UNSUPPORTED}
   * @throws Unavailable {@link TablesError#FILE_UNREADABLE}
   */
  DeleteIndex index(LakeTable table, List<ManifestFile> manifests) {
    TableMetadata metadata = table.metadata();
    List<Part> parts = new ArrayList<>();
    for (ManifestFile manifest : manifests) {
      parts.addAll(known.get(manifest.path(), _ -> read(table, manifest, metadata.specsById())));
    }
    return new DeleteIndex(metadata.specsById(), parts);
  }

  private List<Part> read(
      LakeTable table, ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    List<DeleteFile> files = new ArrayList<>();
    try (CloseableIterable<DeleteFile> reader =
        ManifestFiles.readDeleteManifest(manifest, io, specs)) {
      reader.forEach(file -> files.add(file.copy()));
    } catch (IOException e) {
      throw Planner.unreadable(manifest.path(), e);
    }
    files.forEach(file -> requireReadable(table, file));
    Map<String, Path> found =
        paths.findAll(files.stream().map(DeleteFile::location).distinct().toList());
    return files.stream()
        .map(file -> new Part(file, Planner.require(found, file.location()), 0))
        .toList();
  }

  private static void requireReadable(LakeTable table, DeleteFile file) {
    if (file.format() != FileFormat.PARQUET && file.format() != FileFormat.PUFFIN) {
      throw new Invalid(
          TablesError.DELETES_UNSUPPORTED,
          "Table %s has deletes in the file %s, which is written as %s."
              .formatted(table.name(), file.location(), file.format()),
          "Have the engine that wrote it rewrite the table's data files, and set"
              + " write.delete.format.default=parquet.");
    }
  }
}
