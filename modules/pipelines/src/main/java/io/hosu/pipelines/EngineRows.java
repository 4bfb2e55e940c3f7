package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.ResultSink;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an engine answers: a few rows here, many in a file. */
final class EngineRows {
  private EngineRows() {}

  /** The rows of {@code select}, of which there are few. */
  static List<JsonNode> of(EngineSession session, String select) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(session, select, out);
    return out.toString(StandardCharsets.UTF_8).lines().map(Json::parse).toList();
  }

  /** Writes the rows of {@code select} as JSON, an object a line. */
  static void write(EngineSession session, String select, Path file) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(session, select, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(EngineSession session, String select, OutputStream out) {
    session.query(
        select,
        ResultFormat.NDJSON,
        ResultLimits.NONE,
        new ResultSink() {
          @Override
          public void columns(List<Column> columns) {}

          @Override
          public void bytes(byte[] chunk) throws IOException {
            out.write(chunk);
          }
        });
  }
}
