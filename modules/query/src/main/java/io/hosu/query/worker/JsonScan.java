package io.hosu.query.worker;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Place;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.QueryError;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Looks at the bytes of a JSON text for what DuckDB would pass over without a word: an array that
 * is cut off, elements that are no objects, keys without a name, and numbers that lose digits. Any
 * other mistake is left for DuckDB to find.
 */
final class JsonScan {
  private static final int BLOCK = 1 << 16;
  private static final int MAX_TEXT = 1000;

  private JsonScan() {}

  /**
   * Adds the keys of {@code file} to {@code numbers}; returns how many records there are.
   *
   * @throws Invalid the text is cut off, or holds something else than records
   */
  static long check(PlainFile file, JsonNumbers numbers) throws IOException {
    Checking checking = new Checking(file, numbers);
    each(file.path(), checking);
    if (checking.isOpenArray()) {
      throw open(file, checking.line());
    }
    return checking.records();
  }

  /**
   * The texts with the numbers of these keys as texts, digit by digit as they are.
   *
   * @param copies where to write them, as many as there are files
   */
  static List<PlainFile> exact(List<PlainFile> files, Set<String> keys, List<Path> copies)
      throws IOException {
    if (keys.isEmpty()) {
      return files;
    }
    List<PlainFile> exact = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      exact.add(exact(files.get(i), keys, copies.get(i)));
    }
    return exact;
  }

  private static PlainFile exact(PlainFile file, Set<String> keys, Path copy) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), BLOCK)) {
      Quoting quoting = new Quoting(file.format(), keys, out);
      each(file.path(), quoting);
    }
    return file.at(copy);
  }

  private static void each(Path path, JsonTokens tokens) throws IOException {
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        for (int i = 0; i < n; i++) {
          tokens.take(block[i]);
        }
      }
    }
    tokens.end();
  }

  /** An array is not closed: because the text ends too early, or because of what stands in it. */
  private static Invalid open(PlainFile file, long last) throws IOException {
    try (InputStream in = Files.newInputStream(file.path());
        JsonParser parser = Json.mapper().createParser(in)) {
      while (parser.nextToken() != null) {
        // Only how it ends matters.
      }
      return truncated(file, last);
    } catch (JsonProcessingException e) {
      String why = e.getOriginalMessage();
      return why.startsWith("Unexpected end-of-input")
          ? truncated(file, last)
          : bad(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr(), why + ".");
    }
  }

  private static Invalid truncated(PlainFile file, long line) {
    return new Invalid(
        QueryError.OBJECT_TRUNCATED,
        "Object %s is a JSON array that ends at line %d without its closing bracket."
            .formatted(file.object(), line),
        "Put the whole file again under the same key.",
        Place.inObject(file.object(), line, ""));
  }

  private static Invalid bad(PlainFile file, long line, String why) throws IOException {
    String text = RecordLines.textOf(file.path(), line, MAX_TEXT);
    return new Invalid(
        QueryError.BAD_RECORD,
        "Line %d of object %s cannot be read. %s The line is: %s"
            .formatted(line, file.object(), why, text),
        "Put an array of objects, one object a line, or one object.",
        Place.inObject(file.object(), line, text));
  }

  private static final class Checking extends JsonTokens {
    private final PlainFile file;
    private final JsonNumbers numbers;
    private long records;

    Checking(PlainFile file, JsonNumbers numbers) {
      super(file.format() == FileFormat.JSON_LINES);
      this.file = file;
      this.numbers = numbers;
    }

    long records() {
      return records;
    }

    @Override
    void element(byte first) throws IOException {
      String what =
          switch (first) {
            case '{' -> "";
            case '[' -> "a list";
            case '"' -> "a text";
            case 'n' -> "null";
            case 't', 'f' -> "true or false";
            default -> first == '-' || (first >= '0' && first <= '9') ? "a number" : "";
          };
      if (!what.isEmpty()) {
        throw bad("It holds %s where a JSON object should be.".formatted(what));
      }
      records++;
    }

    @Override
    void key(String key, boolean ofRecord) throws IOException {
      if (ofRecord && key.isEmpty()) {
        throw bad("A key in it has no name.");
      }
      if (key.contains("\\u0000")) {
        throw bad("A key in it holds the character U+0000.");
      }
    }

    @Override
    void tooDeep() throws IOException {
      throw bad("It nests deeper than the %d levels that can be read.".formatted(MAX_DEPTH));
    }

    @Override
    void number(String text, String key) {
      numbers.see(text, key);
    }

    private Invalid bad(String why) throws IOException {
      return JsonScan.bad(file, line(), why);
    }
  }

  private static final class Quoting extends JsonTokens {
    private final Set<String> keys;
    private final OutputStream out;

    Quoting(FileFormat format, Set<String> keys, OutputStream out) {
      super(format == FileFormat.JSON_LINES);
      this.keys = keys;
      this.out = out;
    }

    @Override
    void other(byte b) throws IOException {
      out.write(b);
    }

    @Override
    void number(String text, String key) throws IOException {
      String written = keys.contains(key) ? '"' + text + '"' : text;
      out.write(written.getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
