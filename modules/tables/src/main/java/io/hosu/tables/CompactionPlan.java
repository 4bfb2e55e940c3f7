package io.hosu.tables;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.StructLikeWrapper;

/**
 * What there is to merge in a table: small files of one partition, together as large as a file
 * should be, and files beside which lie deletes.
 */
public final class CompactionPlan {
  /** Partitions that have so few files are left alone, at most twice as many as they need. */
  private static final int FEW = 2;

  private static final int MOST_FILES_OF_BIN = 2_000;

  private final ScanPlan plan;
  private final WriteTarget target;
  private final List<Bin> bins;
  private final long fileBytes;

  private CompactionPlan(ScanPlan plan, WriteTarget target, List<Bin> bins, long fileBytes) {
    this.plan = plan;
    this.target = target;
    this.bins = List.copyOf(bins);
    this.fileBytes = fileBytes;
  }

  /** Files that are written anew together. */
  public static final class Bin {
    private final List<PlannedFile> files;
    private final ScanPlan plan;

    Bin(List<PlannedFile> files, ScanPlan plan) {
      this.files = List.copyOf(files);
      this.plan = plan;
    }

    /** The files. */
    public List<PlannedFile> files() {
      return files;
    }

    /** How many bytes they have. */
    public long bytes() {
      return files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
    }

    /** How many rows they hold, those included that are deleted. */
    public long rows() {
      return files.stream().mapToLong(file -> file.file().recordCount()).sum();
    }

    /** The SELECT of the rows that are left of them, as {@link CompactionPlan#shape} wants them. */
    public String sql() {
      return plan.sqlToRewrite(files);
    }

    /** What that SELECT reads: the files, and those that name deleted rows of them. */
    public List<Path> paths() {
      return Stream.concat(
              files.stream().map(PlannedFile::path),
              files.stream().flatMap(file -> file.deletes().all()).map(RowDeletes.Part::path))
          .distinct()
          .toList();
    }
  }

  /**
   * What there is to merge, and which files are worn.
   *
   * @param plan all files of the table as it is
   * @param fileBytes how large a file should be, unless the table says otherwise
   * @param most at most how many bins there are to be
   */
  static CompactionPlan of(LakeTable table, ScanPlan plan, Wear wear, long fileBytes, int most) {
    TableMetadata metadata = table.metadata();
    long size = metadata.propertyAsLong(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, fileBytes);
    List<String> columns = WriteTarget.names(metadata.schema());
    WriteTarget target = new WriteTarget(table.name(), metadata, metadata, columns, List.of());
    CompactionPlan made = new CompactionPlan(plan, target, List.of(), size);
    List<Bin> bins = new ArrayList<>();
    if (RowLineage.isKept(metadata)) {
      for (List<PlannedFile> partition : partitions(metadata, plan)) {
        made.bins(partition, wear).stream().limit(most - bins.size()).forEach(bins::add);
      }
    }
    return new CompactionPlan(plan, target, bins, size);
  }

  /**
   * Files of an earlier division into partitions are one, as they are divided anew. Those that are
   * in the table where they lie stay as they are, as they are not its own.
   */
  private static Iterable<List<PlannedFile>> partitions(TableMetadata metadata, ScanPlan plan) {
    PartitionSpec spec = metadata.spec();
    Map<Partition, List<PlannedFile>> partitions = new LinkedHashMap<>();
    StructLikeWrapper wrapper = StructLikeWrapper.forType(spec.partitionType());
    for (PlannedFile file : plan.files()) {
      if (!LakeTable.isOwn(metadata, file.file().location())) {
        continue;
      }
      int own = file.file().specId();
      Partition partition =
          new Partition(
              own,
              own == spec.specId()
                  ? Optional.of(wrapper.copyFor(file.file().partition()))
                  : Optional.empty());
      partitions.computeIfAbsent(partition, _ -> new ArrayList<>()).add(file);
    }
    return partitions.values();
  }

  /** A partition, or all those of an earlier division. */
  private record Partition(int spec, Optional<StructLikeWrapper> values) {}

  private List<Bin> bins(List<PlannedFile> partition, Wear wear) {
    long bytes = partition.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
    boolean many = partition.size() > FEW * Math.max(1, Math.ceilDiv(bytes, fileBytes));
    List<PlannedFile> some =
        partition.stream()
            .filter(file ->
                wear.isOf(file) || (many && file.file().fileSizeInBytes() < fileBytes / 4 * 3))
            .sorted(Comparator.comparingLong(CompactionPlan::number))
            .toList();
    List<Bin> bins = new ArrayList<>();
    List<PlannedFile> open = new ArrayList<>();
    Set<Path> paths = new HashSet<>();
    long weight = 0;
    for (PlannedFile file : some) {
      long more = file.file().fileSizeInBytes();
      boolean full = weight + more > fileBytes || open.size() == MOST_FILES_OF_BIN;
      // Copies of one object share their bytes, and would be read as one.
      if (!open.isEmpty() && (full || paths.contains(file.path()))) {
        add(bins, open, wear);
        open = new ArrayList<>();
        paths.clear();
        weight = 0;
      }
      open.add(file);
      paths.add(file.path());
      weight += more;
    }
    add(bins, open, wear);
    return bins;
  }

  private void add(List<Bin> bins, List<PlannedFile> files, Wear wear) {
    if (files.size() > 1 || files.stream().anyMatch(wear::isOf)) {
      bins.add(new Bin(files, plan));
    }
  }

  private static long number(PlannedFile file) {
    Long number = file.file().fileSequenceNumber();
    return number == null ? 0 : number;
  }

  /** What is merged; empty when there is nothing to do. */
  public List<Bin> bins() {
    return bins;
  }

  /** How many files the table has. */
  public int files() {
    return plan.files().size();
  }

  /** The table as it was planned. */
  public WriteTarget target() {
    return target;
  }

  /** How large a file should be. */
  public long fileBytes() {
    return fileBytes;
  }

  /** What the engine must be told to write the rows of a bin. */
  public WriteShape shape() {
    return plan.lineage().in(target.shape());
  }

  ScanPlan plan() {
    return plan;
  }
}
