package io.hosu.query.worker;

import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The texts of a workbook. */
final class ExcelTexts {
  private static final Pattern ESCAPED = Pattern.compile("_x([0-9A-Fa-f]{4})_");

  /** What an object costs beside its characters. */
  private static final int EACH = 64;

  private ExcelTexts() {}

  /** Those that cells share, in their order; at most as many as memory has room for. */
  static List<String> read(ExcelSource source) throws IOException, XMLStreamException {
    List<String> texts = new ArrayList<>();
    long most = source.limits().textBytes();
    source.part(
        "xl/sharedStrings.xml",
        part -> {
          XMLStreamReader in = XmlRecords.reader(part);
          long held = 0;
          while (in.hasNext()) {
            if (in.next() == XMLStreamConstants.START_ELEMENT && in.getLocalName().equals("si")) {
              String text = runs(in, most - held, () -> tooMany(most));
              held += EACH + 2L * text.length();
              if (held > most) {
                throw tooMany(most);
              }
              texts.add(text);
            }
          }
        });
    return texts;
  }

  private static Unreadable tooMany(long most) {
    return new Unreadable(
        "its texts are more than %s, as the setting query.workbook-texts has it"
            .formatted(Sizes.print(most)));
  }

  /** What stands in the {@code t} of an element at which the reader stands, to its end. */
  static String runs(XMLStreamReader in, long most, Supplier<Unreadable> refusal)
      throws XMLStreamException, Unreadable {
    StringBuilder text = new StringBuilder();
    int depth = 1;
    int phonetic = 0;
    boolean inText = false;
    while (depth > 0) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          String name = in.getLocalName();
          phonetic += name.equals("rPh") || phonetic > 0 ? 1 : 0;
          inText = name.equals("t") && phonetic == 0;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          phonetic -= phonetic > 0 ? 1 : 0;
          inText = false;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          if (inText) {
            text.append(in.getText());
            if (text.length() > most) {
              throw refusal.get();
            }
          }
        }
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new Unreadable("it has entities of its own, which are not read");
        default -> {}
      }
    }
    return plain(text.toString());
  }

  /** Without the way in which Excel writes characters that XML does not have. */
  static String plain(String text) {
    if (!text.contains("_x")) {
      return text;
    }
    Matcher escaped = ESCAPED.matcher(text);
    return escaped.replaceAll(
        one -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(one.group(1), 16))));
  }
}
