package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ReadOptions;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the first record of a delimited text shows.
 *
 * @param delimiter what stands between fields
 * @param names the columns' names, each once
 * @param skip how many empty lines stand before that record
 */
record CsvHead(String delimiter, List<String> names, int skip) {
  private static final int MAX_BYTES = 1 << 20;
  private static final int SHOWN = 200;
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};

  /** Looks at a file that has at least one byte that is not the end of a line. */
  static CsvHead of(PlainFile file, ReadOptions options) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file.path()), 1 << 13)) {
      int skip = 0;
      char quote = quote(options);
      String first = record(in, quote, file);
      while (first.isEmpty()) {
        skip++;
        first = record(in, quote, file);
      }
      requireText(first, file);
      String delimiter = delimiter(first, quote, file, options);
      List<String> fields = fields(first, delimiter, quote);
      List<String> names = names(fields, options);
      ColumnNames.check(names, file.object());
      return new CsvHead(delimiter, names, skip);
    }
  }

  static char quote(ReadOptions options) {
    String quote = options.dialect().quote();
    return quote == null ? '"' : quote.isEmpty() ? 0 : quote.charAt(0);
  }

  /** What stands before a quote inside a field. */
  static char escape(ReadOptions options) {
    String escape = options.dialect().escape();
    return escape == null || escape.isEmpty() ? quote(options) : escape.charAt(0);
  }

  private static void requireText(String first, PlainFile file) {
    if (first.indexOf('\0') >= 0) {
      throw new Invalid(
          QueryError.OBJECT_UNREADABLE,
          "The first record of object %s holds the character U+0000: it is not delimited text."
              .formatted(file.object()),
          "Check that the object is whole and what its key says; name its character set in the"
              + " stage when it is another, for example encoding: utf-16le.",
          Place.inObject(file.object(), 1, first.substring(0, Math.min(SHOWN, first.length()))));
    }
  }

  private static String record(InputStream in, char quote, PlainFile file) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    boolean quoted = false;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == quote && quote != 0) {
        quoted = !quoted;
      }
      if (b == '\n' && !quoted) {
        break;
      }
      if (b == '\r' && !quoted) {
        in.mark(1);
        if (in.read() != '\n') {
          in.reset();
        }
        break;
      }
      record.write(b);
      if (record.size() > MAX_BYTES) {
        throw new Invalid(
            QueryError.BAD_RECORD,
            "The first record of object %s is longer than 1MB.".formatted(file.object()),
            "Check that the object is text, and that a quote in its first line is closed.",
            Place.inObject(
                file.object(), 1, record.toString(StandardCharsets.UTF_8).substring(0, 200)));
      }
    }
    return record.toString(StandardCharsets.UTF_8);
  }

  private static String delimiter(String first, char quote, PlainFile file, ReadOptions options) {
    String declared = options.dialect().delimiter();
    if (declared != null) {
      return declared;
    }
    if (file.format() == FileFormat.TSV) {
      return "\t";
    }
    char best = ',';
    int most = 0;
    for (char candidate : DELIMITERS) {
      int count = fields(first, String.valueOf(candidate), quote).size();
      if (count > most) {
        most = count;
        best = candidate;
      }
    }
    return String.valueOf(best);
  }

  private static List<String> fields(String record, String delimiter, char quote) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < record.length(); i++) {
      char c = record.charAt(i);
      if (c == quote && quote != 0) {
        if (quoted && i + 1 < record.length() && record.charAt(i + 1) == quote) {
          field.append(quote);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && record.startsWith(delimiter, i)) {
        fields.add(field.toString());
        field.setLength(0);
        i += delimiter.length() - 1;
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static List<String> names(List<String> fields, ReadOptions options) {
    List<String> declared = List.copyOf(options.columns().keySet());
    List<String> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < fields.size(); i++) {
      String name = options.dialect().header() ? fields.get(i).strip() : "";
      if (!options.dialect().header() && i < declared.size()) {
        name = declared.get(i);
      }
      names.add(unique(name.isEmpty() ? "column" + i : name, taken));
    }
    return names;
  }

  /** The name, or one like it that is not taken yet, whatever the case of its letters. */
  static String unique(String name, Set<String> taken) {
    String free = name;
    for (int n = 1; !taken.add(free.toLowerCase(Locale.ROOT)); n++) {
      free = name + "_" + n;
    }
    return free;
  }
}
