package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.query.Guard;
import io.hosu.query.TableWriting;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.tables.CloneEngine;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.WriteShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What clones need of engines and of the guard. May be used from any thread. */
public final class ClonesEngine implements CloneEngine {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final String FILE = "file";

  /** More than any file with deletes has: one is written as one. */
  private static final long ONE_FILE = 1L << 40;

  private final Engines engines;
  private final Guard guard;

  /** Reads and writes with {@code engines}, and understands what {@code guard} does. */
  public ClonesEngine(Engines engines, Guard guard) {
    this.engines = engines;
    this.guard = guard;
  }

  @Override
  public List<String> texts(Path file, String select) {
    try (EngineSession session = open(file, select, null)) {
      return EngineRows.of(session, "SELECT * FROM " + FILE).stream()
          .map(row -> row.elements().next())
          .map(JsonNode::asText)
          .toList();
    }
  }

  @Override
  public Path write(Path file, String select, WriteShape shape, Path directory) {
    WriteRequest request = TableWriting.request(shape, directory, ONE_FILE);
    try (EngineSession session = open(file, select, directory)) {
      WriteResult result = session.write("SELECT * FROM " + FILE, _ -> request);
      return Path.of(FileStatistics.fromJson(result.files().getFirst()).path());
    }
  }

  @Override
  public Optional<String> renamed(String sql, String from, String to) {
    return guard.renamed(sql, from, to);
  }

  private EngineSession open(Path file, String select, @Nullable Path output) {
    EngineView view = new EngineView(List.of(FILE), select, List.of(file));
    return engines.open(new SessionRequest("", List.of(view), null, output, TIMEOUT));
  }
}
