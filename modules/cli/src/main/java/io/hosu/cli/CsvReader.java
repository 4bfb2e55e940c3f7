package io.hosu.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the CSV that a server writes. An empty field is NULL, {@code ""} is an empty text. */
final class CsvReader {
  private final BufferedReader in;

  CsvReader(InputStream utf8) {
    this.in = new BufferedReader(new InputStreamReader(utf8, StandardCharsets.UTF_8), 64 * 1024);
  }

  /** The next row; a null in it is NULL. Empty at the end. */
  Optional<List<@Nullable String>> next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    List<@Nullable String> row = new ArrayList<>();
    int at = first;
    while (true) {
      if (at == '"') {
        row.add(quoted());
        at = in.read();
      } else {
        StringBuilder plain = new StringBuilder();
        while (at >= 0 && at != ',' && at != '\n' && at != '\r') {
          plain.append((char) at);
          at = in.read();
        }
        row.add(plain.isEmpty() ? null : plain.toString());
      }
      if (at == '\r') {
        at = in.read();
      }
      if (at != ',') {
        return Optional.of(row);
      }
      at = in.read();
    }
  }

  private String quoted() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c == '"') {
        in.mark(1);
        if (in.read() != '"') {
          in.reset();
          return text.toString();
        }
      }
      if (c < 0) {
        return text.toString();
      }
      text.append((char) c);
    }
  }
}
