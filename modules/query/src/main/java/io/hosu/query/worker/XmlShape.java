package io.hosu.query.worker;

import io.hosu.query.worker.XmlRecords.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Which elements of an XML text are its records, and what is in them: found by one look at all of
 * it, so that a field is the same in each record.
 */
final class XmlShape {
  private static final int MOST_DEPTH = 64;
  private static final int MOST_PATHS = 10_000;
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,17})(\\.\\d{1,18})?");

  /** One element that is open: its path, and how often each name came in it. */
  private record Open(String path, Map<String, Integer> names, StringBuilder text) {}

  private final Map<String, Kind> kinds = new HashMap<>();
  private final Set<String> repeated = new HashSet<>();
  private final Set<String> structs = new HashSet<>();
  private String recordPath = "";
  private int depth = 1;

  private XmlShape() {}

  /**
   * Looks at a text.
   *
   * @throws Unreadable when no records can be told
   */
  static XmlShape of(XMLStreamReader in) throws XMLStreamException, IOException {
    XmlShape shape = new XmlShape();
    shape.look(in);
    shape.settle();
    return shape;
  }

  private void look(XMLStreamReader in) throws XMLStreamException, IOException {
    List<Open> open = new ArrayList<>();
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> begin(in, open);
        case XMLStreamConstants.END_ELEMENT -> end(open.removeLast());
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          StringBuilder text = open.getLast().text();
          if (text.length() < 100) {
            text.append(in.getText());
          }
        }
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new Unreadable("it has entities of its own, which are not read");
        default -> {}
      }
    }
  }

  private void begin(XMLStreamReader in, List<Open> open) throws Unreadable {
    String name = in.getLocalName();
    String path = name;
    if (!open.isEmpty()) {
      Open parent = open.getLast();
      path = parent.path() + "/" + name;
      structs.add(parent.path());
      if (parent.names().merge(name, 1, Integer::sum) > 1) {
        repeated.add(path);
      }
    }
    if (open.size() >= MOST_DEPTH || kinds.size() + structs.size() > MOST_PATHS) {
      throw new Unreadable("its elements are too deep in each other, or of too many kinds");
    }
    for (int i = 0; i < in.getAttributeCount(); i++) {
      structs.add(path);
      value(path + "/_" + in.getAttributeLocalName(i), in.getAttributeValue(i));
    }
    open.add(new Open(path, new HashMap<>(), new StringBuilder()));
  }

  private void end(Open element) {
    String text = element.text().toString().strip();
    if (!text.isEmpty()) {
      value(element.path(), text);
      value(element.path() + "/_VALUE", text);
    }
  }

  private void value(String path, String text) {
    String plain = text.strip();
    Kind kind =
        NUMBER.matcher(plain).matches()
            ? Kind.NUMBER
            : plain.equals("true") || plain.equals("false") ? Kind.FLAG : Kind.TEXT;
    kinds.merge(path, kind, (one, other) -> one == other ? one : Kind.TEXT);
  }

  /** The repeated elements nearest to the root; without any, the root is the only record. */
  private void settle() throws Unreadable {
    int least = repeated.stream().mapToInt(XmlShape::depth).min().orElse(0);
    Set<String> nearest = new TreeSet<>();
    repeated.stream().filter(path -> depth(path) == least).forEach(nearest::add);
    if (nearest.size() > 1) {
      throw new Unreadable("it has records of several kinds: " + String.join(", ", nearest));
    }
    Optional<String> found = nearest.stream().findFirst();
    recordPath =
        found.orElseGet(
            () -> structs.stream().filter(path -> depth(path) == 1).findFirst().orElse(""));
    depth = depth(recordPath);
    if (recordPath.isEmpty()) {
      throw new Unreadable("it has no records: no element has others in it");
    }
  }

  private static int depth(String path) {
    return path.isEmpty() ? 0 : (int) path.chars().filter(c -> c == '/').count() + 1;
  }

  /** How deep records are: 1 is the root. */
  int depth() {
    return depth;
  }

  /** What the elements are called that are records. */
  String record() {
    return recordPath.substring(recordPath.lastIndexOf('/') + 1);
  }

  /** Whether a field of records, by its path in them, comes more than once in some. */
  boolean repeats(String path) {
    return repeated.contains(recordPath + path);
  }

  /** Whether a field has others in it in some record. */
  boolean isStruct(String path) {
    return structs.contains(recordPath + path);
  }

  /** What all values of a field are. */
  Kind kind(String path) {
    return kinds.getOrDefault(recordPath + path, Kind.TEXT);
  }
}
