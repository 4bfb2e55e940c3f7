package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMapping;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a snapshot. Reading a manifest costs milliseconds whatever it holds, and
 * manifests never change, so their decoded files are remembered. May be used from any thread.
 */
final class Planner {
  /** What a data file's entry takes in memory, and each column's metrics more (measured). */
  private static final int BYTES_PER_FILE = 500;

  private static final int BYTES_PER_COLUMN = 450;

  private final FilePaths paths;
  private final ObjectFileIO io;
  private final DeleteManifests deletes;
  private final Cache<Key, List<PlannedFile>> manifests;
  private final Cache<Path, PhysicalColumn> physical =
      Caffeine.newBuilder().maximumSize(20_000).build();

  Planner(FilePaths paths, ObjectFileIO io, TablesConfig config) {
    this.paths = paths;
    this.io = io;
    this.deletes = new DeleteManifests(paths, io, config);
    this.manifests =
        Caffeine.newBuilder()
            .maximumWeight(config.planCacheBytes())
            .weigher((Key _, List<PlannedFile> files) -> weight(files))
            .build();
  }

  /**
   * A manifest, which never changes, with what the list that names it says of its rows: a table of
   * format 2 has no numbers for them, and gives them when it is of format 3.
   */
  private record Key(String path, @Nullable Long firstRowId) {
    static Key of(ManifestFile manifest) {
      return new Key(manifest.path(), manifest.firstRowId());
    }
  }

  /** All files of the current snapshot. */
  ScanPlan plan(LakeTable table) {
    Snapshot snapshot = table.metadata().currentSnapshot();
    return plan(table, snapshot, table.metadata().schema());
  }

  /** All files of an earlier snapshot, with the columns that the table had then. */
  ScanPlan planAt(LakeTable table, long id) {
    TableMetadata metadata = table.metadata();
    Snapshot snapshot = metadata.snapshot(id);
    if (snapshot == null) {
      throw TableRefs.noSnapshot(table.name(), id);
    }
    Integer schemaId = snapshot.schemaId();
    Schema then = schemaId == null ? null : metadata.schemasById().get(schemaId);
    return plan(table, snapshot, then == null ? metadata.schema() : then);
  }

  /**
   * All files of a branch, with the columns that the table has now, or of a tag, with those that it
   * had then.
   *
   * @throws NotFound {@link TablesError#REF_NOT_FOUND}
   */
  ScanPlan planAt(LakeTable table, String ref) {
    SnapshotRef named = TableRefs.require(table.name(), table.metadata(), ref);
    return named.isTag()
        ? planAt(table, named.snapshotId())
        : plan(table, table.metadata().snapshot(named.snapshotId()), table.metadata().schema());
  }

  /**
   * What came and went between the snapshot {@code since} and the current one, the files that came
   * first first.
   *
   * @throws Invalid {@link TablesError#CHANGES_UNKNOWN} when the table has that snapshot no more
   */
  TableChanges changesSince(LakeTable table, long since) {
    Snapshot before = table.metadata().snapshot(since);
    if (before == null) {
      throw changesUnknown(table, since);
    }
    Snapshot now = table.metadata().currentSnapshot();
    boolean lessened = hasDeletes(before) || (now != null && hasDeletes(now));
    List<ManifestFile> earlier = before.dataManifests(io);
    List<ManifestFile> later = now == null ? List.of() : now.dataManifests(io);
    List<PlannedFile> gone = lessened ? files(table, before) : filesOfNone(table, earlier, later);
    List<PlannedFile> come = lessened ? filesOf(table, now) : filesOfNone(table, later, earlier);
    return new TableChanges(
        plan(table, now, notIn(gone, come)), plan(table, before, notIn(come, gone)));
  }

  /** The files of those of the manifests that are none of {@code others}: these need no look. */
  private List<PlannedFile> filesOfNone(
      LakeTable table, List<ManifestFile> manifests, List<ManifestFile> others) {
    Set<String> known = others.stream().map(ManifestFile::path).collect(Collectors.toSet());
    return manifests.stream()
        .filter(manifest -> !known.contains(manifest.path()))
        .flatMap(manifest -> files(table, manifest).stream())
        .toList();
  }

  private boolean hasDeletes(Snapshot snapshot) {
    return !deletes.of(snapshot).isEmpty();
  }

  /** Those of the files that {@code others} does not have, or has with other rows deleted. */
  private static List<PlannedFile> notIn(List<PlannedFile> others, List<PlannedFile> files) {
    Map<String, PlannedFile> known = HashMap.newHashMap(others.size());
    others.forEach(file -> known.put(file.file().location(), file));
    return files.stream()
        .filter(file -> {
          PlannedFile same = known.get(file.file().location());
          return same == null || !same.isLike(file);
        })
        .sorted(Comparator.comparingLong(Planner::sequence))
        .toList();
  }

  private static long sequence(PlannedFile file) {
    Long sequence = file.file().fileSequenceNumber();
    return sequence == null ? 0 : sequence;
  }

