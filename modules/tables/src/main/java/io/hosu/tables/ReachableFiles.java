package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Interner;
import io.hosu.kernel.ObjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * The files that the metadata of a table names. Lists and manifests never change, so what they name
 * is remembered. May be used from any thread.
 */
final class ReachableFiles {
  private static final int REMEMBERED = 500_000;

  private final FileIO io;
  private final Interner<ManifestFile> same = Interner.newWeakInterner();
  private final Cache<String, List<ManifestFile>> lists = cache();
  private final Cache<String, List<String>> named = cache();

  ReachableFiles(FileIO io) {
    this.io = io;
  }

  private static <T> Cache<String, List<T>> cache() {
    return Caffeine.newBuilder()
        .maximumWeight(REMEMBERED)
        .weigher((String _, List<T> files) -> 1 + files.size())
        .build();
  }

  /**
   * The files that only the snapshots and statistics name which {@code before} has and {@code
   * after} has no more: manifest lists, manifests, data files and delete files.
   */
  Set<String> lost(TableMetadata before, TableMetadata after) {
    Set<String> lost = SnapshotContent.statistics(before);
    lost.removeAll(SnapshotContent.statistics(after));
    List<Snapshot> over =
        before.snapshots().stream()
            .filter(snapshot -> after.snapshot(snapshot.snapshotId()) == null)
            .toList();
    if (over.isEmpty()) {
      return lost;
    }
    Set<ManifestFile> kept = manifests(after.snapshots());
    Set<ManifestFile> gone = manifests(over);
    gone.removeAll(kept);
    over.forEach(snapshot -> lost.add(snapshot.manifestListLocation()));
    gone.forEach(manifest -> lost.add(manifest.path()));
    lost.addAll(unneeded(gone, kept, after, before.specsById()));
    return lost;
  }

  /** All files that the metadata names: itself, what it was before, and what snapshots need. */
  Set<String> all(TableMetadata table) {
    Set<String> all = SnapshotContent.statistics(table);
    all.add(table.metadataFileLocation());
    table.previousFiles().forEach(earlier -> all.add(earlier.file()));
    table.snapshots().forEach(snapshot -> all.add(snapshot.manifestListLocation()));
    for (ManifestFile manifest : manifests(table.snapshots())) {
      all.add(manifest.path());
      all.addAll(files(manifest, table.specsById()));
    }
    return all;
  }

  /** The files that are live in {@code gone} and nowhere in {@code kept}. */
  private Set<String> unneeded(
      Set<ManifestFile> gone,
      Set<ManifestFile> kept,
      TableMetadata after,
      Map<Integer, PartitionSpec> specs) {
    Set<String> files = new HashSet<>();
    gone.forEach(manifest -> files.addAll(files(manifest, specs)));
    Snapshot current = after.currentSnapshot();
    // The current snapshot first: it holds most of what is still needed.
    Set<ManifestFile> inOrder =
        current == null ? new LinkedHashSet<>() : manifests(List.of(current));
    inOrder.addAll(kept);
    for (ManifestFile manifest : inOrder) {
      if (files.isEmpty()) {
        break;
      }
      files(manifest, specs).forEach(files::remove);
    }
    return files;
  }

  /** The objects at these locations. */
  static List<ObjectName> names(Set<String> locations) {
    return locations.stream().map(ObjectName::ofLocation).toList();
  }

  private Set<ManifestFile> manifests(Collection<Snapshot> snapshots) {
    Set<ManifestFile> all = new LinkedHashSet<>();
    for (Snapshot snapshot : snapshots) {
      all.addAll(lists.get(snapshot.manifestListLocation(), _ -> read(snapshot)));
    }
    return all;
  }

  /** A snapshot remembers its manifests for itself, which of thousands takes too much memory. */
  private List<ManifestFile> read(Snapshot snapshot) {
    return SnapshotParser.fromJson(SnapshotParser.toJson(snapshot)).allManifests(io).stream()
        .map(same::intern)
        .toList();
  }

  /** The files that are live in a manifest. */
  private List<String> files(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    return named.get(manifest.path(), _ -> read(manifest, specs));
  }

  private List<String> read(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    List<String> files = new ArrayList<>();
    try (ManifestReader<?> reader =
        manifest.content() == ManifestContent.DELETES
            ? ManifestFiles.readDeleteManifest(manifest, io, specs)
            : ManifestFiles.read(manifest, io, specs)) {
      for (ContentFile<?> file : reader) {
        files.add(file.location());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
