package io.hosu.tables;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;

/** A data file of a snapshot, where it lies, and what takes rows out of it. */
public final class PlannedFile {
  private final DataFile file;
  private final Path path;
  private final RowDeletes deletes;

  PlannedFile(DataFile file, Path path, RowDeletes deletes) {
    this.file = file;
    this.path = path;
    this.deletes = deletes;
  }

  /** As Iceberg knows it. */
  public DataFile file() {
    return file;
  }

  /** Where it lies in the lake: {@code s3://layer/...}. */
  public String location() {
    return file.location();
  }

  /** The sequence number of the commit that brought it; empty in tables of format version 1. */
  public OptionalLong commit() {
    Long number = file.fileSequenceNumber();
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** Where it lies on this machine, to be read only. */
  public Path path() {
    return path;
  }

  RowDeletes deletes() {
    return deletes;
  }

  PlannedFile with(RowDeletes other) {
    return new PlannedFile(file, path, other);
  }

  /** Whether the same deletes by place take rows out of {@code other}, which is the same file. */
  boolean hasLikePositions(PlannedFile other) {
    return new RowDeletes(deletes.positions(), List.of())
        .isLike(new RowDeletes(other.deletes.positions(), List.of()));
  }

  /** Whether {@code other} is the same file of which the same rows are left. */
  boolean isLike(PlannedFile other) {
    return file.location().equals(other.file.location()) && deletes.isLike(other.deletes);
  }
}
