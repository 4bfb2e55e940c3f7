package io.hosu.query.worker;

import io.hosu.query.engine.WorkbookLimits;
import io.hosu.query.worker.Converting.Opening;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.stream.XMLStreamException;

/**
 * The parts of a workbook of Excel. They are unpacked one after the other, as often as they are
 * needed; few packed bytes that unpack to very many are refused.
 *
 * @param bytes the workbook
 * @param limits how much it may be
 */
record ExcelSource(Opening bytes, WorkbookLimits limits) {
  private static final long ALWAYS = 8L << 20;

  /** What is done with a part. */
  @FunctionalInterface
  interface PartReader {
    /** Reads as much of a part as it wants; whether another is wanted. */
    boolean read(String name, InputStream in) throws IOException, XMLStreamException;
  }

  /** Reads the parts one after the other. */
  void eachPart(PartReader reader) throws IOException, XMLStreamException {
    try (Packed packed = new Packed(bytes.open());
        ZipInputStream zip = new ZipInputStream(packed)) {
      Unpacked unpacked = new Unpacked(zip, packed, limits.unpackedTimes());
      boolean more = true;
      for (ZipEntry entry = zip.getNextEntry();
          more && entry != null;
          entry = more ? zip.getNextEntry() : null) {
        more = reader.read(entry.getName(), unpacked);
        if (more) {
          unpacked.drain();
        }
      }
    } catch (IllegalArgumentException e) {
      throw new Unreadable("the names in its archive are broken");
    }
  }

  /** What is done with one part. */
  @FunctionalInterface
  interface OnePartReader {
    /** Reads as much of it as it wants. */
    void read(InputStream in) throws IOException, XMLStreamException;
  }

  /** Reads one part; nothing when it is not there. */
  void part(String part, OnePartReader reader) throws IOException, XMLStreamException {
    eachPart((name, in) -> {
      boolean isIt = name.equals(part);
      if (isIt) {
        reader.read(in);
      }
      return !isIt;
    });
  }

  /** Counts what is packed. */
  private static final class Packed extends FilterInputStream {
    private long count;

    Packed(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count += one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = super.read(bytes, from, length);
      count += Math.max(0, n);
      return n;
    }
  }

  /** The part at which an archive stands; refuses those that are far larger than their bytes. */
  private static final class Unpacked extends FilterInputStream {
    private final Packed packed;
    private final int times;
    private long count;

    Unpacked(ZipInputStream in, Packed packed, int times) {
      super(in);
      this.packed = packed;
      this.times = times;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = super.read(bytes, from, length);
      count += Math.max(0, n);
      if (count > ALWAYS + times * packed.count) {
        throw new Unreadable(
            "few of its bytes unpack to very many, more than %d times as many, as the setting query.workbook-unpacked has it"
                .formatted(times));
      }
      return n;
    }

    void drain() throws IOException {
      byte[] bytes = new byte[1 << 16];
      while (read(bytes, 0, bytes.length) >= 0) {
        // so that what it unpacks to is counted
      }
    }

    /** The archive goes on after a part. */
    @Override
    public void close() {}
  }
}
