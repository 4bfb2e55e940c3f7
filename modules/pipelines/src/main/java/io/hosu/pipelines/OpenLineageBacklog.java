package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.events.LoggedEvent;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the other system was not told yet, and what it never will be: the event log keeps that an
 * execution ended for so long, whoever is away. May be used from any thread.
 */
final class OpenLineageBacklog {
  private static final Logger log = LoggerFactory.getLogger(OpenLineageBacklog.class);
  private static final int AT_ONCE = 1_000;

  private final Database database;
  private final EventLog events;

  OpenLineageBacklog(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  /**
   * How far behind the other system is.
   *
   * @param waiting how many events of the log were not gone through for it
   * @param since when the log took the first of them; null when there is none
   * @param dropped how many the log has dropped before that
   */
  record Behind(long waiting, @Nullable Instant since, long dropped) {
    ObjectNode toJson() {
      return Json.object()
          .put("waiting_events", waiting)
          .put("waiting_since", since == null ? null : Instants.print(since))
          .put("dropped_events", dropped);
    }
  }

  /** As it is now; empty before anybody was to be told. */
  Optional<Behind> behind() {
    return database.read(tx -> {
      OptionalLong place = OpenLineageTurn.place(tx);
      if (place.isEmpty()) {
        return Optional.empty();
      }
      long sent = place.getAsLong();
      long oldest = EventLog.oldest(tx);
      @Nullable Instant since =
          events.after(tx, sent, 1).stream()
              .map(first -> first.event().time())
              .findFirst()
              .orElse(null);
      return Optional.of(
          new Behind(
              Math.max(0, EventLog.newest(tx) - Math.max(sent, oldest - 1)),
              since,
              Math.max(0, oldest - 1 - sent)));
    });
  }

  /** Executions that ended. */
  private record Lost(long runs, @Nullable Instant first, @Nullable Instant last) {
    Lost and(Instant ended) {
      return new Lost(runs + 1, first == null ? ended : first, ended);
    }
  }

  /**
   * Tells, by an event, of executions whose end the log is about to drop, and that were not sent.
   *
   * @param limit before which the log drops events
   * @return how many executions that are
   */
  long tellLost(Instant limit) {
    OptionalLong place = database.read(OpenLineageTurn::place);
    if (place.isEmpty()) {
      return 0;
    }
    Lost lost = lost(place.getAsLong(), limit);
    if (lost.runs() > 0) {
      ObjectNode detail =
          Json.object()
              .put("runs", lost.runs())
              .put("first_ended_at", lost.first() == null ? null : Instants.print(lost.first()))
              .put("last_ended_at", lost.last() == null ? null : Instants.print(lost.last()));
      database.perform(tx ->
          events.append(
              tx, ExecutionEvents.SOURCE, "OpenLineage Runs Lost", "", List.of(), detail));
      log.atWarn()
          .setMessage("runs were dropped before who is to be told of them took them")
          .addKeyValue("runs", lost.runs())
          .log();
    }
    return lost.runs();
  }

  private Lost lost(long sent, Instant limit) {
    Lost lost = new Lost(0, null, null);
    long at = sent;
    while (true) {
      long from = at;
      List<LoggedEvent> part = database.read(tx -> events.after(tx, from, AT_ONCE));
      for (LoggedEvent logged : part) {
        Instant time = logged.event().time();
        boolean ended = OpenLineageFeed.isEnd(logged);
        if (ended && !time.isBefore(limit)) {
          return lost;
        }
        lost = ended ? lost.and(time) : lost;
        at = logged.seq();
      }
      if (part.size() < AT_ONCE) {
        return lost;
      }
    }
  }
}
