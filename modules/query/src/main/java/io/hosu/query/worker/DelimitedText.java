package io.hosu.query.worker;

import java.util.ArrayList;
import java.util.List;

/** The records of a text, each cut into its fields. Lines end with LF, CR or both. */
final class DelimitedText {
  private final String text;
  private final char delimiter;
  private final char quote;
  private final boolean end;
  private int at;
  private long line = 1;
  private boolean open;

  /**
   * A text that is read once.
   *
   * @param end whether it is whole; otherwise its last record may be cut, and is left out
   */
  DelimitedText(String text, char delimiter, char quote, boolean end) {
    this.text = text;
    this.delimiter = delimiter;
    this.quote = quote;
    this.end = end;
  }

  /** A record: the line on which it begins, and its fields. */
  record Fields(List<String> values, long line) {}

  /** The first records, without empty lines. */
  List<Fields> records(int most) {
    List<Fields> records = new ArrayList<>();
    while (at < text.length() && records.size() < most) {
      long begins = line;
      List<String> values = record();
      boolean cut = at >= text.length() && (open || !end);
      boolean blank = values.size() == 1 && values.getFirst().isEmpty();
      if (!cut && !blank) {
        records.add(new Fields(values, begins));
      }
    }
    return records;
  }

  /** Whether a quote was still open at the end of a text that is whole. */
  boolean isOpen() {
    return open && end;
  }

  private List<String> record() {
    List<String> values = new ArrayList<>();
    while (true) {
      values.add(field());
      if (at >= text.length()) {
        return values;
      }
      char c = text.charAt(at++);
      if (c == delimiter) {
        if (at >= text.length()) {
          values.add("");
          return values;
        }
        continue;
      }
      if (c == '\r' && at < text.length() && text.charAt(at) == '\n') {
        at++;
      }
      line++;
      return values;
    }
  }

  private String field() {
    if (at < text.length() && text.charAt(at) == quote) {
      return quoted();
    }
    int from = at;
    while (at < text.length() && !ends(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    at++;
    open = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != quote) {
        line +=
            c == '\n' || (c == '\r' && !(at < text.length() && text.charAt(at) == '\n')) ? 1 : 0;
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        value.append(quote);
        at++;
      } else {
        open = false;
        break;
      }
    }
    while (at < text.length() && !ends(text.charAt(at))) {
      value.append(text.charAt(at++));
    }
    return value.toString();
  }

  private boolean ends(char c) {
    return c == delimiter || c == '\n' || c == '\r';
  }
}
