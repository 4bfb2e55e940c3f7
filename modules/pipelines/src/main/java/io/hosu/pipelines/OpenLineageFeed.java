package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.events.LoggedEvent;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The executions that ended, in the order of the event log. May be used from any thread. */
final class OpenLineageFeed {
  private static final Set<String> ENDS =
      Set.of("Execution Succeeded", "Execution Failed", "Execution Cancelled");
  private static final int AT_ONCE = 1000;
  private static final int MOST_LOOKED_AT = 20_000;

  private final Database database;
  private final EventLog events;

  OpenLineageFeed(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  /** An execution that ended, and where the log says so. */
  record Ended(long seq, String execution) {}

  /**
   * A part of it.
   *
   * @param upTo up to which place of the log was looked
   */
  record Part(List<Ended> ended, long upTo) {}

  /** The first executions that ended after a place of the log, of those that are seen. */
  Part after(long seq, int limit, Seen seen) {
    List<Ended> found = new ArrayList<>();
    long at = seq;
    int looked = 0;
    while (looked < MOST_LOOKED_AT) {
      long from = at;
      List<LoggedEvent> part = database.read(tx -> events.after(tx, from, AT_ONCE));
      for (LoggedEvent logged : part) {
        at = logged.seq();
        if (isEnd(logged, seen)) {
          found.add(new Ended(at, logged.event().detail().path("execution").asText()));
          if (found.size() == limit) {
            return new Part(found, at);
          }
        }
      }
      if (part.size() < AT_ONCE) {
        break;
      }
      looked += part.size();
    }
    return new Part(found, at);
  }

  /** Whether it tells that an execution ended. Nobody but the lake sends events of its source. */
  static boolean isEnd(LoggedEvent logged) {
    return logged.event().source().equals(ExecutionEvents.SOURCE)
        && ENDS.contains(logged.event().detailType());
  }

  private static boolean isEnd(LoggedEvent logged, Seen seen) {
    return isEnd(logged)
        && logged.event().resources().stream()
            .limit(1)
            .map(StageName::parse)
            .allMatch(seen.stages());
  }
}
