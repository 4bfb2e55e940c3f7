package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.Compression;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.InputFile;
import io.hosu.query.engine.ReadHint;
import io.hosu.query.engine.ReadOptions;
import io.hosu.query.engine.Wire;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes records that were chosen out of quarantine as files that an engine reads like objects:
 * records of one version of an object together, below the columns that it had; beside each file the
 * lines at which its records stood.
 */
final class RecordFiles {
  /** An engine opens no more than these. */
  static final int MOST = 5_000;

  private final Path directory;
  private final ReadOptions.Dialect dialect;
  private final List<InputFile> files = new ArrayList<>();
  private final Set<ReadHint> hints = new LinkedHashSet<>();
  private long bytes;

  private RecordFiles(Path directory, ReadOptions.Dialect dialect) {
    this.directory = directory;
    this.dialect = dialect;
  }

  /**
   * Files of records.
   *
   * @param hints how they were read before
   * @param bytes how much text the records have
   */
  record Written(List<InputFile> files, List<ReadHint> hints, long bytes) {
    Written {
      files = List.copyOf(files);
      hints = List.copyOf(hints);
    }
  }

  /**
   * Writes the records of {@code rows}: an object a line with {@code object, version, read_as,
   * line, text}, those of a file together.
   */
  static Written write(Path rows, Path directory, ReadOptions.Dialect dialect) throws IOException {
    RecordFiles all = new RecordFiles(directory, dialect);
    try (BufferedReader in = Files.newBufferedReader(rows)) {
      all.write(in);
    }
    return new Written(all.files, List.copyOf(all.hints), all.bytes);
  }

  private void write(BufferedReader rows) throws IOException {
    JsonNode last = Json.object();
    Open open = null;
    try {
      for (String line = rows.readLine(); line != null; line = rows.readLine()) {
        JsonNode row = Json.parse(line);
        boolean alone = isOpenEnded(row);
        if (open == null || alone || !isSameFile(row, last)) {
          close(open);
          open = open(row);
        }
        open.add(row);
        bytes += row.path("text").asText().length();
        // What does not end would take the next record with it.
        last = alone ? Json.object() : row;
      }
    } finally {
      close(open);
    }
  }

  private static void close(@org.jspecify.annotations.Nullable Open open) throws IOException {
    if (open != null) {
      open.close();
    }
  }

  private static boolean isSameFile(JsonNode row, JsonNode last) {
    return last.has("object")
        && List.of("object", "version", "read_as").stream()
            .allMatch(name -> Objects.equals(row.get(name), last.get(name)));
  }

  private boolean isOpenEnded(JsonNode row) {
    char quote = quote();
    return quote != 0
        && isText(hint(row).format())
        && row.path("text").asText().chars().filter(c -> c == quote).count() % 2 == 1;
  }

  private static boolean isText(FileFormat format) {
    return format == FileFormat.CSV || format == FileFormat.TSV;
  }

  private char quote() {
    String quote = dialect.quote();
    return quote == null ? '"' : quote.isEmpty() ? 0 : quote.charAt(0);
  }

  private static ReadHint hint(JsonNode row) {
    return row.path("read_as").isTextual()
        ? Wire.hint(Json.parse(row.path("read_as").asText()))
        : new ReadHint(format(row.path("object").asText()), "", List.of());
  }

  private static FileFormat format(String object) {
    FileFormat format = InputFile.formatOf(Compression.unpackedName(object));
    return format.isConverted() ? FileFormat.JSON_LINES : format;
  }

  private Open open(JsonNode row) throws IOException {
    if (files.size() == MOST) {
      throw new Invalid(
          PipelinesError.REDRIVE_INVALID,
          "The chosen records are of more than %d objects.".formatted(MOST),
          "Choose fewer at a time, with --where.");
    }
    ReadHint hint = hint(row);
    Path path = directory.resolve("records-" + files.size());
    Path lines = directory.resolve("lines-" + files.size());
    String version = row.path("version").isTextual() ? row.path("version").asText() : "";
    files.add(
        new InputFile(
            path, row.path("object").asText(), hint.format(), Compression.NONE, version, lines));
    Open open = new Open(path, lines, !isText(hint.format()));
    if (isText(hint.format())) {
      hints.add(new ReadHint(FileFormat.CSV, hint.delimiter(), hint.columns()));
      open.line(header(hint), 1);
    }
    return open;
  }

  private String header(ReadHint hint) {
    return hint.columns().stream()
        .map(Column::name)
        .map(name -> quoted(name, hint.delimiter()))
        .collect(Collectors.joining(hint.delimiter()));
  }

  private String quoted(String name, String delimiter) {
    if (quote() == 0 || !(name.contains(delimiter) || name.indexOf(quote()) >= 0)) {
      return name;
    }
    String quote = String.valueOf(quote());
    return quote + name.replace(quote, quote + quote) + quote;
  }

  /** A file that is being written, and the one of its lines. */
  private static final class Open implements AutoCloseable {
    private final BufferedWriter records;
    private final BufferedWriter lines;
    private final boolean oneLineEach;

    Open(Path records, Path lines, boolean oneLineEach) throws IOException {
      this.records = Files.newBufferedWriter(records);
      this.lines = Files.newBufferedWriter(lines);
      this.oneLineEach = oneLineEach;
    }

    void add(JsonNode row) throws IOException {
      String text = row.path("text").asText();
      line(
          oneLineEach ? text.replace('\n', ' ').replace('\r', ' ') : text,
          row.path("line").asLong());
    }

    void line(String text, long line) throws IOException {
      records.write(text);
      records.write('\n');
      long ends = text.lines().count();
      for (long i = 0; i < Math.max(1, ends); i++) {
        lines.write(Long.toString(line + i));
        lines.write('\n');
      }
    }

    @Override
    public void close() throws IOException {
      records.close();
      lines.close();
    }
  }
}
