package io.hosu.query.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Frames;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Sends one result in frames, piece by piece, until it is larger than it may be. */
final class ResultSending {
  private static final int CHUNK_CHARS = 1 << 16;

  private final Frames frames;
  private final ObjectNode outcome = Json.object();

  ResultSending(Frames frames) {
    this.frames = frames;
  }

  /** How many rows and bytes were sent; empty before all were. */
  ObjectNode outcome() {
    return outcome;
  }

  /** Sends rows as text. */
  void rows(ResultSet rows, ResultFormat format, long maxRows, long maxBytes)
      throws SQLException, IOException {
    ObjectNode head = Json.object();
    head.set("columns", Wire.columns(Sql.columns(rows.getMetaData())));
    frames.write(Frames.COLUMNS, head);
    ResultWriter writer = new ResultWriter(format, rows.getMetaData());
    long bytes = 0;
    writer.begin();
    while (rows.next()) {
      if (writer.rows() == maxRows) {
        throw tooLarge(maxRows + " rows");
      }
      writer.row(rows);
      if (writer.out().length() >= CHUNK_CHARS) {
        bytes += flush(writer);
        if (bytes > maxBytes) {
          throw tooLarge(maxBytes + " bytes");
        }
      }
    }
    writer.end();
    bytes += flush(writer);
    outcome.put("rows", writer.rows()).put("bytes", bytes);
  }

  /** Writes what {@code select} gives as Parquet to {@code file}, and sends that. */
  void file(Sql sql, String select, Path file, long maxBytes) throws SQLException, IOException {
    ObjectNode head = Json.object();
    head.set("columns", Wire.columns(sql.columns(select)));
    long rows = ParquetWriting.write(sql, select, file);
    long bytes = Files.size(file);
    if (bytes > maxBytes) {
      throw tooLarge(maxBytes + " bytes");
    }
    frames.write(Frames.COLUMNS, head);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[CHUNK_CHARS];
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        frames.write(Frames.DATA, chunk, count);
      }
    }
    outcome.put("rows", rows).put("bytes", bytes);
  }

  private long flush(ResultWriter writer) throws IOException {
    byte[] bytes = writer.out().toString().getBytes(StandardCharsets.UTF_8);
    frames.write(Frames.DATA, bytes, bytes.length);
    writer.out().setLength(0);
    return bytes.length;
  }

  private static Exhausted tooLarge(String limit) {
    return new Exhausted(
        QueryError.RESULT_TOO_LARGE,
        "The result has more than %s.".formatted(limit),
        "Add a LIMIT or aggregate in the SQL, or write the result to a table with a stage.");
  }
}
