package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.objects.Readers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Warm engine processes. One that dies, hangs, has served often or has grown too large is replaced
 * at once. May be used from any thread.
 */
public final class EnginePool implements Engines {
  private static final Logger log = LoggerFactory.getLogger(EnginePool.class);
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final int START_ATTEMPTS = 3;
  private static final long SPARE_BYTES = 512L << 20;
  private static final long GREEDY_BYTES = 1L << 30;

  private final String name;
  private final EngineConfig config;
  private final String classPath;
  private final OwnDirectory temp;
  private final Function<Supplier<Stream<Path>>, Readers.Reading> readers;
  private final Semaphore free;
  private final AtomicInteger waiting = new AtomicInteger();
  private final List<EngineProcess> idle = new ArrayList<>();
  private final Set<EngineProcess> all = new HashSet<>();
  private final ScheduledExecutorService deadlines;
  private final ScheduledFuture<?> watch;
  private boolean closed;

  /**
   * A pool whose processes come with {@link #start}, or with the first session that needs one.
   *
   * @param name what the pool is for, for its directory and its logs
   */
  public EnginePool(String name, EngineConfig config) {
    this(name, config, _ -> Readers.Reading.UNKNOWN);
  }

  /** The same, whose sessions read files of tables: each is among the {@code readers}. */
  public EnginePool(String name, EngineConfig config, Readers readers) {
    this(name, config, readers::begin);
  }

