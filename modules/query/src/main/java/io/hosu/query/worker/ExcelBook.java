package io.hosu.query.worker;

import io.hosu.query.worker.Converting.Opening;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A workbook of Excel: its sheets that are shown, the texts that they share, and which styles show
 * dates. Its parts are unpacked one after the other, as often as they are needed; few packed bytes
 * that unpack to very many are refused, and so are more texts than memory has room for.
 *
 * @param sheets those that are shown, in their order: the paths of their parts by name
 */
record ExcelBook(
    Opening bytes, List<Sheet> sheets, List<String> texts, ExcelStyles styles, boolean since1904) {
  private static final int MOST_SHEETS = 100;

  /** So many bytes may unpack of each that is packed; texts of spreadsheets stay far below. */
  private static final long MOST_OF_EACH = 200;

  private static final long ALWAYS = 8L << 20;
  private static final int MOST_PART = 16 << 20;

  /** A sheet, and the part that holds its rows. */
  record Sheet(String name, String part) {}

  /**
   * Opens a workbook.
   *
   * @throws Unreadable when it is none
   */
  static ExcelBook open(Opening bytes) throws IOException, XMLStreamException {
    Map<String, byte[]> parts = new HashMap<>();
    eachPart(
        bytes,
        (name, in) -> {
          if (name.equals("xl/workbook.xml")
              || name.equals("xl/_rels/workbook.xml.rels")
              || name.equals("xl/styles.xml")) {
            parts.put(name, small(in));
          }
          return true;
        });
    byte[] workbook = parts.get("xl/workbook.xml");
    if (workbook == null) {
      throw new Unreadable("it is a ZIP archive, and no workbook of Excel");
    }
    Map<String, String> targets =
        targets(parts.getOrDefault("xl/_rels/workbook.xml.rels", new byte[0]));
    List<Sheet> sheets = new ArrayList<>();
    boolean since1904 = false;
    XMLStreamReader in = XmlRecords.reader(new ByteArrayInputStream(workbook));
    while (in.hasNext()) {
      if (in.next() == XMLStreamConstants.START_ELEMENT) {
        switch (in.getLocalName()) {
          case "workbookPr" -> since1904 = isTrue(in.getAttributeValue(null, "date1904"));
          case "sheet" -> sheet(in, targets).ifPresent(sheets::add);
          default -> {}
        }
      }
    }
    if (sheets.size() > MOST_SHEETS) {
      throw new Unreadable("it has more than %d sheets".formatted(MOST_SHEETS));
    }
    byte[] styles = parts.get("xl/styles.xml");
    return new ExcelBook(
        bytes,
        sheets,
        ExcelTexts.read(bytes),
        styles == null ? ExcelStyles.NONE : ExcelStyles.read(new ByteArrayInputStream(styles)),
        since1904);
  }

  private static boolean isTrue(String value) {
    return "1".equals(value) || "true".equals(value);
  }

  private static Optional<Sheet> sheet(XMLStreamReader in, Map<String, String> targets) {
    String id = "";
    for (int i = 0; i < in.getAttributeCount(); i++) {
      String namespace = in.getAttributeNamespace(i);
      if (in.getAttributeLocalName(i).equals("id") && namespace != null && !namespace.isEmpty()) {
        id = in.getAttributeValue(i);
      }
    }
    String state = in.getAttributeValue(null, "state");
    String part = targets.get(id);
    return part == null || (state != null && !state.equals("visible"))
        ? Optional.empty()
        : Optional.of(new Sheet(in.getAttributeValue(null, "name"), part));
  }

  /** The worksheets by their ids; charts have no rows. */
  private static Map<String, String> targets(byte[] rels) throws XMLStreamException {
    Map<String, String> targets = new HashMap<>();
    if (rels.length == 0) {
      return targets;
    }
    XMLStreamReader in = XmlRecords.reader(new ByteArrayInputStream(rels));
    while (in.hasNext()) {
      if (in.next() == XMLStreamConstants.START_ELEMENT
          && in.getLocalName().equals("Relationship")) {
        String type = String.valueOf(in.getAttributeValue(null, "Type"));
        String target = String.valueOf(in.getAttributeValue(null, "Target"));
        if (type.endsWith("/worksheet")) {
          targets.put(
              String.valueOf(in.getAttributeValue(null, "Id")),
              target.startsWith("/") ? target.substring(1) : "xl/" + target);
        }
      }
    }
    return targets;
  }

  private static byte[] small(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_PART + 1);
    if (bytes.length > MOST_PART) {
      throw new Unreadable("one of its parts, which says what is in it, is too large");
    }
    return bytes;
  }

  /** What is done with a part. */
  @FunctionalInterface
  interface PartReader {
    /** Reads as much of a part as it wants; whether another is wanted. */
    boolean read(String name, InputStream in) throws IOException, XMLStreamException;
  }

  /** Reads the parts one after the other. */
  static void eachPart(Opening bytes, PartReader reader) throws IOException, XMLStreamException {
    try (Packed packed = new Packed(bytes.open());
        ZipInputStream zip = new ZipInputStream(packed)) {
      Unpacked unpacked = new Unpacked(zip, packed);
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
  static void part(Opening bytes, String part, OnePartReader reader)
      throws IOException, XMLStreamException {
    eachPart(
        bytes,
        (name, in) -> {
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
    private long count;

    Unpacked(ZipInputStream in, Packed packed) {
      super(in);
      this.packed = packed;
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
      if (count > ALWAYS + MOST_OF_EACH * packed.count) {
        throw new Unreadable("few of its bytes unpack to very many, as no table does");
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
