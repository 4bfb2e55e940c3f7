package io.hosu.query.worker;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DuckDB's account of a record of delimited text that it cannot read.
 *
 * @param path the file
 * @param line the line where DuckDB sees its beginning
 * @param raw the record, with any empty lines before it
 * @param type DuckDB's word for the kind of error; empty when it is not told
 * @param message what is wrong, in DuckDB's words
 */
record CsvError(String path, long line, String raw, String type, String message) {
  private static final Pattern FORM =
      Pattern.compile(
          "CSV Error on Line: (\\d+)\\nOriginal Line: ?(.*?)\\n"
              + "((?:Error when converting|Expected Number of Columns|Invalid unicode|Value with"
              + " unterminated|Maximum line size|The CSV Parser state|Values from|Found invalid"
              + "|It was not possible|Missing|Error).*?)(?:\\n|$).*?\\n\\s*file = (.*?)\\n",
          Pattern.DOTALL);
  private static final int MAX_TEXT = 1000;

  /** What to do about bytes that are not UTF-8. */
  static final String OTHER_CHARACTERS =
      "Name the character set in the stage, for example encoding: latin-1, or put the object again"
          + " in UTF-8.";

  /** Reads it from an error's message. */
  static Optional<CsvError> of(String message) {
    Matcher form = FORM.matcher(message + "\n");
    return form.find()
        ? Optional.of(
            new CsvError(
                form.group(4).strip(),
                Long.parseLong(form.group(1)),
                form.group(2),
                "",
                form.group(3)))
        : Optional.empty();
  }

  /** The line where the record really begins. */
  long recordLine() {
    long empty = 0;
    for (int i = 0; i < raw.length() && (raw.charAt(i) == '\n' || raw.charAt(i) == '\r'); i++) {
      empty += raw.charAt(i) == '\n' ? 1 : 0;
    }
    return line + empty;
  }

  /** The record, shortened when long. */
  String text() {
    String text = raw.strip();
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
  }

  /** The record, without the ends of lines around it. */
  String whole() {
    int begin = 0;
    int end = raw.length();
    while (begin < end && isLineEnd(raw.charAt(begin))) {
      begin++;
    }
    while (end > begin && isLineEnd(raw.charAt(end - 1))) {
      end--;
    }
    return raw.substring(begin, end);
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  /** Whether a value does not fit the type of its column. */
  boolean isConversion() {
    return message.startsWith("Error when converting");
  }

  /** Whether the bytes are not UTF-8. */
  boolean isEncoding() {
    return message.startsWith("Invalid unicode");
  }

  /** What is wrong, in the words of people who do not know DuckDB. */
  String reason() {
    if (isEncoding()) {
      return "It is not text in UTF-8.";
    }
    if (message.startsWith("Value with unterminated")) {
      return "A quote that opens a field is not closed.";
    }
    if (message.startsWith("Maximum line size")) {
      return "It is longer than a record may be: " + message;
    }
    if (message.startsWith("Expected Number of Columns")) {
      return message
              .replace("Expected Number of Columns: ", "It should have this number of fields: ")
              .replace(" Found: ", ", but has ")
          + ".";
    }
    return message.endsWith(".") ? message : message + ".";
  }
}
