package io.hosu.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.ResultSink;
import io.hosu.query.engine.SessionRequest;
import io.hosu.tables.ScanPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Rows of the tables in which the lake keeps itself. May be used from any thread. */
public final class ArchivedRows {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final Engines engines;

  /** Rows that are read with {@code engines}. */
  public ArchivedRows(Engines engines) {
    this.engines = engines;
  }

  /**
   * The result of a SELECT, all of it in memory: so it has a LIMIT.
   *
   * @param select what is wanted of the relation {@code archived}, which has the rows of {@code
   *     plan}, and the path of the file that each lies in as {@code _file}
   */
  public List<ObjectNode> list(ScanPlan plan, String select) {
    EngineView view =
        new EngineView(
            List.of("archived"),
            plan.sqlWithFile(),
            plan.paths(),
            EngineView.Rows.hiddenIf(plan.hidesRows()));
    SessionRequest request = new SessionRequest("", List.of(view), null, null, TIMEOUT);
    Collected rows = new Collected();
    try (EngineSession session = engines.open(request)) {
      session.query(select, ResultFormat.NDJSON, ResultLimits.NONE, rows);
    }
    return rows.bytes.toString(UTF_8).lines().map(line -> (ObjectNode) Json.parse(line)).toList();
  }

  private static final class Collected implements ResultSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void columns(List<Column> columns) {}

    @Override
    public void bytes(byte[] chunk) throws IOException {
      bytes.write(chunk);
    }
  }
}
