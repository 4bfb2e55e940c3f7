package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import io.hosu.query.engine.EngineInput;
import io.hosu.query.engine.Frames;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an engine can be asked to do, by the word {@code op} of the request. */
final class Operations {
  private final WorkerConfig config;
  private final Frames frames;
  private final ServerCalls server;
  private final Instances instances;
  private final Converting converting;
  private final Log log;
  private @Nullable Parsing parsing;
  private volatile @Nullable OpenSession session;

  Operations(WorkerConfig config, Frames frames) {
    this.config = config;
    this.frames = frames;
    this.server = new ServerCalls(frames);
    this.instances = new Instances(config, server);
    this.converting = new Converting(config.workbooks());
    this.log = new Log(frames, InstantSource.system());
  }

  /** Where what is done is said. */
  Log log() {
    return log;
  }

  /** What the server said when it was asked. Any thread may call it. */
  void answered(JsonNode answer) {
    server.answered(answer);
  }

  /** Gets ready for the next session while nobody waits. */
  void prepare() throws SQLException {
    if (session == null && parsing == null) {
      instances.prepare();
    }
  }

  /** Stops what runs. Any thread may call it. */
  void cancel() {
    OpenSession open = session;
    if (open != null) {
      try {
        open.instance().sql().cancel();
      } catch (SQLException e) {
        System.err.println("A statement cannot be cancelled: " + e.getMessage());
      }
    }
  }

  ObjectNode run(JsonNode operation) throws Exception {
    return switch (operation.path("op").asText()) {
      case "parse" -> Json.object().put("tree", parsing().parse(text(operation)));
      case "print" -> print(text(operation));
      case "look" -> new Looking(instances, converting).run(operation);
      case "footers" -> new FooterReading(instances).run(operation);
      case "open" -> open(Wire.session(operation.path("session")));
      case "describe" -> session().describe(operation);
      case "query" -> session().query(operation);
      case "keep" -> session().keep(operation);
      case "files" -> session().files(operation);
      case "filled" -> session().filled(operation);
      case "write" -> session().write(operation);
      case "close" -> close();
      default -> throw new IllegalArgumentException("No operation: " + operation.path("op"));
    };
  }

  private ObjectNode print(String tree) throws SQLException {
    try {
      return Json.object().put("sql", parsing().print(tree));
    } catch (SQLException e) {
      throw new Invalid(
          QueryError.SQL_REFUSED,
          "The SQL uses something that cannot be used: %s".formatted(Faults.read(e).headline()),
          "Write it in another way.");
    }
  }

  private static String text(JsonNode operation) {
    return operation.path("text").asText();
  }

  private Parsing parsing() throws SQLException {
    Parsing known = parsing;
    if (known == null) {
      known = new Parsing(config);
      parsing = known;
    }
    return known;
  }

  private OpenSession session() {
    OpenSession open = session;
    if (open == null) {
      throw new IllegalStateException("No session is open.");
    }
    return open;
  }

  private ObjectNode open(SessionRequest request) throws Exception {
    EngineInput wanted = request.input();
    Input input = null;
    if (wanted != null) {
      Path copies = Files.createDirectories(config.temp().resolve("input"));
      clear(copies);
      input = new Input(wanted, copies, Sizes.parse(config.tempSize()), converting);
    }
    Instance instance = instances.take(request, input == null ? List.of() : input.paths());
    OpenSession open = new OpenSession(request, instance, input, frames, log);
    session = open;
    try {
      open.define();
    } catch (HosuException e) {
      session = null;
      instance.close();
      throw e;
    }
    return Json.object();
  }

  private ObjectNode close() throws SQLException, IOException {
    OpenSession open = session;
    session = null;
    server.forget();
    if (open != null) {
      instances.giveBack(open.key(), open.instance());
    }
    clear(config.temp().resolve("input"));
    return Json.object();
  }

  private static void clear(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
