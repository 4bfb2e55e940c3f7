package io.hosu.query.worker;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * How the cells of a workbook are shown, as far as it says what their numbers are.
 *
 * @param shown what the numbers of each style are
 */
record ExcelStyles(List<Shown> shown) {
  static final ExcelStyles NONE = new ExcelStyles(List.of());
  private static final BigDecimal DAY = BigDecimal.valueOf(24L * 60 * 60 * 1000);

  /** Excel's first day, which lets 1900 have a 29 February. */
  private static final LocalDate FIRST = LocalDate.of(1899, 12, 30);

  private static final LocalDate FIRST_OF_1904 = LocalDate.of(1904, 1, 1);
  private static final BigDecimal LAST_DAY = BigDecimal.valueOf(2_958_466);

  /** What a number is. */
  enum Shown {
    NUMBER,
    DATE,
    DATE_AND_TIME,
    TIME
  }

  static ExcelStyles read(InputStream styles) throws XMLStreamException {
    XMLStreamReader in = XmlRecords.reader(styles);
    Map<Integer, String> formats = new HashMap<>();
    List<Shown> shown = new ArrayList<>();
    boolean inCells = false;
    while (in.hasNext()) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (in.getLocalName()) {
          case "numFmt" ->
              formats.put(
                  number(in.getAttributeValue(null, "numFmtId")),
                  String.valueOf(in.getAttributeValue(null, "formatCode")));
          case "cellXfs" -> inCells = true;
          case "xf" -> {
            if (inCells) {
              int id = number(in.getAttributeValue(null, "numFmtId"));
              shown.add(formats.containsKey(id) ? of(formats.get(id)) : ofKnown(id));
            }
          }
          default -> {}
        }
      } else if (event == XMLStreamConstants.END_ELEMENT && in.getLocalName().equals("cellXfs")) {
        inCells = false;
      }
    }
    return new ExcelStyles(shown);
  }

  private static int number(String text) {
    return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  /** Of the formats that every workbook has. */
  private static Shown ofKnown(int id) {
    return switch (id) {
      case 14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58 -> Shown.DATE;
      case 18, 19, 20, 21, 45, 47 -> Shown.TIME;
      case 22 -> Shown.DATE_AND_TIME;
      default -> Shown.NUMBER;
    };
  }

  /** Of a format as people write it; a time that passes is a number of days. */
  static Shown of(String format) {
    String first = format.split(";", 2)[0].toLowerCase(Locale.ROOT);
    if (first.matches(".*\\[[hms]+].*")) {
      return Shown.NUMBER;
    }
    String plain =
        first
            .replaceAll("\"[^\"]*\"", "")
            .replaceAll("\\\\.|_.|\\*.", "")
            .replaceAll("\\[[^]]*]", "");
    if (plain.contains("general") || (plain.matches(".*[0#?].*") && !plain.matches(".*[dyhs].*"))) {
      return Shown.NUMBER;
    }
    boolean time = plain.matches(".*[hs].*");
    boolean date = plain.matches(".*[dy].*") || (plain.contains("m") && !time);
    if (date) {
      return time ? Shown.DATE_AND_TIME : Shown.DATE;
    }
    return time ? Shown.TIME : Shown.NUMBER;
  }

  /** The value of a number in a cell of a style. */
  Object value(BigDecimal number, int style, boolean since1904) {
    Shown how = style >= 0 && style < shown.size() ? shown.get(style) : Shown.NUMBER;
    if (how == Shown.NUMBER || number.signum() < 0 || number.compareTo(LAST_DAY) >= 0) {
      return number;
    }
    long millis = number.multiply(DAY).setScale(0, RoundingMode.HALF_UP).longValueExact();
    LocalDateTime moment =
        (since1904 ? FIRST_OF_1904 : FIRST).atStartOfDay().plus(millis, ChronoUnit.MILLIS);
    return switch (how) {
      case NUMBER -> number;
      case DATE -> moment.toLocalDate().toString();
      case TIME -> number.compareTo(BigDecimal.ONE) < 0 ? text(moment.toLocalTime()) : number;
      case DATE_AND_TIME -> moment.toLocalDate() + "T" + text(moment.toLocalTime());
    };
  }

  private static String text(LocalTime time) {
    String text = time.toString();
    return text.length() == 5 ? text + ":00" : text;
  }
}
