package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.airlift.compress.zstd.ZstdInputStream;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Compression;
import io.hosu.query.engine.ObjectLook;
import io.hosu.query.engine.ObjectLook.Form;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Looks at objects of which nothing is known but their keys: each by its bytes. */
final class Looking {
  private static final int START = 1 << 16;
  private static final int MOST_RECORDS = 10_000;
  private static final long MOST_BYTES = 16L << 20;

  private final Instances instances;
  private final Converting converting;

  Looking(Instances instances, Converting converting) {
    this.instances = instances;
    this.converting = converting;
  }

  /** What the objects of an operation show, in their order. */
  ObjectNode run(JsonNode operation) throws SQLException {
    List<ObjectLook> found = new ArrayList<>();
    List<ParquetLook.File> parquet = new ArrayList<>();
    for (JsonNode file : operation.path("files")) {
      Path path = Path.of(file.path("path").asText());
      String object = file.path("object").asText();
      ObjectLook look = look(path, object);
      if (look.read().filter(form -> form.format() == Kind.PARQUET.format()).isPresent()) {
        parquet.add(new ParquetLook.File(path, object));
      }
      found.add(look);
    }
    Map<String, ObjectLook> footers = new HashMap<>();
    new ParquetLook(instances).look(parquet).forEach(look -> footers.put(look.object(), look));
    ObjectNode json = Json.object();
    ArrayNode looks = json.putArray("looks");
    found.forEach(look -> looks.add(footers.getOrDefault(look.object(), look).toJson()));
    return json;
  }

  private ObjectLook look(Path path, String object) {
    try (InputStream in = open(path, object)) {
      in.mark(START);
      byte[] start = in.readNBytes(START);
      in.reset();
      if (start.length == 0) {
        return empty(object);
      }
      Kind kind = Kind.of(start, object);
      String why = kind.refusal();
      if (!why.isEmpty()) {
        return ObjectLook.unreadable(object, why);
      }
      if (kind == Kind.PARQUET) {
        return new ObjectLook(object, Form.of(kind.format(), ""), Map.of(), 0, true, "", "");
      }
      return kind.format().isConverted()
          ? converted(kind, path, object)
          : text(in, TextStart.of(start), kind, object);
    } catch (IOException | RuntimeException e) {
      return ObjectLook.unreadable(object, "It cannot be read: %s.".formatted(reason(e)));
    }
  }

  /** Looks at what the first records are as JSON, of which so much is held in memory. */
  private ObjectLook converted(Kind kind, Path path, String object) throws IOException {
    ByteArrayOutputStream some = new ByteArrayOutputStream();
    boolean whole;
    try (JsonLines lines =
        new JsonLines(
            some,
            bytes -> {
              if (bytes > MOST_BYTES) {
                throw new Enough();
              }
            })) {
      whole = converting.write(kind.format(), path, () -> open(path, object), lines, MOST_RECORDS);
    } catch (Unreadable e) {
      return ObjectLook.unreadable(object, "It cannot be read: %s.".formatted(e.getMessage()));
    } catch (Enough _) {
      whole = false;
    }
    byte[] json = some.toByteArray();
    if (json.length == 0) {
      return empty(object);
    }
    TextStart start = TextStart.of(Arrays.copyOf(json, Math.min(json.length, START)));
    ObjectLook look = JsonLook.of(new ByteArrayInputStream(json), start, Kind.JSON_LINES, object);
    return new ObjectLook(
        object,
        look.read().isPresent() ? Form.of(kind.format(), "") : null,
        look.columns(),
        look.records(),
        look.whole() && whole,
        look.oddities(),
        look.problem());
  }

  /** So much is enough to look at. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static String reason(Exception e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return e.getClass().getSimpleName().replaceAll("Exception$", "") + ": " + message;
  }

  private static ObjectLook text(InputStream in, TextStart start, Kind kind, String object)
      throws IOException {
    if (start.text().isBlank() && start.isWhole()) {
      return empty(object);
    }
    if (start.text().indexOf('\0') >= 0) {
      return ObjectLook.unreadable(object, "It is neither text nor of a format that is known.");
    }
    return kind == Kind.JSON || kind == Kind.JSON_LINES
        ? JsonLook.of(in, start, kind, object)
        : DelimitedLook.of(in, start, kind, object);
  }

  private static ObjectLook empty(String object) {
    return new ObjectLook(object, null, Map.of(), 0, true, "", "");
  }

  /** The bytes as they are once unpacked, as the end of the key says. */
  private static InputStream open(Path path, String object) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(path), START);
    try {
      return switch (Compression.of(object)) {
        case NONE -> raw;
        case GZIP -> new BufferedInputStream(new GZIPInputStream(raw, START), START);
        case ZSTD -> new BufferedInputStream(new ZstdInputStream(raw), START);
      };
    } catch (IOException e) {
      raw.close();
      if (Files.size(path) == 0) {
        return new BufferedInputStream(InputStream.nullInputStream());
      }
      throw e;
    }
  }
}
