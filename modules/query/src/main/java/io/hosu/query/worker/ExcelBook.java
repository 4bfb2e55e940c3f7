package io.hosu.query.worker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A workbook of Excel: its sheets that are shown, the texts that they share, and which styles show
 * dates. More texts than memory has room for are refused.
 *
 * @param sheets those that are shown, in their order: the paths of their parts by name
 */
record ExcelBook(
    ExcelSource source,
    List<Sheet> sheets,
    List<String> texts,
    ExcelStyles styles,
    boolean since1904) {
  private static final int MOST_PART = 16 << 20;

  /** A sheet, and the part that holds its rows. */
  record Sheet(String name, String part) {}

  /**
   * Opens a workbook.
   *
   * @throws Unreadable when it is none
   */
  static ExcelBook open(ExcelSource source) throws IOException, XMLStreamException {
    Map<String, byte[]> parts = new HashMap<>();
    source.eachPart((name, in) -> {
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
    int most = source.limits().sheets();
    if (sheets.size() > most) {
      throw new Unreadable(
          "it has more than %d sheets, as the setting query.workbook-sheets has it"
              .formatted(most));
    }
    byte[] styles = parts.get("xl/styles.xml");
    return new ExcelBook(
        source,
        sheets,
        ExcelTexts.read(source),
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
}
