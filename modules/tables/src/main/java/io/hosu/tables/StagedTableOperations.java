package io.hosu.tables;

import java.util.Objects;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's operations on a table whose commits change only this view: so that Iceberg prepares the
 * metadata and the database decides when it is true.
 */
final class StagedTableOperations implements TableOperations {
  private final @Nullable FileIO io;
  private final @Nullable Long snapshotId;
  private final @Nullable String manifestList;
  private TableMetadata current;

  /** Changes of the metadata only, which need no files. */
  StagedTableOperations(TableMetadata base) {
    this.current = base;
    this.io = null;
    this.snapshotId = null;
    this.manifestList = null;
  }

  /** Changes that read and write files through {@code io}. */
  StagedTableOperations(TableMetadata base, FileIO io) {
    this.current = base;
    this.io = io;
    this.snapshotId = null;
    this.manifestList = null;
  }

  /** The same, with one snapshot, of this id, which {@code base} has not. */
  StagedTableOperations(TableMetadata base, FileIO io, long snapshotId) {
    this.current = base;
    this.io = io;
    this.snapshotId = snapshotId;
    this.manifestList = null;
  }

  /** The same, with the snapshot's manifest list at this location. */
  StagedTableOperations(TableMetadata base, FileIO io, long snapshotId, String manifestList) {
    this.current = base;
    this.io = io;
    this.snapshotId = snapshotId;
    this.manifestList = manifestList;
  }

  @Override
  public long newSnapshotId() {
    return snapshotId == null ? TableOperations.super.newSnapshotId() : snapshotId;
  }

  @Override
  public TableMetadata current() {
    return current;
  }

  @Override
  public TableMetadata refresh() {
    return current;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the very object that the change was made from
  public void commit(TableMetadata base, TableMetadata changed) {
    if (base != current) {
      throw new CommitFailedException("The change was made from another state of the table.");
    }
    current = changed;
  }

  @Override
  public FileIO io() {
    return Objects.requireNonNull(io);
  }

  @Override
  public String metadataFileLocation(String file) {
    return manifestList != null && isManifestList(file)
        ? manifestList
        : current.location() + "/metadata/" + file;
  }

  /** Whether Iceberg calls the manifest list of the snapshot so. */
  private boolean isManifestList(String file) {
    return file.startsWith("snap-" + snapshotId + "-");
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(current.location(), current.properties());
  }
}
