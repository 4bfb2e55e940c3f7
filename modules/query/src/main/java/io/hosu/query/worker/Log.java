package io.hosu.query.worker;

import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Frames;
import java.io.IOException;
import java.time.Instant;

/** What an engine says of the session that it serves: sent line by line as it happens. */
final class Log {
  private final Frames frames;

  Log(Frames frames) {
    this.frames = frames;
  }

  /** Says a line, with the time. */
  void say(String line) throws IOException {
    String now = Instants.print(Instant.now());
    frames.write(Frames.LOG, Json.object().put("line", now + " " + line.replace('\n', ' ')));
  }
}
