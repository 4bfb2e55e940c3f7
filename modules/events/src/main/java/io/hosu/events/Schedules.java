package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What fires by time: each firing is one event in the log, appended in the transaction that moves
 * the schedule on, so that no moment comes twice however many servers look. May be used from any
 * thread.
 */
public final class Schedules {
  /** The source of the events that schedules append. */
  public static final String SOURCE = "hosu.events";

  /** Their detail-type, as EventBridge calls it. */
  public static final String DETAIL_TYPE = "Scheduled Event";

  private static final Logger log = LoggerFactory.getLogger(Schedules.class);

  /** When one is tried again that could not be computed. */
  private static final Duration PUT_OFF = Duration.ofMinutes(10);

  private static final int MOST_AT_ONCE = 100;

  private final EventLog events;
  private final InstantSource clock;
  private final Listeners changes = new Listeners();

  public Schedules(EventLog events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  /**
   * A schedule as it stands.
   *
   * @param name its name
   * @param domain who owns it
   * @param written when it fires, as the database has it: perhaps by a server that knew more
   * @param madeAt since when
   * @param next the moment that comes next; empty when there is none any more
   * @param last the last moment it fired for
   */
  record Standing(
      String name,
      String domain,
      Written written,
      Instant madeAt,
      Optional<Instant> next,
      Optional<Instant> last) {

    /** Why it does not fire any more, in a sentence; empty when it does. */
    Optional<String> reason() {
      if (next.isPresent()) {
        return Optional.empty();
      }
      Instant end = written.end();
      String ever = last.isPresent() ? "No further moment" : "No moment";
      return Optional.of(
          end == null
              ? ever + " of the expression is to come."
              : "%s of the expression is to come before its end, %s."
                  .formatted(ever, Instants.print(end)));
    }

    /**
     * What it is.
     *
     * @throws RuntimeException when that cannot be read
     */
    ScheduleRule rule() {
      Schedule.Span span = new Schedule.Span(written.start(), written.end());
      return new ScheduleRule(
          name,
          domain,
          Schedule.parse(written.expression(), ZoneId.of(written.zone()), span),
          written.jitter(),
          ScheduleRule.CatchUp.valueOf(written.catchUp()));
    }
  }

  /** The words of a {@link ScheduleRule}, which nobody has read. */
  record Written(
      String expression,
      String zone,
      @Nullable Instant start,
      @Nullable Instant end,
      Duration jitter,
      String catchUp) {
    static Written of(ScheduleRule rule) {
      Schedule schedule = rule.schedule();
      return new Written(
          schedule.expression(),
          schedule.zone().getId(),
          schedule.span().start(),
          schedule.span().end(),
          rule.jitter(),
          rule.catchUp().name());
    }
  }

  /**
   * Makes the schedule of this name, or puts it in the place of the one that is there. One that is
   * the same goes on as it was.
   */
  public void put(Transaction tx, ScheduleRule rule) {
    Written written = Written.of(rule);
    boolean isKnown =
        find(tx, rule.name())
            .filter(known -> known.written().equals(written))
            .filter(known -> known.domain().equals(rule.domain()))
            .isPresent();
    if (isKnown) {
      return;
    }
    Instant now = clock.instant();
    Optional<Instant> tick = rule.schedule().next(now, now);
    tx.update("DELETE FROM schedules WHERE name = ?", rule.name());
    tx.update(
        """
        INSERT INTO schedules (name, domain, expression, zone, start_at, end_at, jitter_millis,
          catch_up, made_at, next_tick, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        rule.name(),
        rule.domain(),
        written.expression(),
        written.zone(),
        written.start(),
        written.end(),
        written.jitter().toMillis(),
        written.catchUp(),
        now,
        tick.orElse(null),
        tick.map(rule::firing).orElse(null));
    changes.tellAfter(tx);
  }

  /** Removes a schedule; false when there was none. */
  public boolean remove(Transaction tx, String name) {
    return tx.update("DELETE FROM schedules WHERE name = ?", name) > 0;
  }

  /** The schedule of this name. */
  Optional<Standing> find(Transaction tx, String name) {
    return tx.find("SELECT * FROM schedules WHERE name = ?", Schedules::read, name);
  }

  /** Every schedule, by name. */
  List<Standing> list(Transaction tx) {
    return tx.list("SELECT * FROM schedules ORDER BY name", Schedules::read);
  }

  /** Has {@code listener} run after each commit that made or changed a schedule. */
  void onChange(Runnable listener) {
    changes.add(listener);
  }

  /** When the next one fires. */
  Optional<Instant> nextFiring(Transaction tx) {
    return tx.find(
        "SELECT next_at FROM schedules WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1",
        row -> row.instant("next_at"));
  }

  /**
   * Fires what is due, some at a time. One that cannot be computed is logged and put off.
   *
   * @return whether more may be due
   */
  boolean fireDue(Transaction tx) {
    Instant now = clock.instant();
    List<Standing> due =
        tx.list(
            "SELECT * FROM schedules WHERE next_at <= ? ORDER BY next_at, name LIMIT ?",
            Schedules::read,
            now,
            MOST_AT_ONCE);
    due.forEach(standing -> fire(tx, standing, now));
    return !due.isEmpty();
  }

  private void fire(Transaction tx, Standing standing, Instant now) {
    Firing firing;
    try {
      firing = Firing.of(standing, now);
    } catch (RuntimeException e) {
      putOff(tx, standing, now.plus(PUT_OFF), e);
      return;
    }
    firing.tick().ifPresent(tick -> append(tx, standing, tick));
    tx.update(
        """
        UPDATE schedules SET next_tick = ?, next_at = ?, last_tick = COALESCE(?, last_tick)
        WHERE name = ?\
        """,
        firing.next().orElse(null),
        firing.nextAt().orElse(null),
        firing.tick().orElse(null),
        standing.name());
  }

  /** What is wrong with one schedule must not hold up the others. */
  private static void putOff(Transaction tx, Standing standing, Instant until, RuntimeException e) {
    tx.update("UPDATE schedules SET next_at = ? WHERE name = ?", until, standing.name());
    log.atError()
        .setMessage("a schedule could not fire; the others go on")
        .addKeyValue("schedule", standing.name())
        .addKeyValue("expression", standing.written().expression())
        .addKeyValue("timezone", standing.written().zone())
        .addKeyValue("again_at", Instants.print(until))
        .setCause(e)
        .log();
  }

  private void append(Transaction tx, Standing standing, Instant tick) {
    ObjectNode detail =
        Json.object()
            .put("schedule", standing.name())
            .put("expression", standing.written().expression())
            .put("scheduled_at", Instants.print(tick));
    events.append(tx, SOURCE, DETAIL_TYPE, standing.domain(), List.of(standing.name()), detail);
  }

  private static Standing read(Row row) {
    return new Standing(
        row.text("name"),
        row.text("domain"),
        new Written(
            row.text("expression"),
            row.text("zone"),
            row.optionalInstant("start_at").orElse(null),
            row.optionalInstant("end_at").orElse(null),
            Duration.ofMillis(row.number("jitter_millis")),
            row.text("catch_up")),
        row.instant("made_at"),
        row.optionalInstant("next_tick"),
        row.optionalInstant("last_tick"));
  }
}
