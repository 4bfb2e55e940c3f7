package io.hosu.tables;

/** From when on deletes that lie beside files are a reason to write the files anew without them. */
public enum Wear {
  /** Any row is deleted. */
  ANY,
  /** So many rows are deleted, or by so many files, that readers feel it. */
  MUCH;

  private static final int ONE_ROW_OF = 10;
  private static final int MANY_PARTS = 100;

  /** Whether a file is worn. */
  boolean isOf(PlannedFile file) {
    RowDeletes deletes = file.deletes();
    if (this == ANY || deletes.isEmpty()) {
      return !deletes.isEmpty();
    }
    long named = deletes.all().mapToLong(part -> part.file().recordCount()).sum();
    return deletes.all().count() >= MANY_PARTS || named * ONE_ROW_OF >= file.file().recordCount();
  }
}