  private EnginePool(
      String name, EngineConfig config, Function<Supplier<Stream<Path>>, Readers.Reading> readers) {
    this.name = name;
    this.readers = readers;
    this.config = config;
    this.classPath = Installation.classPath(config.cache());
    this.temp = OwnDirectory.in(config.temp().resolve(name).toAbsolutePath());
    this.free = new Semaphore(config.workers(), true);
    this.deadlines =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("engine-deadlines-" + name).factory());
    this.watch =
        deadlines.scheduleWithFixedDelay(
            this::killGreedyAndSilent, 500, 500, TimeUnit.MILLISECONDS);
  }

  /** Starts the processes that are missing and returns without waiting for them. */
  public synchronized void start() {
    while (!closed && all.size() < config.workers()) {
      add();
    }
    log.atInfo()
        .setMessage("engines started")
        .addKeyValue("pool", name)
        .addKeyValue("workers", config.workers())
        .addKeyValue("each", config.describe())
        .log();
  }

  /** An engine that dies before anything was asked of it is not what the session is about. */
  @Override
  public EngineSession open(SessionRequest request, SessionRecord record) {
    try {
      return begun(request, record);
    } catch (HosuException e) {
      if (e.code() != QueryError.ENGINE_CRASHED) {
        throw e;
      }
      return begun(request, record);
    }
  }

  private EngineSession begun(SessionRequest request, SessionRecord record) {
    PooledSession session = session(request, record);
    try {
      session.begin(request);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    return session;
  }

  /**
   * Has any engine do one operation that needs no session; another one, when it dies, as it may
   * have been killed for another's memory.
   *
   * @throws Exhausted {@link QueryError#ENGINE_CRASHED} when the second one dies of it
   * @throws Unavailable {@link QueryError#ENGINE_UNAVAILABLE} when the second one is killed too
   */
  JsonNode operate(ObjectNode operation, Duration timeout) {
    try (PooledSession session = session(operation(timeout), new SessionRecord())) {
      return session.call(operation);
    } catch (HosuException e) {
      if (e.code() != QueryError.ENGINE_CRASHED) {
        throw e;
      }
    }
    try (PooledSession session = session(operation(timeout), new SessionRecord())) {
      return operate(session, operation);
    }
  }

  private static JsonNode operate(PooledSession session, ObjectNode operation) {
    try {
      return session.call(operation);
    } catch (HosuException e) {
      throw e.code() == QueryError.ENGINE_CRASHED && session.wasKilled() ? killed(e) : e;
    }
  }

  private static Unavailable killed(HosuException e) {
    return new Unavailable(
        QueryError.ENGINE_UNAVAILABLE,
        "Two engines, one after the other, were killed from outside, most likely for want of"
            + " memory.",
        "Try again; look whether the machine has memory left: hosu doctor",
        e);
  }

  /** What asks for no session. */
  private static SessionRequest operation(Duration timeout) {
    return new SessionRequest("", List.of(), null, null, timeout);
  }

  /** Who waits for an engine has planned already what is to be read. */
  private PooledSession session(SessionRequest request, SessionRecord record) {
    Readers.Reading reading =
        readers.apply(() -> request.views().stream().flatMap(view -> view.files().stream()));
    try {
      admit();
      try {
        return new PooledSession(this, ready(request.key()), request, record, reading);
      } catch (HosuException e) {
        free.release();
        throw e;
      }
    } catch (RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  private void admit() {
    if (free.tryAcquire()) {
      return;
    }
    if (waiting.incrementAndGet() > config.queue()) {
      waiting.decrementAndGet();
      throw new Exhausted(
          QueryError.ENGINE_BUSY,
          "All %d engines are at work, and %d sessions wait already."
              .formatted(config.workers(), config.queue()),
          "Try again later, or raise the settings query.workers or query.queue.");
    }
    try {
      free.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw closing();
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** The failure of what a pool that is closed was asked for. */
  static Unavailable closing() {
    return new Unavailable(
        QueryError.ENGINE_UNAVAILABLE, "The server stops.", "Try again when it is up again.");
  }

  /** An engine that works: preferably one that remembers {@code key}. */
  private EngineProcess ready(String key) {
    EngineProcess engine = take(key);
    for (int attempt = 1; !engine.isAlive() || !starts(engine); attempt++) {
      replace(engine);
      if (attempt == START_ATTEMPTS) {
        throw engine.didNotStart();
      }
      engine = take(key);
    }
    engine.serve(key);
    return engine;
  }

  private boolean starts(EngineProcess engine) {
    try {
      engine.awaitReady();
      return true;
    } catch (Unavailable e) {
      log.atLevel(isClosed() ? Level.DEBUG : Level.WARN)
          .setMessage("engine did not start")
          .addKeyValue("pid", engine.pid())
          .setCause(e)
          .log();
      return false;
    }
  }

  private synchronized EngineProcess take(String key) {
    if (closed) {
      throw closing();
    }
    if (idle.isEmpty()) {
      add();
    }
    EngineProcess best = idle.getFirst();
    for (EngineProcess engine : idle) {
      if (rank(engine, key) > rank(best, key)) {
        best = engine;
      }
    }
    idle.remove(best);
    return best;
  }

  private static int rank(EngineProcess engine, String key) {
    return (engine.isReady() ? 2 : 0) + (!key.isEmpty() && engine.key().equals(key) ? 1 : 0);
  }

  private synchronized void add() {
    if (!closed) {
      EngineProcess engine =
          EngineProcess.start(
              config, classPath, temp.path().resolve("engine-" + NUMBERS.incrementAndGet()));
      all.add(engine);
      idle.add(engine);
    }
  }

  /** Puts a new engine where {@code engine} was. */
  private void replace(EngineProcess engine) {
    add();
    synchronized (this) {
      all.remove(engine);
      idle.remove(engine);
    }
    engine.discard();
  }

  /**
   * Some functions allocate beside DuckDB's own limit, and a process may be stopped or hang:
   * neither the machine nor who waits is to suffer for that.
   */
  private void killGreedyAndSilent() {
    List<EngineProcess> engines;
    synchronized (this) {
      engines = List.copyOf(all);
    }
    for (EngineProcess engine : engines) {
      engine.killIfSilentFor(config.silence());
      if (engine.residentBytes() > 2 * config.memoryBytes() + GREEDY_BYTES) {
        log.atWarn()
            .setMessage("engine killed for its memory")
            .addKeyValue("pid", engine.pid())
            .log();
        engine.kill();
      }
    }
  }

  /** Takes an engine back after a session. */
  void giveBack(EngineProcess engine, boolean healthy) {
    boolean fit =
        healthy
            && engine.isAlive()
            && engine.sessions() < config.sessionsPerWorker()
            && engine.residentBytes() < config.memoryBytes() + SPARE_BYTES;
    if (fit) {
      synchronized (this) {
        if (closed) {
          engine.discard();
        } else {
          idle.add(engine);
        }
      }
    } else {
      if (!isClosed()) {
        log.atInfo()
            .setMessage("engine replaced")
            .addKeyValue("pid", engine.pid())
            .addKeyValue("sessions", engine.sessions())
            .log();
      }
      replace(engine);
    }
    free.release();
  }

  /**
   * Runs {@code action} after {@code delay}, unless it is cancelled before.
   *
   * @throws Unavailable {@link QueryError#ENGINE_UNAVAILABLE} when the pool is closed
   */
  ScheduledFuture<?> after(Duration delay, Runnable action) {
    try {
      return deadlines.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      throw closing();
    }
  }

  /** Whether its engines are gone for good. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** The process ids of the engines, for `hosu doctor` and tests. */
  public synchronized List<Long> pids() {
    return all.stream().map(EngineProcess::pid).sorted().toList();
  }

  /** How many sessions wait for an engine. */
  public int waiting() {
    return waiting.get();
  }

  /** Starts the processes that are missing, and waits until every engine can work. */
  public void awaitReady() {
    start();
    List<EngineProcess> engines;
    synchronized (this) {
      engines = List.copyOf(idle);
    }
    engines.forEach(EngineProcess::awaitReady);
  }

  @Override
  public void close() {
    List<EngineProcess> engines;
    synchronized (this) {
      closed = true;
      engines = List.copyOf(all);
      all.clear();
      idle.clear();
    }
    watch.cancel(false);
    deadlines.shutdownNow();
    engines.forEach(EngineProcess::kill);
    engines.forEach(EngineProcess::discard);
    temp.close();
  }
}
