package io.hosu.query.engine;

import io.hosu.query.engine.Frames.Frame;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an engine answers, read by a thread of the operating system. A virtual thread that waits for
 * a pipe holds the carrier on which others would run; with as many engines as cores that stops the
 * whole server. One thread takes what was read.
 */
final class Answers {
  private static final int READ_AHEAD = 2;

  private final Frames frames;
  private final Consumer<Boolean> ready;
  private final BlockingQueue<Answer> read = new ArrayBlockingQueue<>(READ_AHEAD);
  private final Thread reader =
      Thread.ofPlatform().daemon().name("engine-answers").unstarted(this::readAll);

  /**
   * Answers out of frames.
   *
   * @param ready told, once, whether the engine said that it is ready
   */
  Answers(Frames frames, Consumer<Boolean> ready) {
    this.frames = frames;
    this.ready = ready;
  }

  /** A frame; without one the stream has ended, or failed. */
  private record Answer(@Nullable Frame frame, @Nullable IOException failure) {}

  /** Begins to read. */
  void start() {
    reader.start();
  }

  /** Reads no more. */
  void stop() {
    reader.interrupt();
  }

  private void readAll() {
    try {
      ready.accept(readReady());
      Answer next;
      do {
        next = readNext();
        read.put(next);
      } while (next.frame() != null);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean readReady() {
    Frame first = readNext().frame();
    return first != null && first.kind() == Frames.READY;
  }

  private Answer readNext() {
    try {
      return new Answer(frames.read().orElse(null), null);
    } catch (IOException e) {
      return new Answer(null, e);
    }
  }

  /** The next frame; nothing when the stream has ended. */
  Optional<Frame> next() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Answer answer = read.poll(100, TimeUnit.MILLISECONDS);
          if (answer != null) {
            return frame(answer);
          }
          if (!reader.isAlive() && read.isEmpty()) {
            return Optional.empty();
          }
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Optional<Frame> frame(Answer answer) throws IOException {
    if (answer.failure() != null) {
      throw answer.failure();
    }
    return Optional.ofNullable(answer.frame());
  }
}
