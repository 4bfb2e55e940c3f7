package io.hosu.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How much of a number of things is done: one line that is written over on a terminal, nothing
 * elsewhere. Belongs to one thread.
 */
final class Bar {
  private static final int CELLS = 30;

  private final Terminal terminal;
  private final InstantSource clock;
  private final String things;
  private final Instant begin;
  private boolean visible;

  /**
   * Begins now.
   *
   * @param things what is counted, for example {@code objects}
   */
  Bar(Context context, String things) {
    this.terminal = context.terminal();
    this.clock = context.clock();
    this.things = things;
    this.begin = clock.instant();
  }

  /** So many of all are done. */
  void show(long done, long all) {
    if (terminal.screen().errors() && all > 0) {
      int full = (int) (CELLS * done / all);
      String line =
          "[%s%s] %3d%%  %d of %d %s%s"
              .formatted(
                  "#".repeat(full),
                  ".".repeat(CELLS - full),
                  100 * done / all,
                  done,
                  all,
                  things,
                  left(done, all));
      terminal.err().print("\r" + Width.cut(line, terminal.screen().width() - 1) + "\u001b[K");
      terminal.err().flush();
      visible = true;
    }
  }

  private String left(long done, long all) {
    long millis = Duration.between(begin, clock.instant()).toMillis();
    return done == 0 || done == all
        ? ""
        : "  %s left".formatted(Column.millis((long) ((double) millis * (all - done) / done)));
  }

  /** Removes the line. */
  void end() {
    if (visible) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
    }
  }
}
