package io.hosu.query.worker;

import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a sheet that have a value, one after the other. */
final class ExcelRows {
  private static final int MOST_COLUMNS = 16_384;

  private final ExcelBook book;
  private final XMLStreamReader in;
  private long characters;

  ExcelRows(ExcelBook book, InputStream part) throws XMLStreamException {
    this.book = book;
    this.in = XmlRecords.reader(part);
  }

  /** A text in a cell, which no number of a style is. */
  record Text(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** The values of the next row by the places of their columns; null at the end. */
  @Nullable Map<Integer, Object> next() throws XMLStreamException, Unreadable {
    Map<Integer, Object> row = new TreeMap<>();
    int place = 0;
    while (in.hasNext()) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT && in.getLocalName().equals("c")) {
        place = place(in.getAttributeValue(null, "r"), place);
        Object value = cell();
        if (value != null) {
          row.put(place, value);
        }
        place++;
      } else if (event == XMLStreamConstants.START_ELEMENT && in.getLocalName().equals("row")) {
        place = 0;
        characters = 0;
      } else if (event == XMLStreamConstants.END_ELEMENT && in.getLocalName().equals("row")) {
        if (!row.isEmpty()) {
          return row;
        }
      } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw new Unreadable("it has entities of its own, which are not read");
      }
    }
    return row.isEmpty() ? null : row;
  }

  /** {@code C7} is the column at 2. */
  private static int place(@Nullable String name, int next) throws Unreadable {
    int place = -1;
    if (name == null) {
      place = next;
    } else {
      int letters = 0;
      for (int i = 0; i < name.length() && Character.isLetter(name.charAt(i)); i++) {
        letters = letters * 26 + (Character.toUpperCase(name.charAt(i)) - 'A' + 1);
        if (letters > MOST_COLUMNS) {
          break;
        }
      }
      place = letters - 1;
    }
    if (place < 0 || place >= MOST_COLUMNS) {
      throw new Unreadable("a cell stands at no column that there can be");
    }
    return place;
  }

  private @Nullable Object cell() throws XMLStreamException, Unreadable {
    String type = in.getAttributeValue(null, "t");
    String style = in.getAttributeValue(null, "s");
    String value = null;
    String inline = null;
    while (true) {
      int event = in.next();
      if (event == XMLStreamConstants.END_ELEMENT && in.getLocalName().equals("c")) {
        return inline != null ? text(inline) : value(type, style, value);
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (in.getLocalName()) {
          case "v" -> value = content();
          case "is" -> inline = counted(ExcelTexts.runs(in, mostCharacters(), this::tooLong));
          default -> {}
        }
      }
    }
  }

  private String content() throws XMLStreamException, Unreadable {
    StringBuilder text = new StringBuilder();
    for (int event = in.next(); event != XMLStreamConstants.END_ELEMENT; event = in.next()) {
      if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        text.append(in.getText());
        if (text.length() > mostCharacters()) {
          throw tooLong();
        }
      } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw new Unreadable("it has entities of its own, which are not read");
      }
    }
    return counted(text.toString());
  }

  private String counted(String text) throws Unreadable {
    characters += text.length();
    if (characters > mostCharacters()) {
      throw tooLong();
    }
    return text;
  }

  private long mostCharacters() {
    return book.source().limits().rowCharacters();
  }

  private Unreadable tooLong() {
    return new Unreadable(
        "one of its rows has more than %,d characters, as the setting query.workbook-row has it"
            .formatted(mostCharacters()));
  }

  private @Nullable Object value(
      @Nullable String type, @Nullable String style, @Nullable String value) {
    if (value == null) {
      return null;
    }
    return switch (type == null ? "n" : type) {
      case "s" -> shared(value);
      case "b" -> value.strip().equals("1") || value.strip().equals("true");
      case "e" -> null;
      case "str" -> text(ExcelTexts.plain(value));
      case "d" -> value.strip();
      default -> number(value, style);
    };
  }

  private @Nullable Object shared(String value) {
    BigDecimal number = ExcelRecords.number(value);
    if (number == null
        || number.signum() < 0
        || number.compareTo(BigDecimal.valueOf(book.texts().size())) >= 0) {
      return null;
    }
    return text(book.texts().get(number.intValue()));
  }

  private static @Nullable Object text(String text) {
    return text.isEmpty() ? null : new Text(text);
  }

  private @Nullable Object number(String value, @Nullable String style) {
    BigDecimal number = ExcelRecords.number(value);
    int at = style != null && style.matches("\\d{1,6}") ? Integer.parseInt(style) : -1;
    return number == null ? null : book.styles().value(number, at, book.since1904());
  }
}
