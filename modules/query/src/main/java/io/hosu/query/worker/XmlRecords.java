package io.hosu.query.worker;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The records of an XML text: the elements that come again beside each other, nearest to the root.
 * Attributes are fields with {@code _} before their name, and so is the text of an element that has
 * other things, {@code _VALUE}. Entities that the text declares are refused.
 */
final class XmlRecords {
  private static final String TEXT = "_VALUE";
  private static final int MOST_CHARACTERS = 16 << 20;

  private final XmlShape shape;
  private int characters;

  private XmlRecords(XmlShape shape) {
    this.shape = shape;
  }

  /**
   * Writes the records, at most {@code most} of them.
   *
   * @return whether these are all
   * @throws Unreadable when it is broken, or no records can be told
   */
  static boolean write(Converting.Opening text, JsonLines out, long most) throws IOException {
    try {
      XmlShape shape;
      try (InputStream in = text.open()) {
        shape = XmlShape.of(reader(in));
      }
      try (InputStream in = text.open()) {
        return new XmlRecords(shape).copy(reader(in), out, most);
      }
    } catch (XMLStreamException e) {
      throw new Unreadable(
          "its XML is broken at line %d: %s"
              .formatted(e.getLocation() == null ? 0 : e.getLocation().getLineNumber(), line(e)));
    }
  }

  private static String line(XMLStreamException e) {
    return Unreadable.line(e).replaceFirst("^ParseError at .*", "it is not well-formed");
  }

  static XMLStreamReader reader(InputStream in) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    return factory.createXMLStreamReader(in);
  }

  private boolean copy(XMLStreamReader in, JsonLines out, long most)
      throws XMLStreamException, IOException {
    int depth = 0;
    while (in.hasNext()) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
        if (depth == shape.depth() && in.getLocalName().equals(shape.record())) {
          if (out.records() == most) {
            return false;
          }
          characters = 0;
          Object value = element(in, "");
          out.write(
              value instanceof Map<?, ?> map
                  ? fields(map)
                  : Map.of(TEXT, value == null ? "" : value));
          depth--;
        }
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw new Unreadable("it has entities of its own, which are not read");
      }
    }
    return true;
  }

  private static Map<String, @Nullable Object> fields(Map<?, ?> map) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((name, value) -> fields.put(String.valueOf(name), value));
    return fields;
  }

  /** What is in the element at which the reader stands, to its end. */
  private @Nullable Object element(XMLStreamReader in, String path)
      throws XMLStreamException, IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < in.getAttributeCount(); i++) {
      String name = "_" + in.getAttributeLocalName(i);
      fields.put(name, typed(path + "/" + name, in.getAttributeValue(i)));
    }
    StringBuilder text = new StringBuilder();
    for (int event = in.next(); event != XMLStreamConstants.END_ELEMENT; event = in.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          String name = in.getLocalName();
          String at = path + "/" + name;
          Object value = element(in, at);
          if (shape.repeats(at)) {
            list(fields, name).add(value);
          } else {
            fields.put(name, value);
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          count(in.getTextLength());
          text.append(in.getText());
        }
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new Unreadable("it has entities of its own, which are not read");
        default -> {}
      }
    }
    String own = text.toString().strip();
    if (fields.isEmpty() && !shape.isStruct(path)) {
      return own.isEmpty() ? null : typed(path, own);
    }
    if (!own.isEmpty()) {
      fields.put(TEXT, typed(path + "/" + TEXT, own));
    }
    return fields.isEmpty() ? null : fields;
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> list(Map<String, @Nullable Object> fields, String name) {
    return (List<@Nullable Object>) fields.computeIfAbsent(name, _ -> new ArrayList<>());
  }

  private void count(int more) throws Unreadable {
    characters += more;
    if (characters > MOST_CHARACTERS) {
      throw new Unreadable("one of its records has more than 16 million characters");
    }
  }

  private Object typed(String path, String text) {
    return switch (shape.kind(path)) {
      case NUMBER -> new BigDecimal(text.strip());
      case FLAG -> Boolean.valueOf(text.strip());
      case TEXT -> text;
    };
  }

  /** What all values of a field are. */
  enum Kind {
    NUMBER,
    FLAG,
    TEXT
  }
}
