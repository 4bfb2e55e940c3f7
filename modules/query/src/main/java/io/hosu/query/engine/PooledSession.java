package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.objects.Readers;
import io.hosu.query.engine.Frames.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A session on an engine of a pool. */
final class PooledSession implements EngineSession {
  private static final int KILLED = 128 + 9;
  private static final int MAX_CHANGES = 3;
  private static final ResultSink NOWHERE =
      new ResultSink() {
        @Override
        public void columns(List<Column> columns) {}

        @Override
        public void bytes(byte[] chunk) {}
      };

  private enum Fate {
    RUNNING,
    CANCELLED,
    LATE,
    /** What it reads must go. */
    GONE
  }

  private final EnginePool pool;
  private final EngineProcess engine;
  private final Duration timeout;
  private final VaultDesk vault;
  private final Readers.Reading reading;
  private final ScheduledFuture<?> deadline;
  private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.RUNNING);
  private final Object gate = new Object();
  private boolean answering; // guarded by gate: a cancel must not reach the engine's next session
  private @Nullable ResultSink taking; // guarded by gate: who takes a part of the result right now
  private @Nullable ScheduledFuture<?> killing;
  private final SessionRecord record;
  private boolean healthy = true;
  private boolean closed;

  PooledSession(
      EnginePool pool,
      EngineProcess engine,
      SessionRequest request,
      SessionRecord record,
      Readers.Reading reading) {
    this.pool = pool;
    this.reading = reading;
    this.engine = engine;
    this.timeout = request.timeout();
    this.vault = new VaultDesk(request.vault());
    this.record = record;
    this.deadline = pool.after(timeout, () -> stop(Fate.LATE));
    reading.stopWith(() -> stop(Fate.GONE));
  }

  /** Opens the session in the engine. */
  void begin(SessionRequest request) {
    ObjectNode operation = Json.object().put("op", "open");
    operation.set("session", Wire.session(request));
    call(operation);
  }

  @Override
  public List<Column> describe(String select) {
    return Wire.columns(call(operation("describe", select)).path("columns"));
  }

  @Override
  public ResultSummary query(
      String select, ResultFormat format, ResultLimits limits, ResultSink sink) {
    ObjectNode operation =
        operation("query", select)
            .put("format", format.name())
            .put("rows", limits.rows())
            .put("bytes", limits.bytes());
    JsonNode end = call(operation, sink);
    return new ResultSummary(end.path("rows").asLong(), end.path("bytes").asLong(), Wire.cpu(end));
  }

  @Override
  public Batch keep(String select, List<String> key) {
    ObjectNode operation = operation("keep", select);
    operation.set("key", Wire.texts(key));
    JsonNode end = call(operation);
    return new Batch(
        Wire.columns(end.path("columns")),
        end.path("rows").asLong(),
        end.path("scanned").asLong(),
        Wire.reading(end.path("reading")),
        Wire.cpu(end));
  }

  @Override
  public Set<String> filesHolding(String target, List<String> key) {
    ObjectNode operation = Json.object().put("op", "files").put("target", target);
    operation.set("key", Wire.texts(key));
    return new HashSet<>(Wire.texts(call(operation).path("files")));
  }

  @Override
  public Filled filled(String select) {
    JsonNode end = call(operation("filled", select));
    return new Filled(end.path("rows").asLong(), new HashSet<>(Wire.texts(end.path("columns"))));
  }

  @Override
  public WriteResult write(String select, Function<List<Column>, WriteRequest> plan) {
    List<Column> columns = describe(select);
    for (int i = 0; i < MAX_CHANGES; i++) {
      ObjectNode operation = operation("write", select);
      operation.set("request", Wire.write(plan.apply(columns)));
      JsonNode end = call(operation);
      if (!end.has("changed")) {
        return written(end);
      }
      columns = Wire.columns(end.path("changed"));
    }
    throw new IllegalStateException("The types of a batch do not settle.");
  }

  private static WriteResult written(JsonNode end) {
    List<ObjectNode> files = new ArrayList<>();
    end.path("files").forEach(file -> files.add((ObjectNode) file));
    return new WriteResult(
        files,
        end.path("rows").asLong(),
        end.path("bytes").asLong(),
        end.path("scanned").asLong(),
        Wire.reading(end.path("reading")),
        Wire.cpu(end));
  }

  private static ObjectNode operation(String op, String select) {
    return Json.object().put("op", op).put("sql", select);
  }

  /** Sends an operation that has no rows and waits for its end. */
  JsonNode call(ObjectNode operation) {
    return call(operation, NOWHERE);
  }

  private JsonNode call(ObjectNode operation, ResultSink sink) {
    checkFate();
    return exchange(operation, sink);
  }

  private JsonNode exchange(ObjectNode operation, ResultSink sink) {
    if (!healthy) {
      throw new IllegalStateException("The session has failed and can only be closed.");
    }
    begin();
    try {
      engine.send(operation);
      while (true) {
        Optional<Frame> frame = engine.receive();
        if (frame.isEmpty()) {
          throw died();
        }
        switch (frame.get().kind()) {
          case Frames.COLUMNS -> take(sink, frame.get());
          case Frames.DATA -> take(sink, frame.get());
          case Frames.LOG -> record.says(frame.get().json().path("line").asText());
          case Frames.ASK -> engine.answer(vault.answer(frame.get().json()));
          case Frames.END -> {
            JsonNode end = frame.get().json();
            record.used(Wire.cpu(end));
            vault.check();
            return end;
          }
          case Frames.FAILURE -> {
            JsonNode failure = frame.get().json();
            record.used(Wire.cpu(failure));
            throw failed(Wire.failure(failure));
          }
          default -> throw new IllegalStateException("No frame: " + frame.get().kind());
        }
      }
    } catch (IOException e) {
      throw died();
    } finally {
      synchronized (gate) {
        answering = false;
      }
    }
  }

  private void begin() {
    synchronized (gate) {
      answering = true;
    }
  }

  private void take(ResultSink sink, Frame frame) {
    taking(sink);
    try {
      if (frame.kind() == Frames.COLUMNS) {
        sink.columns(Wire.columns(frame.json().path("columns")));
      } else {
        sink.bytes(frame.bytes());
      }
    } catch (IOException e) {
      healthy = false;
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      healthy = false;
      throw e;
    } finally {
      taking(null);
    }
  }

  private void taking(@Nullable ResultSink sink) {
    synchronized (gate) {
      taking = sink;
    }
  }

  private HosuException failed(HosuException failure) {
    healthy = failure.code() != QueryError.ENGINE_CRASHED;
    if (failure.code() == QueryError.QUERY_CANCELLED) {
      return switch (fate.get()) {
        case LATE -> late();
        case GONE -> gone();
        case RUNNING, CANCELLED -> failure;
      };
    }
    vault.check();
    return failure;
  }

  private void checkFate() {
    switch (fate.get()) {
      case RUNNING -> {}
      case LATE -> throw late();
      case CANCELLED -> throw cancelled();
      case GONE -> throw gone();
    }
  }

  private HosuException died() {
    healthy = false;
    record.used(engine.told());
    engine.lastLines().forEach(line -> record.says("the engine's last words: " + line));
    return switch (fate.get()) {
      case LATE -> late();
      case CANCELLED -> cancelled();
      case GONE -> gone();
      case RUNNING -> pool.isClosed() ? EnginePool.closing() : crashed();
    };
  }

  private HosuException late() {
    return new Exhausted(
        QueryError.QUERY_TIMEOUT,
        "The SQL ran longer than %s.".formatted(Durations.print(timeout)),
        "Read less, or raise the timeout of the stage or the setting query.timeout.");
  }

  private static HosuException cancelled() {
    return new Exhausted(
        QueryError.QUERY_CANCELLED, "The query was cancelled.", "Send it again if it is wanted.");
  }

  private static HosuException gone() {
    return new Unavailable(
        QueryError.FILES_GONE,
        "Rows were deleted for good while their files were read, which are gone since.",
        "Send it again: it reads the tables as they are now.");
  }

  /** Whether its engine ended by SIGKILL. */
  boolean wasKilled() {
    return engine.exitCode().filter(code -> code == KILLED).isPresent();
  }

  private HosuException crashed() {
    if (engine.wasSilent()) {
      return new Unavailable(
          QueryError.ENGINE_UNAVAILABLE,
          "The engine gave no sign of life and was ended.",
          "Try again; look whether the machine has memory and processor time left: hosu doctor");
    }
    String how =
        engine
            .exitCode()
            .map(code ->
                switch (code) {
                  case KILLED -> "it was killed, most likely for want of memory";
                  case 134, 139 -> "it crashed (exit code %d)".formatted(code);
                  case 3 -> "its memory did not suffice";
                  default -> "it ended with exit code %d".formatted(code);
                })
            .orElse("it no longer answers");
    return new Exhausted(
        QueryError.ENGINE_CRASHED,
        "The engine died of what it ran: %s. Its last words: %s".formatted(how, engine.lastWords()),
        "Write the SQL in a simpler way or select less. Other queries go on; the engine was"
            + " replaced.");
  }

  @Override
  public void cancel() {
    stop(Fate.CANCELLED);
  }

  private void stop(Fate why) {
    synchronized (gate) {
      if (fate.compareAndSet(Fate.RUNNING, why) && answering) {
        engine.cancel();
        killing = pool.after(EngineConfig.GRACE, this::killWhenBusy);
      }
    }
  }

  private void killWhenBusy() {
    synchronized (gate) {
      if (answering) {
        engine.kill();
        if (taking != null) {
          taking.cutOff();
        }
      }
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    deadline.cancel(false);
    if (healthy) {
      try {
        exchange(Json.object().put("op", "close"), NOWHERE);
      } catch (HosuException e) {
        healthy = false;
      }
    }
    synchronized (gate) {
      if (killing != null) {
        killing.cancel(false);
      }
    }
    reading.close();
    pool.giveBack(engine, healthy);
  }
}
