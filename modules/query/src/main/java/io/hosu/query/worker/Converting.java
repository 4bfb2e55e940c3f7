package io.hosu.query.worker;

import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.WorkbookLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Makes lines of JSON of the records of other formats. */
final class Converting {
  private final WorkbookLimits workbooks;

  /** Refuses workbooks that are more than {@code workbooks} allows. */
  Converting(WorkbookLimits workbooks) {
    this.workbooks = workbooks;
  }

  /** Opens the same bytes again, unpacked. */
  @FunctionalInterface
  interface Opening {
    InputStream open() throws IOException;
  }

  /**
   * Writes the records of an object, at most {@code most} of them.
   *
   * @param packed the object as it lies there
   * @return whether these are all
   * @throws Unreadable when it is not what its format is
   */
  boolean write(FileFormat format, Path packed, Opening bytes, JsonLines out, long most)
      throws IOException {
    return switch (format) {
      case AVRO -> {
        try (InputStream in = bytes.open()) {
          yield AvroRecords.write(in, out, most);
        }
      }
      case XML -> XmlRecords.write(bytes, out, most);
      case XLSX -> ExcelRecords.write(new ExcelSource(bytes, workbooks), out, most);
      case ORC -> OrcRecords.write(packed, out, most);
      case CSV, TSV, JSON, JSON_LINES, PARQUET ->
          throw new IllegalArgumentException(format + " is read as it is.");
    };
  }
}
