package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Frames;
import io.hosu.query.engine.Frames.Frame;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.Wire;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The process of one engine: takes an operation at a time from its standard input and answers on
 * its standard output, until its input ends.
 *
 * <p>DuckDB is called on one thread with a deep stack: hostile SQL would overflow a usual one,
 * which ends the process.
 */
public final class Worker {
  private static final long STACK_BYTES = 256L << 20;

  private static final Duration ALIVE_EVERY = Duration.ofSeconds(1);

  private final Frames frames;
  private final Operations operations;
  private final BlockingQueue<Frame> requests = new LinkedBlockingQueue<>(16);
  private volatile boolean answering;
  private volatile long cpuBefore; // of the operation under way

  private Worker(Frames frames, Operations operations) {
    this.frames = frames;
    this.operations = operations;
  }

  /**
   * Starts it.
   *
   * @param args {@code MEMORY THREADS TEMP_DIRECTORY TEMP_SIZE WORKBOOKS}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Frames frames =
        new Frames(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    System.setOut(System.err);
    Worker worker = new Worker(frames, new Operations(WorkerConfig.parse(args), frames));
    Thread.ofPlatform().name("engine").daemon().stackSize(STACK_BYTES).start(worker::serve);
    Thread.ofPlatform().name("alive").daemon().start(worker::sayAlive);
    worker.listen();
    Runtime.getRuntime().halt(0);
  }

  private void listen() throws IOException, InterruptedException {
    for (Optional<Frame> frame = frames.read(); frame.isPresent(); frame = frames.read()) {
      if (frame.get().kind() == Frames.CANCEL) {
        operations.cancel();
      } else if (frame.get().kind() == Frames.ANSWER) {
        operations.answered(frame.get().json());
      } else {
        requests.put(frame.get());
      }
    }
  }

  private void serve() {
    try {
      operations.prepare();
      frames.write(Frames.READY, Json.object());
      while (true) {
        answer(requests.take().json());
        if (requests.isEmpty()) {
          operations.prepare();
        }
      }
    } catch (Exception | Error e) { // whoever waits would else wait for a process that does nothing
      System.err.println("The engine ends: " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  /** Tells, while somebody waits for an answer, that the process runs. */
  private void sayAlive() {
    try {
      while (true) {
        Thread.sleep(ALIVE_EVERY);
        if (answering) {
          frames.write(Frames.ALIVE, used(Json.object()));
        }
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("The engine can say no more: " + e);
    }
  }

  private void answer(JsonNode operation) throws IOException {
    cpuBefore = cpuNanos();
    answering = true;
    try {
      ObjectNode outcome = operations.run(operation);
      frames.write(Frames.END, used(outcome));
    } catch (HosuException e) {
      fail(e);
    } catch (StackOverflowError | OutOfMemoryError e) {
      fail(overrun(e));
    } catch (Exception e) {
      fail(broken(e));
    } finally {
      answering = false;
    }
  }

  private void fail(HosuException failure) throws IOException {
    operations.log().say("failed with %s: %s".formatted(failure.code(), failure.what()));
    frames.write(Frames.FAILURE, used(Wire.failure(failure)));
  }

  private ObjectNode used(ObjectNode answer) {
    return answer.put("cpu_nanos", cpuNanos() - cpuBefore);
  }

  private static Exhausted overrun(Error e) {
    return new Exhausted(
        QueryError.MEMORY_EXCEEDED,
        "The result is too large or too deeply nested for its engine: %s.".formatted(e),
        "Select less, or in a simpler way.");
  }

  private static Unavailable broken(Exception e) {
    if (e instanceof NoSuchFileException || e.getCause() instanceof NoSuchFileException) {
      return Faults.gone();
    }
    return new Unavailable(
        QueryError.ENGINE_DISK,
        "An engine could not do its work: %s".formatted(e),
        "See with `hosu doctor` whether the disk is full or a file is gone, then try again.");
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }
}
