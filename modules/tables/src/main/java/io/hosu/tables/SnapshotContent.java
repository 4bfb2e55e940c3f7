package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.TableUpdate.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.jspecify.annotations.Nullable;

/**
 * What really is in snapshots that an engine outside has made: their files, all there and of the
 * length that they are said to have, and which of them came and went. What the engine calls the
 * operation is not asked. Belongs to one thread.
 */
final class SnapshotContent {
  private final ArrivedFiles files;
  private final Map<Integer, PartitionSpec> specs;

  SnapshotContent(ArrivedFiles files, TableMetadata metadata) {
    this.files = files;
    this.specs = metadata.specsById();
  }

  /** A file within a table: its location, and for what it shares a file with, its place there. */
  private record Entry(String location, @Nullable Long offset, boolean deletes) {}

  /**
   * What a snapshot does to the rows of the one before it; empty when it does nothing.
   *
   * @param parent null when there is none before it
   * @throws Invalid when a file of it is not there, lies elsewhere, or is not what it is said to be
   */
  Set<Effect> effects(Snapshot snapshot, @Nullable Snapshot parent) {
    try {
      return difference(snapshot, parent);
    } catch (AvroRuntimeException | RuntimeIOException | IllegalArgumentException e) {
      throw wrong(
          "The files of snapshot %d cannot be read: %s."
              .formatted(snapshot.snapshotId(), e.getMessage()));
    }
  }

  private Set<Effect> difference(Snapshot snapshot, @Nullable Snapshot parent) {
    Map<String, ManifestFile> after = manifests(snapshot);
    Map<String, ManifestFile> before = parent == null ? Map.of() : manifests(parent);
    Set<Entry> came = entries(without(after, before.keySet()));
    Set<Entry> went = entries(without(before, after.keySet()));
    Set<Entry> both = new HashSet<>(came);
    both.retainAll(went);
    came.removeAll(both);
    went.removeAll(both);
    EnumSet<Effect> effects = EnumSet.noneOf(Effect.class);
    came.forEach(it -> effects.add(it.deletes() ? Effect.REMOVES_ROWS : Effect.ADDS_ROWS));
    went.forEach(it -> effects.add(it.deletes() ? Effect.ADDS_ROWS : Effect.REMOVES_ROWS));
    return effects;
  }

  private static List<ManifestFile> without(Map<String, ManifestFile> some, Set<String> paths) {
    return some.entrySet().stream()
        .filter(entry -> !paths.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private Map<String, ManifestFile> manifests(Snapshot snapshot) {
    if (snapshot.manifestListLocation() == null) {
      throw wrong("Snapshot %d has no manifest list.".formatted(snapshot.snapshotId()));
    }
    files.require(List.of(snapshot.manifestListLocation()));
    Map<String, ManifestFile> manifests = new HashMap<>();
    for (ManifestFile manifest : snapshot.allManifests(files)) {
      manifests.put(manifest.path(), manifest);
    }
    Map<String, Long> sizes = files.require(manifests.keySet());
    manifests.forEach((path, manifest) -> requireSize(path, manifest.length(), sizes));
    return manifests;
  }

  private Set<Entry> entries(List<ManifestFile> manifests) {
    Set<Entry> entries = new HashSet<>();
    Map<String, Long> lengths = new HashMap<>();
    for (ManifestFile manifest : manifests) {
      read(manifest, entries, lengths);
    }
    Map<String, Long> sizes = files.require(lengths.keySet());
    lengths.forEach((path, length) -> requireSize(path, length, sizes));
    return entries;
  }

  private void read(ManifestFile manifest, Set<Entry> entries, Map<String, Long> lengths) {
    boolean deletes = manifest.content() == ManifestContent.DELETES;
    try (ManifestReader<?> reader =
        deletes
            ? ManifestFiles.readDeleteManifest(manifest, files, specs)
            : ManifestFiles.read(manifest, files, specs)) {
      for (ContentFile<?> file : reader) {
        requireFormat(file);
        Long offset = file instanceof DeleteFile delete ? delete.contentOffset() : null;
        entries.add(new Entry(file.location(), offset, deletes));
        lengths.put(file.location(), file.fileSizeInBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireFormat(ContentFile<?> file) {
    if (file.format() != FileFormat.PARQUET && file.format() != FileFormat.PUFFIN) {
      throw wrong(
          "%s is written as %s, which the SQL of the lake cannot read."
              .formatted(file.location(), file.format()));
    }
  }

  private static void requireSize(String path, long said, Map<String, Long> sizes) {
    Long size = sizes.get(path);
    if (size == null || size != said) {
      throw wrong("%s has %s bytes; the commit says %d.".formatted(path, size, said));
    }
  }

  private static Invalid wrong(String what) {
    return new Invalid(
        TablesError.COMMIT_INVALID,
        what,
        "Write Parquet (write.format.default=parquet), each file once and whole, under a new"
            + " name.");
  }

  /** The statistics files of a table, which are files of it like any other. */
  static Set<String> statistics(TableMetadata metadata) {
    Set<String> paths =
        metadata.statisticsFiles().stream().map(file -> file.path()).collect(Collectors.toSet());
    metadata.partitionStatisticsFiles().forEach(file -> paths.add(file.path()));
    return paths;
  }
}
