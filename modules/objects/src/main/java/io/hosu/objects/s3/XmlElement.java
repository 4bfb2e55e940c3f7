package io.hosu.objects.s3;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an XML document that a client sent: name without namespace, text, children.
 * Attributes are passed over; a DTD is refused.
 */
final class XmlElement {
  private static final int DEPTH_LIMIT = 16;

  private final String name;
  private final StringBuilder text = new StringBuilder();
  private final List<XmlElement> children = new ArrayList<>();

  private XmlElement(String name) {
    this.name = name;
  }

  /** Reads a document whose root is {@code root}. */
  static XmlElement parse(byte[] document, String root) {
    try {
      XmlElement read = read(factory().createXMLStreamReader(new ByteArrayInputStream(document)));
      if (!read.name.equals(root)) {
        throw malformed("The document's root is %s and should be %s.".formatted(read.name, root));
      }
      return read;
    } catch (XMLStreamException e) {
      throw malformed("The body is not well-formed XML.");
    }
  }

  List<XmlElement> children(String child) {
    return children.stream().filter(element -> element.name.equals(child)).toList();
  }

  /** The text of the first child of this name. */
  Optional<String> find(String child) {
    return children.stream()
        .filter(element -> element.name.equals(child))
        .map(element -> element.text.toString())
        .findFirst();
  }

  /** The text of the first child of this name, which must be there. */
  String require(String child) {
    return find(child).orElseThrow(() -> malformed("Element %s has no %s.".formatted(name, child)));
  }

  private static XmlElement read(XMLStreamReader reader) throws XMLStreamException {
    Deque<XmlElement> open = new ArrayDeque<>();
    XmlElement root = new XmlElement("");
    open.push(root);
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          XmlElement element = new XmlElement(reader.getLocalName());
          open.element().children.add(element);
          open.push(element);
          if (open.size() > DEPTH_LIMIT) {
            throw malformed("The document is nested too deeply.");
          }
        }
        case XMLStreamConstants.END_ELEMENT -> open.pop();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            open.element().text.append(reader.getText());
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw malformed("The document has a DTD or an entity of its own.");
        default -> {
          // comments, processing instructions, the end
        }
      }
    }
    return root.children.getFirst();
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  private static RuntimeException malformed(String what) {
    return S3Error.MALFORMED_XML.failure(what);
  }
}
