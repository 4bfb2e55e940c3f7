package io.hosu.query.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pool for all tests of this module's test run, and short ways to use it. */
public final class TestEngines {
  /** Below the module's build directory, so that the library is unpacked once for all runs. */
  public static final Path HOME = Path.of("target", "engines").toAbsolutePath();

  private static @Nullable EnginePool shared;

  private TestEngines() {}

  public static EngineConfig config(int workers) {
    return new EngineConfig(
        workers,
        4,
        256L << 20,
        2,
        1L << 30,
        100,
        Duration.ofSeconds(30),
        WorkbookLimits.STANDARD,
        HOME.resolve("cache"),
        HOME.resolve("temp" + ProcessHandle.current().pid()));
  }

  /** The same, whose engines may give no sign of life for so long. */
  static EngineConfig silent(int workers, Duration silence) {
    EngineConfig config = config(workers);
    return new EngineConfig(
        workers,
        config.queue(),
        config.memoryBytes(),
        config.threads(),
        config.tempBytes(),
        config.sessionsPerWorker(),
        silence,
        config.workbooks(),
        config.cache(),
        config.temp());
  }

  /** A pool of two engines that lives as long as the JVM. */
  public static synchronized EnginePool shared() {
    EnginePool pool = shared;
    if (pool == null) {
      pool = new EnginePool("shared", config(2));
      Runtime.getRuntime().addShutdownHook(new Thread(pool::close));
      shared = pool;
    }
    return pool;
  }

  public static SessionRequest request(@Nullable EngineInput input) {
    return new SessionRequest("", List.of(), input, null, Duration.ofSeconds(30));
  }

  /** The result as CSV. */
  public static String csv(EngineSession session, String select) {
    return text(session, select, ResultFormat.CSV);
  }

  public static String text(EngineSession session, String select, ResultFormat format) {
    Collected result = new Collected();
    session.query(select, format, ResultLimits.NONE, result);
    return result.text();
  }

  /** Keeps a result. */
  public static final class Collected implements ResultSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private List<Column> columns = List.of();

    @Override
    public void columns(List<Column> its) {
      columns = its;
    }

    @Override
    public void bytes(byte[] chunk) throws IOException {
      bytes.write(chunk);
    }

    public byte[] bytes() {
      return bytes.toByteArray();
    }

    public String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    public List<Column> columns() {
      return columns;
    }
  }

  /** An object of a batch, written to {@code directory}. */
  public static InputFile object(Path directory, String key, byte[] bytes, ReadOptions options)
      throws IOException {
    Path file = directory.resolve("blob-" + Integer.toHexString(key.hashCode()));
    Files.write(file, bytes);
    return InputFile.of(file, "raw/" + key, options);
  }

  /** A Parquet file in {@code directory} that holds the rows of {@code select}. */
  public static Path parquet(Path directory, String select) {
    SessionRequest request =
        new SessionRequest("", List.of(), null, directory, Duration.ofSeconds(20));
    try (EngineSession session = shared().open(request)) {
      WriteResult result = session.write(select, columns -> asTheyAre(columns, directory));
      return Path.of(result.files().getFirst().path("filename").asText());
    }
  }

  /** Writes the columns as they are. */
  public static WriteRequest asTheyAre(List<Column> columns, Path directory) {
    return new WriteRequest(
        columns.stream()
            .map(c -> new WriteRequest.Target(c.name(), "\"" + c.name() + "\"", c.type()))
            .toList(),
        "",
        List.of(),
        List.of(),
        directory,
        WriteRequest.STANDARD_FILE_BYTES);
  }
}
