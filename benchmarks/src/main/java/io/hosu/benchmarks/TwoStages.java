package io.hosu.benchmarks;

import static java.util.Objects.requireNonNull;

import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.Transforming;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A pipeline of two stages that do nothing, on a lake: an event starts the first, its success the
 * second. Every event is durable by itself before it counts as sent, every execution takes one
 * message.
 */
final class TwoStages implements AutoCloseable {
  private static final Batch ONE = new Batch(1, Duration.ZERO);
  private static final int AT_ONCE = 256;

  final StateLake lake;
  private final Map<String, Long> sent = new ConcurrentHashMap<>();
  private final AtomicLong firsts = new AtomicLong();
  private final List<Done> done = new ArrayList<>();
  private final Semaphore ended = new Semaphore(0);

  /** A pipeline that is through: when its event was sent, and when its last stage was published. */
  record Done(long sentNanos, long publishedNanos) {
    double millis() {
      return (publishedNanos - sentNanos) / 1e6;
    }
  }

  TwoStages(String url, Path data, int concurrency) throws IOException {
    lake = new StateLake(url, data, new NoOp(this::started, this::published), concurrency);
    lake.database.perform(tx -> {
      var stages = lake.pipelines.stages();
      stages.put(
          tx,
          Specs.stage(
              "shop.two.first", Specs.events("shop", "bench", "Sent", "bench"), ONE, AT_ONCE));
      stages.put(
          tx,
          Specs.stage(
              "shop.two.second",
              Specs.events("shop", "hosu.pipelines", "Execution Succeeded", "shop.two.first"),
              ONE,
              AT_ONCE));
    });
    lake.start();
  }

  private void started(Transforming.Work work) {
    for (Event event : work.events()) {
      String cause =
          event.source().equals("bench")
              ? event.resources().getLast()
              : event.detail().path("execution").asText();
      Long at = sent.remove(cause);
      if (at != null) { // null when the attempt began again
        sent.put(work.execution(), at);
      }
    }
  }

  private void published(Transforming.Work work) {
    if (work.stage().name().stage().equals("first")) {
      firsts.incrementAndGet();
      return;
    }
    Done one = new Done(requireNonNull(sent.remove(work.execution())), System.nanoTime());
    synchronized (done) {
      done.add(one);
    }
    ended.release();
  }

  /** Sends one event; returns once it is durable. */
  void send() {
    String id = lake.ids.next();
    sent.put(id, System.nanoTime());
    lake.database.perform(
        tx -> lake.events.append(tx, "bench", "Sent", "shop", List.of("bench", id), Json.object()));
  }

  /** Keeps {@code outstanding} pipelines under way for {@code time}; then waits for them. */
  List<Done> saturate(int outstanding, Duration time) throws InterruptedException {
    begin();
    long end = System.nanoTime() + time.toNanos();
    ended.release(outstanding);
    long count = 0;
    while (System.nanoTime() < end) {
      if (ended.tryAcquire(100, TimeUnit.MILLISECONDS)) {
        Thread.startVirtualThread(this::send);
        count++;
      }
    }
    return finish(count);
  }

  /**
   * Sends {@code perSecond} events for {@code time}, however long they take; then waits for them.
   */
  List<Done> offer(double perSecond, Duration time) throws InterruptedException {
    begin();
    long start = System.nanoTime();
    long count = Math.round(perSecond * time.toNanos() / 1e9);
    for (long i = 0; i < count; i++) {
      long due = start + Math.round(i * 1e9 / perSecond);
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      Thread.startVirtualThread(this::send);
    }
    return finish(count);
  }

  private void begin() {
    synchronized (done) {
      done.clear();
    }
    firsts.set(0);
    ended.drainPermits();
  }

  private List<Done> finish(long count) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (size() < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d of %d pipelines ended.".formatted(done().size(), count));
      }
      LockSupport.parkNanos(1_000_000);
    }
    LockSupport.parkNanos(200_000_000); // what is done twice would show now
    if (done().size() != count || firsts.get() != count) {
      throw new IllegalStateException(
          "%d events: %d first and %d second stages".formatted(count, firsts.get(), done().size()));
    }
    return done();
  }

  private int size() {
    synchronized (done) {
      return done.size();
    }
  }

  private List<Done> done() {
    synchronized (done) {
      return List.copyOf(done);
    }
  }

  @Override
  public void close() {
    lake.close();
  }
}
