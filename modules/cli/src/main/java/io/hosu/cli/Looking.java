package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How many objects a server has looked at, while one waits for its answer: one line that is written
 * over on a terminal, nothing elsewhere.
 */
final class Looking {
  private static final long EVERY_MILLIS = 700;

  private final Terminal terminal;
  private final LakeClient client;
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile boolean visible;

  private Looking(Terminal terminal, LakeClient client) {
    this.terminal = terminal;
    this.client = client;
  }

  /** Asks, and tells meanwhile how far it is. */
  static <T> T during(Context context, LakeClient client, Supplier<T> question) {
    if (!context.terminal().screen().errors()) {
      return question.get();
    }
    Looking looking = new Looking(context.terminal(), client);
    Thread beside = Thread.ofVirtual().name("looking").start(looking::tell);
    try {
      return question.get();
    } finally {
      looking.answered.countDown();
      looking.end(beside);
    }
  }

  private void tell() {
    try {
      while (!answered.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        for (JsonNode look : client.get(ApiPath.of("/v1/crawls")).path("items")) {
          String line =
              "looked at %,d objects of %s"
                  .formatted(look.path("objects_seen").asLong(), look.path("place").asText());
          terminal.err().print("\r" + Width.cut(line, terminal.screen().width() - 1) + "\u001b[K");
          terminal.err().flush();
          visible = true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (HosuException _) {
      // The question itself tells what is wrong.
    }
  }

  private void end(Thread beside) {
    try {
      beside.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (visible) {
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
    }
  }
}
