package io.hosu.objects.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes an XML document of S3. Belongs to one thread. */
final class XmlWriter {
  static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private final StringBuilder text = new StringBuilder(1024);
  private final Deque<String> open = new ArrayDeque<>();

  /** A document whose root is in S3's namespace. */
  static XmlWriter of(String root) {
    XmlWriter writer = new XmlWriter();
    writer.text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    writer.text.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
    writer.open.push(root);
    return writer;
  }

  /** A document whose root is in no namespace, as S3's errors are. */
  static XmlWriter plain(String root) {
    XmlWriter writer = new XmlWriter();
    writer.text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    return writer.begin(root);
  }

  XmlWriter begin(String element) {
    text.append('<').append(element).append('>');
    open.push(element);
    return this;
  }

  XmlWriter end() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  XmlWriter element(String name, Object value) {
    text.append('<').append(name).append('>');
    escape(value.toString());
    text.append("</").append(name).append('>');
    return this;
  }

  /** Text of the open element. */
  XmlWriter text(String value) {
    escape(value);
    return this;
  }

  /** The document, every element closed. */
  byte[] bytes() {
    while (!open.isEmpty()) {
      end();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        default -> {
          if (c < ' ') {
            text.append("&#x").append(Integer.toHexString(c)).append(';');
          } else {
            text.append(c);
          }
        }
      }
    }
  }
}
