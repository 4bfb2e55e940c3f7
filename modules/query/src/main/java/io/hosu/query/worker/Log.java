package io.hosu.query.worker;

import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Frames;
import java.io.IOException;
import java.time.InstantSource;

/** What an engine says of the session that it serves: sent line by line as it happens. */
final class Log {
  private final Frames frames;
  private final InstantSource clock;

  Log(Frames frames, InstantSource clock) {
    this.frames = frames;
    this.clock = clock;
  }

  /** Says a line, with the time. */
  void say(String line) throws IOException {
    String now = Instants.print(clock.instant());
    frames.write(Frames.LOG, Json.object().put("line", now + " " + line.replace('\n', ' ')));
  }
}
