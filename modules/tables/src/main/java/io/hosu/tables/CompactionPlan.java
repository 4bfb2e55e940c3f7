package io.hosu.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.StructLikeWrapper;

/**
 * What there is to merge in a table: small files of one partition, together as large as a file
 * should be.
 */
public final class CompactionPlan {
  /** The size of files unless the table says otherwise. */
  static final long STANDARD_FILE_BYTES = 256L << 20;

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

  /** Files of one partition that become one. */
  public static final class Bin {
    private final List<PlannedFile> files;
    private final Schema schema;

    Bin(List<PlannedFile> files, Schema schema) {
      this.files = List.copyOf(files);
      this.schema = schema;
    }

    /** The files. */
    public List<PlannedFile> files() {
      return files;
    }

    /** How many bytes they have. */
    public long bytes() {
      return files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
    }

    /** How many rows they hold. */
    public long rows() {
      return files.stream().mapToLong(file -> file.file().recordCount()).sum();
    }

    /** The SELECT of their rows, as {@link CompactionPlan#shape} wants them. */
    public String sql() {
      return RowSequence.fits(schema)
          ? RowSequence.select(schema, files)
          : ScanSql.select(schema, physical());
    }

    private Map<String, Optional<PhysicalColumn>> physical() {
      Map<String, Optional<PhysicalColumn>> all = new LinkedHashMap<>();
      files.forEach(
          file -> all.put(file.path().toString(), Optional.of(PhysicalColumn.read(file.path()))));
      return all;
    }
  }

  /**
   * What there is to merge.
   *
   * @param plan all files of the table as it is
   * @param most at most how many files are to be made
   */
  static CompactionPlan of(LakeTable table, ScanPlan plan, int most) {
    TableMetadata metadata = table.metadata();
    long size =
        metadata.propertyAsLong(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, STANDARD_FILE_BYTES);
    List<String> columns = WriteTarget.names(metadata.schema());
    WriteTarget target = new WriteTarget(table.name(), metadata, metadata, columns, List.of());
    List<Bin> bins = new ArrayList<>();
    for (List<PlannedFile> partition : partitions(metadata, plan)) {
      bins(partition, size, metadata.schema()).stream()
          .limit(most - bins.size())
          .forEach(bins::add);
    }
    return new CompactionPlan(plan, target, bins, size);
  }

  /** Files that were written with another division into partitions stay as they are. */
  private static Iterable<List<PlannedFile>> partitions(TableMetadata metadata, ScanPlan plan) {
    PartitionSpec spec = metadata.spec();
    Map<StructLikeWrapper, List<PlannedFile>> partitions = new LinkedHashMap<>();
    StructLikeWrapper wrapper = StructLikeWrapper.forType(spec.partitionType());
    for (PlannedFile file : plan.files()) {
      if (file.file().specId() == spec.specId()) {
        partitions
            .computeIfAbsent(wrapper.copyFor(file.file().partition()), _ -> new ArrayList<>())
            .add(file);
      }
    }
    return partitions.values();
  }

  private static List<Bin> bins(List<PlannedFile> partition, long size, Schema schema) {
    long bytes = partition.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
    long ideal = Math.max(1, Math.ceilDiv(bytes, size));
    if (partition.size() <= FEW * ideal) {
      return List.of();
    }
    List<PlannedFile> small =
        partition.stream()
            .filter(file -> file.file().fileSizeInBytes() < size / 4 * 3)
            .sorted(Comparator.comparingLong(CompactionPlan::number))
            .toList();
    List<Bin> bins = new ArrayList<>();
    List<PlannedFile> open = new ArrayList<>();
    long weight = 0;
    for (PlannedFile file : small) {
      long more = file.file().fileSizeInBytes();
      if (!open.isEmpty() && (weight + more > size || open.size() == MOST_FILES_OF_BIN)) {
        add(bins, open, schema);
        open = new ArrayList<>();
        weight = 0;
      }
      open.add(file);
      weight += more;
    }
    add(bins, open, schema);
    return bins;
  }

  private static void add(List<Bin> bins, List<PlannedFile> files, Schema schema) {
    // Copies of one object share their bytes, and would be read as one.
    long distinct = files.stream().map(PlannedFile::path).distinct().count();
    if (files.size() > 1 && distinct == files.size()) {
      bins.add(new Bin(files, schema));
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
    return RowSequence.fits(target.schema()) ? RowSequence.in(target.shape()) : target.shape();
  }

  ScanPlan plan() {
    return plan;
  }
}