  private ScanPlan plan(LakeTable table, @Nullable Snapshot snapshot, List<PlannedFile> files) {
    return plan(table, snapshot, table.metadata().schema(), files);
  }

  private static Invalid changesUnknown(LakeTable table, long since) {
    return new Invalid(
        TablesError.CHANGES_UNKNOWN,
        "What changed in %s since it was read last cannot be told: it has the snapshot %d, which was read, no more."
            .formatted(table.name(), since),
        "Have the next execution read all of its rows, with: hosu stages reread STAGE "
            + table.name());
  }

  private ScanPlan plan(LakeTable table, @Nullable Snapshot snapshot, Schema schema) {
    return plan(table, snapshot, schema, filesOf(table, snapshot));
  }

  private ScanPlan plan(
      LakeTable table, @Nullable Snapshot snapshot, Schema schema, List<PlannedFile> files) {
    TableMetadata metadata = table.metadata();
    return new ScanPlan(
        table.name(),
        id(snapshot),
        schema,
        files,
        new ScanPlan.Origin(metadata.specsById(), some -> physical(metadata, schema, some)));
  }

  private static OptionalLong id(@Nullable Snapshot snapshot) {
    return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
  }

  private List<PlannedFile> filesOf(LakeTable table, @Nullable Snapshot snapshot) {
    return snapshot == null ? List.of() : files(table, snapshot);
  }

  private List<PlannedFile> files(LakeTable table, Snapshot snapshot) {
    List<PlannedFile> files =
        snapshot.dataManifests(io).stream()
            .flatMap(manifest -> files(table, manifest).stream())
            .toList();
    List<ManifestFile> lists = deletes.of(snapshot);
    if (lists.isEmpty()) {
      return files;
    }
    DeleteIndex index = deletes.index(table, lists);
    return files.stream().map(file -> file.with(index.of(file.file()))).toList();
  }

  private List<PlannedFile> files(LakeTable table, ManifestFile manifest) {
    return manifests.get(Key.of(manifest), _ -> read(manifest, table.metadata().specsById()));
  }

  private List<PlannedFile> read(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<DataFile> reader = ManifestFiles.read(manifest, io, specs)) {
      reader.forEach(file -> files.add(file.copy()));
    } catch (IOException e) {
      throw unreadable(manifest.path(), e);
    }
    Map<String, Path> found = paths.findAll(files.stream().map(DataFile::location).toList());
    return files.stream()
        .map(file -> new PlannedFile(file, require(found, file.location()), RowDeletes.NONE))
        .toList();
  }

  static Path require(Map<String, Path> found, String location) {
    Path path = found.get(location);
    if (path == null) {
      throw unreadable(location, new IOException("no such object"));
    }
    return path;
  }

  static Unavailable unreadable(String location, IOException e) {
    return new Unavailable(
        TablesError.FILE_UNREADABLE,
        "The file %s of a table cannot be read.".formatted(location),
        "Look at the disk of the data directory with: hosu doctor",
        e);
  }

  /**
   * What the files really hold, as far as that must be known: nothing of files without deletes when
   * the table never had other columns than now.
   */
  private ScanPlan.Physical physical(
      TableMetadata metadata, Schema schema, List<PlannedFile> files) {
    Optional<NameMapping> names = NameMappings.of(metadata);
    boolean evolved =
        metadata.schemas().size() > 1 || metadata.currentSchemaId() != 0 || names.isPresent();
    EqualityKeys keys = EqualityKeys.of(schema, metadata);
    Map<String, Map<Integer, String>> given = new HashMap<>();
    Map<String, Optional<PhysicalColumn>> data = LinkedHashMap.newLinkedHashMap(files.size());
    Map<Path, PhysicalColumn> equality = new HashMap<>();
    for (PlannedFile file : files) {
      String path = file.path().toString();
      if (!evolved && file.deletes().isEmpty()) {
        data.put(path, Optional.empty());
      } else {
        PhysicalColumn held =
            NameMappings.identified(held(file.path()), file.path(), names, keys.schemas());
        Map<Integer, String> its =
            GivenValues.of(file.file(), metadata.spec(file.file().specId()), schema, held);
        given.put(path, its);
        data.put(path, Optional.of(its.isEmpty() ? held : held.with(its.keySet())));
      }
      for (RowDeletes.Part part : file.deletes().equality()) {
        equality.computeIfAbsent(part.path(), delete -> held(delete).identified(delete));
      }
    }
    return new ScanPlan.Physical(data, given, equality, keys, RowLineage.of(metadata));
  }

  private PhysicalColumn held(Path path) {
    return physical.get(path, PhysicalColumn::readAny);
  }

  private static int weight(List<PlannedFile> files) {
    int weight = BYTES_PER_FILE;
    for (PlannedFile file : files) {
      Map<Integer, Long> columns = file.file().valueCounts();
      int count = columns == null ? 0 : columns.size();
      weight = Math.addExact(weight, BYTES_PER_FILE + count * BYTES_PER_COLUMN);
    }
    return weight;
  }
}
