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

  /** How late a firing may be and still be the server's own delay rather than its absence. */
  private static final Duration PUNCTUAL = Duration.ofMinutes(1);

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
   * @param rule what it is
   * @param madeAt since when
   * @param next the moment that comes next; empty when there is none any more
   * @param last the last moment it fired for
   */
  public record Standing(
      ScheduleRule rule, Instant madeAt, Optional<Instant> next, Optional<Instant> last) {}

  /**
   * Makes the schedule of this name, or puts it in the place of the one that is there. One that is
   * the same goes on as it was.
   */
  public void put(Transaction tx, ScheduleRule rule) {
    if (find(tx, rule.name()).filter(known -> known.rule().equals(rule)).isPresent()) {
      return;
    }
    Instant now = clock.instant();
    Optional<Instant> tick = rule.schedule().next(now, now);
    Schedule.Span span = rule.schedule().span();
    tx.update("DELETE FROM schedules WHERE name = ?", rule.name());
    tx.update(
        """
        INSERT INTO schedules (name, domain, expression, zone, start_at, end_at, jitter_millis,
          catch_up, made_at, next_tick, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        rule.name(),
        rule.domain(),
        rule.schedule().expression(),
        rule.schedule().zone().getId(),
        span.start(),
        span.end(),
        rule.jitter().toMillis(),
        rule.catchUp().name(),
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
  public Optional<Standing> find(Transaction tx, String name) {
    return tx.find("SELECT * FROM schedules WHERE name = ?", Schedules::read, name);
  }

  /** Every schedule, by name. */
  public List<Standing> list(Transaction tx) {
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
   * Fires what is due, some at a time.
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
    ScheduleRule rule = standing.rule();
    Instant tick = standing.next().orElseThrow();
    boolean late = rule.firing(tick).plus(PUNCTUAL).isBefore(now);
    Optional<Instant> following = rule.schedule().next(tick, standing.madeAt());
    if (late && rule.catchUp() != ScheduleRule.CatchUp.ALL) {
      tick = newest(standing, tick, now);
      following = rule.schedule().next(tick, standing.madeAt());
      late = rule.firing(tick).plus(PUNCTUAL).isBefore(now);
    }
    boolean fires = !late || rule.catchUp() != ScheduleRule.CatchUp.SKIP;
    if (fires) {
      append(tx, rule, tick);
    }
    tx.update(
        """
        UPDATE schedules SET next_tick = ?, next_at = ?, last_tick = COALESCE(?, last_tick)
        WHERE name = ?\
        """,
        following.orElse(null),
        following.map(rule::firing).orElse(null),
        fires ? tick : null,
        rule.name());
  }

  /**
   * The last moment that is due by now, {@code tick} or a later one: sought from now backwards, as
   * a rate of minutes has many moments in a long downtime.
   */
  private static Instant newest(Standing standing, Instant tick, Instant now) {
    ScheduleRule rule = standing.rule();
    Instant newest = tick;
    Instant from = tick;
    for (Duration back = Duration.ofHours(1); now.minus(back).isAfter(tick); ) {
      Optional<Instant> some = rule.schedule().next(now.minus(back), standing.madeAt());
      if (some.isPresent() && !rule.firing(some.get()).isAfter(now)) {
        from = now.minus(back);
        break;
      }
      back = back.multipliedBy(2);
    }
    Optional<Instant> next = rule.schedule().next(from, standing.madeAt());
    while (next.isPresent() && !rule.firing(next.get()).isAfter(now)) {
      newest = next.get();
      next = rule.schedule().next(newest, standing.madeAt());
    }
    return newest;
  }

  private void append(Transaction tx, ScheduleRule rule, Instant tick) {
    ObjectNode detail =
        Json.object()
            .put("schedule", rule.name())
            .put("expression", rule.schedule().expression())
            .put("scheduled_at", Instants.print(tick));
    events.append(tx, SOURCE, DETAIL_TYPE, rule.domain(), List.of(rule.name()), detail);
  }

  private static Standing read(Row row) {
    Schedule.Span span =
        new Schedule.Span(
            row.optionalInstant("start_at").orElse(null),
            row.optionalInstant("end_at").orElse(null));
    ScheduleRule rule =
        new ScheduleRule(
            row.text("name"),
            row.text("domain"),
            Schedule.parse(row.text("expression"), ZoneId.of(row.text("zone")), span),
            Duration.ofMillis(row.number("jitter_millis")),
            ScheduleRule.CatchUp.valueOf(row.text("catch_up")));
    return new Standing(
        rule,
        row.instant("made_at"),
        row.optionalInstant("next_tick"),
        row.optionalInstant("last_tick"));
  }
}
