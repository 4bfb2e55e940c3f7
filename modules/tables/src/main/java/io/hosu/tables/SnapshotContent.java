package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.TableUpdate.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
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
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * What really is in snapshots that an engine outside has made: their files, all there and of the
 * length that they are said to have, and which of them came and went. What the engine calls the
 * operation is not asked. Belongs to one thread.
 */
final class SnapshotContent {
  private final ArrivedFiles files;
  private final FileIO published;
  private final @Nullable TableMetadata before;
  private final Map<Integer, PartitionSpec> specs;

  /**
   * Snapshots that came to a table.
   *
   * @param published where the files of snapshots lie that there were {@code before}
   */
  SnapshotContent(
      ArrivedFiles files,
      FileIO published,
      @Nullable TableMetadata before,
      TableMetadata metadata) {
    this.files = files;
    this.published = published;
    this.before = before;
    this.specs = metadata.specsById();
  }

  /** A file within a table: its location, and for what it shares a file with, its place there. */
  private record Entry(String location, @Nullable Long offset, boolean deletes, long length) {}

  /** What a manifest says of a file. */
  private record Said(long length, FileFormat format, long rows) {}

  /** Manifests with what is in each. */
  private record Content(Map<ManifestFile, Set<Entry>> manifests) {
    Set<Entry> entries() {
      return manifests.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }
  }

  /** The manifests that came with a snapshot, and the files that came and went. */
  private record Difference(Content come, Set<Entry> came, Set<Entry> went) {
    Set<Effect> effects() {
      EnumSet<Effect> effects = EnumSet.noneOf(Effect.class);
      came.forEach(it -> effects.add(it.deletes() ? Effect.REMOVES_ROWS : Effect.ADDS_ROWS));
      went.forEach(it -> effects.add(it.deletes() ? Effect.ADDS_ROWS : Effect.REMOVES_ROWS));
      return effects;
    }
  }

  /**
   * The data files that a snapshot appends.
   *
   * @param manifests those that can be taken over whole; none when {@code files} says it all
   * @param files one by one, where the engine mixed them with others
   * @param written all manifests that came with the snapshot
   */
  record Appended(
      List<ManifestFile> manifests, List<DataFile> files, long bytes, Set<String> written) {}

  /**
   * What a snapshot does to the rows of the one before it; empty when it does nothing.
   *
   * @param parent null when there is none before it
   * @throws Invalid when a file of it is not there, lies elsewhere, or is not what it is said to be
   */
  Set<Effect> effects(Snapshot snapshot, @Nullable Snapshot parent) {
    return reading(snapshot, () -> difference(snapshot, parent).effects());
  }

  /**
   * What a snapshot appends to the one before it; nothing when it does more than that.
   *
   * @throws Invalid as {@link #effects} does
   */
  Optional<Appended> appended(Snapshot snapshot, @Nullable Snapshot parent) {
    return reading(
        snapshot,
        () -> {
          Difference difference = difference(snapshot, parent);
          return difference.effects().equals(Set.of(Effect.ADDS_ROWS))
                  && difference.went().isEmpty()
              ? Optional.of(appended(snapshot, difference))
              : Optional.empty();
        });
  }

  private Appended appended(Snapshot snapshot, Difference difference) {
    Set<Entry> came = difference.came();
    Map<ManifestFile, Set<Entry>> manifests = difference.come().manifests();
    List<ManifestFile> some =
        manifests.entrySet().stream()
            .filter(one -> one.getValue().stream().anyMatch(came::contains))
            .map(Map.Entry::getKey)
            .toList();
    boolean whole =
        some.stream()
            .allMatch(one -> isWhole(snapshot, one) && came.containsAll(manifests.get(one)));
    return new Appended(
        whole ? some : List.of(),
        whole ? List.of() : some.stream().flatMap(one -> files(one, came).stream()).toList(),
        came.stream().mapToLong(Entry::length).sum(),
        manifests.keySet().stream().map(ManifestFile::path).collect(Collectors.toSet()));
  }

  private static boolean isWhole(Snapshot snapshot, ManifestFile manifest) {
    return Objects.equals(manifest.snapshotId(), snapshot.snapshotId())
        && manifest.keyMetadata() == null
        && !manifest.hasExistingFiles()
        && !manifest.hasDeletedFiles();
  }

