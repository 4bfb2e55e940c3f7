package io.hosu.tables;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.iceberg.FileFormat;
import org.apache.parquet.format.Util;

/** Whether files that somebody wrote for a table end as files of their format do. */
final class ArrivedFooters {
  private static final int TAIL = 8;
  private static final int MAGIC = 4;

  /** Of a file with thousands of columns and row groups it has some megabytes. */
  private static final int MOST_BYTES = 64 << 20;

  private ArrivedFooters() {}

  /**
   * What is wrong with a file; empty when nothing is.
   *
   * @param rows how many it is said to have, where its format tells
   */
  static Optional<String> fault(Path path, FileFormat format, long rows) {
    try (FileChannel file = FileChannel.open(path)) {
      return format == FileFormat.PARQUET ? ofParquet(file, rows) : ofPuffin(file);
    } catch (IOException | RuntimeException _) {
      return Optional.of("has no %s footer that can be read".formatted(format));
    }
  }

  private static Optional<String> ofParquet(FileChannel file, long rows) throws IOException {
    ByteBuffer tail = FileBytes.read(file, file.size() - TAIL, TAIL).order(ByteOrder.LITTLE_ENDIAN);
    int length = tail.getInt(0);
    if (!magic(tail, MAGIC).equals("PAR1") || length <= 0 || length > MOST_BYTES) {
      return Optional.of("is no Parquet file");
    }
    byte[] footer = FileBytes.read(file, file.size() - TAIL - length, length).array();
    long has = Util.readFileMetaData(new ByteArrayInputStream(footer), true).getNum_rows();
    return has == rows
        ? Optional.empty()
        : Optional.of("has %d rows; the commit says %d".formatted(has, rows));
  }

  private static Optional<String> ofPuffin(FileChannel file) throws IOException {
    return magic(FileBytes.read(file, file.size() - MAGIC, MAGIC), 0).equals("PFA1")
        ? Optional.empty()
        : Optional.of("is no Puffin file");
  }

  private static String magic(ByteBuffer bytes, int at) {
    return StandardCharsets.ISO_8859_1.decode(bytes.slice(at, MAGIC)).toString();
  }
}
