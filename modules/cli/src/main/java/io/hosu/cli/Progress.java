package io.hosu.cli;

import io.hosu.kernel.Sizes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Bytes and their rate while they move: one line that is written over on a terminal, nothing
 * elsewhere. Belongs to one thread.
 */
final class Progress {
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Terminal terminal;
  private final InstantSource clock;
  private final String name;
  private final long total;
  private final Instant begin;
  private Instant shown;
  private long done;
  private boolean visible;

  /**
   * Begins now.
   *
   * @param total bytes in all; negative when that is not known
   */
  Progress(Context context, String name, long total) {
    this.terminal = context.terminal();
    this.clock = context.clock();
    this.name = name;
    this.total = total;
    this.begin = clock.instant();
    this.shown = begin;
  }

  /** So many bytes more have moved. */
  void moved(int bytes) {
    done += bytes;
    if (terminal.screen().errors()) {
      Instant now = clock.instant();
      boolean due = !now.isBefore(shown.plus(EVERY)) && !now.isBefore(begin.plus(PATIENCE));
      if (due) {
        shown = now;
        show(now);
      }
    }
  }

  /** So many bytes need not move, as they are there. */
  void passed(long bytes) {
    done += bytes;
  }

  /** Removes the line. */
  void end() {
    if (visible) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
    }
  }

  /** How many bytes have moved. */
  long done() {
    return done;
  }

  /** Bytes a second since the beginning, for people. */
  String rate() {
    long millis = Math.max(1, Duration.between(begin, clock.instant()).toMillis());
    return Sizes.print(done * 1000 / millis) + "/s";
  }

  private void show(Instant now) {
    long millis = Math.max(1, Duration.between(begin, now).toMillis());
    String part = total > 0 ? "%3d%% of %s".formatted(done * 100 / total, Sizes.print(total)) : "";
    String line = "%s  %s  %s  %s".formatted(name, Sizes.print(done), part, rate());
    String left = total > 0 && done > 0 ? left(millis) : "";
    terminal.err().print("\r" + Width.cut(line + left, terminal.screen().width() - 1) + "\u001b[K");
    terminal.err().flush();
    visible = true;
  }

  private String left(long millis) {
    long rest = (long) ((double) millis * (total - done) / done);
    return "  " + Column.millis(Math.max(0, rest)) + " left";
  }
}