  private List<DataFile> files(ManifestFile manifest, Set<Entry> which) {
    List<DataFile> some = new ArrayList<>();
    ManifestFile fresh = new UnassignedManifest(manifest, manifest.snapshotId());
    try (ManifestReader<DataFile> reader = ManifestFiles.read(fresh, files, specs)) {
      for (DataFile file : reader) {
        if (which.contains(entry(file, false))) {
          some.add(file.copy());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return some;
  }

  private static <T> T reading(Snapshot snapshot, Supplier<T> work) {
    try {
      return work.get();
    } catch (AvroRuntimeException
        | RuntimeIOException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw wrong(
          "The files of snapshot %d cannot be read: %s."
              .formatted(snapshot.snapshotId(), e.getMessage()));
    }
  }

  private Difference difference(Snapshot snapshot, @Nullable Snapshot parent) {
    Map<String, ManifestFile> earlier = parent == null ? Map.of() : parents(parent);
    Map<String, ManifestFile> later = manifests(snapshot, earlier);
    Content come = content(without(later, earlier.keySet()));
    requireRowIds(
        snapshot,
        later.values().stream().filter(it -> isUnnumbered(earlier.get(it.path()))).toList());
    Set<Entry> came = come.entries();
    Set<Entry> went = content(without(earlier, later.keySet())).entries();
    Set<Entry> both = new HashSet<>(came);
    both.retainAll(went);
    came.removeAll(both);
    went.removeAll(both);
    return new Difference(come, came, went);
  }

  private static List<ManifestFile> without(Map<String, ManifestFile> some, Set<String> paths) {
    return some.entrySet().stream()
        .filter(entry -> !paths.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Those of a snapshot that the table had before were looked at when they came. */
  private Map<String, ManifestFile> parents(Snapshot parent) {
    return before != null && before.snapshot(parent.snapshotId()) != null
        ? byPath(parent.allManifests(published))
        : manifests(parent, Map.of());
  }

  private Map<String, ManifestFile> manifests(Snapshot snapshot, Map<String, ManifestFile> known) {
    if (snapshot.manifestListLocation() == null) {
      throw wrong("Snapshot %d has no manifest list.".formatted(snapshot.snapshotId()));
    }
    files.require(List.of(snapshot.manifestListLocation()));
    Map<String, ManifestFile> manifests = byPath(snapshot.allManifests(files));
    Map<String, Long> unknown = new HashMap<>();
    manifests.forEach((path, manifest) -> {
      ManifestFile same = known.get(path);
      if (same == null || same.length() != manifest.length()) {
        unknown.put(path, manifest.length());
      } else {
        requireSame(same, manifest);
      }
    });
    Map<String, Long> sizes = files.require(unknown.keySet());
    unknown.forEach((path, length) -> requireSize(path, length, sizes));
    return manifests;
  }

  private static Map<String, ManifestFile> byPath(List<ManifestFile> manifests) {
    Map<String, ManifestFile> byPath = new HashMap<>();
    manifests.forEach(manifest -> byPath.put(manifest.path(), manifest));
    return byPath;
  }

  private Content content(List<ManifestFile> manifests) {
    Map<ManifestFile, Set<Entry>> content = new LinkedHashMap<>();
    Map<String, Said> said = new HashMap<>();
    for (ManifestFile manifest : manifests) {
      content.put(manifest, read(manifest, said));
    }
    Map<String, Long> sizes = files.require(said.keySet());
    said.forEach((path, file) -> requireSize(path, file.length(), sizes));
    said.forEach(this::requireFooter);
    return new Content(content);
  }

  private Set<Entry> read(ManifestFile manifest, Map<String, Said> said) {
    boolean deletes = manifest.content() == ManifestContent.DELETES;
    Set<Entry> entries = new HashSet<>();
    long rows = 0;
    try (ManifestReader<?> reader =
        deletes
            ? ManifestFiles.readDeleteManifest(manifest, files, specs)
            : ManifestFiles.read(manifest, files, specs)) {
      for (ContentFile<?> file : reader) {
        requireFormat(file);
        rows = Math.addExact(rows, file.recordCount());
        entries.add(entry(file, deletes));
        said.put(
            file.location(), new Said(file.fileSizeInBytes(), file.format(), file.recordCount()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!deletes && rows(manifest) != rows) {
      throw wrong(
          "%s has files with %d rows; the commit says %d."
              .formatted(manifest.path(), rows, rows(manifest)));
    }
    return entries;
  }

  /** How many rows the files of a manifest are said to have. */
  private static long rows(ManifestFile manifest) {
    Long added = manifest.addedRowsCount();
    Long existing = manifest.existingRowsCount();
    return Math.addExact(added == null ? 0 : added, existing == null ? 0 : existing);
  }

  /** Rows get ids when they come, and those that were there when the table first has ids. */
  private static boolean isUnnumbered(@Nullable ManifestFile before) {
    return before == null || before.firstRowId() == null;
  }

  /** What had no row ids before gets them from those that the snapshot takes. */
  private static void requireRowIds(Snapshot snapshot, List<ManifestFile> come) {
    Long first = snapshot.firstRowId();
    Long most = snapshot.addedRows();
    if (first == null || most == null) {
      return;
    }
    long rows = 0;
    for (ManifestFile manifest : come) {
      if (manifest.content() == ManifestContent.DATA) {
        rows = Math.addExact(rows, rows(manifest));
        Long own = manifest.firstRowId();
        if (own != null
            && (own < 0
                || Math.addExact(own, rows(manifest)) > Math.addExact(first.longValue(), most))) {
          throw wrong(
              "%s has the first-row-id %d, with which its rows are beyond those of snapshot %d."
                  .formatted(manifest.path(), own, snapshot.snapshotId()));
        }
      }
    }
    if (most > rows) {
      throw wrong(
          "Snapshot %d says added-rows %d, and numbers files of %d rows."
              .formatted(snapshot.snapshotId(), most, rows));
    }
  }

  private static Entry entry(ContentFile<?> file, boolean deletes) {
    Long offset = file instanceof DeleteFile delete ? delete.contentOffset() : null;
    return new Entry(file.location(), offset, deletes, file.fileSizeInBytes());
  }

  /** Of a manifest that was there before, the list says what it said before. */
  private static void requireSame(ManifestFile was, ManifestFile is) {
    boolean same =
        was.content() == is.content()
            && was.partitionSpecId() == is.partitionSpecId()
            && was.sequenceNumber() == is.sequenceNumber()
            && was.minSequenceNumber() == is.minSequenceNumber()
            && (was.firstRowId() == null || was.firstRowId().equals(is.firstRowId()));
    if (!same) {
      throw wrong("The list of a snapshot says of %s what it is not.".formatted(is.path()));
    }
  }

  /** Who wrote it may have written anything; what the table had before was looked at then. */
  private void requireFooter(String path, Said said) {
    files
        .replaceable(path)
        .flatMap(own -> ArrivedFooters.fault(own.path(), said.format(), said.rows()))
        .ifPresent(fault -> {
          throw wrong("%s %s.".formatted(path, fault));
        });
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
