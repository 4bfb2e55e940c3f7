package io.hosu.tables;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.jspecify.annotations.Nullable;

/**
 * A manifest as it is before it belongs to a snapshot: without what the snapshot for which it was
 * written gave to it, so that another one gives its own.
 *
 * @param snapshotId null for the snapshot that takes it
 */
record UnassignedManifest(ManifestFile manifest, @Nullable Long snapshotId)
    implements ManifestFile {
  /** Iceberg's mark of a number that the commit gives. */
  private static final long UNASSIGNED = -1;

  @Override
  public long sequenceNumber() {
    return UNASSIGNED;
  }

  @Override
  public long minSequenceNumber() {
    return UNASSIGNED;
  }

  @Override
  public @Nullable Long firstRowId() {
    return null;
  }

  @Override
  public String path() {
    return manifest.path();
  }

  @Override
  public long length() {
    return manifest.length();
  }

  @Override
  public int partitionSpecId() {
    return manifest.partitionSpecId();
  }

  @Override
  public ManifestContent content() {
    return manifest.content();
  }

  @Override
  public Integer addedFilesCount() {
    return manifest.addedFilesCount();
  }

  @Override
  public Long addedRowsCount() {
    return manifest.addedRowsCount();
  }

  @Override
  public Integer existingFilesCount() {
    return manifest.existingFilesCount();
  }

  @Override
  public Long existingRowsCount() {
    return manifest.existingRowsCount();
  }

  @Override
  public Integer deletedFilesCount() {
    return manifest.deletedFilesCount();
  }

  @Override
  public Long deletedRowsCount() {
    return manifest.deletedRowsCount();
  }

  @Override
  public List<PartitionFieldSummary> partitions() {
    return manifest.partitions();
  }

  @Override
  public @Nullable ByteBuffer keyMetadata() {
    return manifest.keyMetadata();
  }

  @Override
  public ManifestFile copy() {
    return new UnassignedManifest(manifest.copy(), snapshotId);
  }
}
