package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Loop;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.pipelines.OpenLineageReceiver.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells another system of executions: of their beginning while they are under way, and of their
 * end, in the order of the event log. Where it was told up to is kept after it has taken that: each
 * run is sent at least once, as long as the event log has it, however often a server or the other
 * system dies between; what it drops before is told by an event. What cannot be sent is tried again
 * later and later; work never waits for it.
 */
public final class OpenLineagePush implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OpenLineagePush.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final int AT_ONCE = 100;

  private final OpenLineageConfig config;
  private final OpenLineageRuns.Lake lake;
  private final OpenLineageFeed feed;
  private final OpenLineageTurn turn;
  private final OpenLineageReceiver receiver;
  private final OpenLineageBacklog backlog;
  private final InstantSource clock;
  private final Loop loop;
  private Duration wait = Duration.ZERO;
  private Instant notBefore = Instant.EPOCH;

  OpenLineagePush(OpenLineageConfig config, Pipelines.Parts parts, OpenLineageRuns.Lake lake) {
    this.config = config;
    this.lake = lake;
    this.clock = parts.clock();
    this.feed = new OpenLineageFeed(parts.database(), parts.events());
    this.turn = new OpenLineageTurn(parts.database(), clock, parts.ids().next());
    this.receiver = new OpenLineageReceiver(config);
    this.backlog = new OpenLineageBacklog(parts.database(), parts.events());
    this.loop =
        new Loop(new Loop.Task("openlineage", "runs cannot be told", FIRST_WAIT), this::step);
    if (config.isOn()) {
      parts.events().onAppend(loop::wake);
    }
  }

  /** Begins to tell what there is to tell; does nothing where nobody is to be told. */
  public void start() {
    if (config.isOn()) {
      loop.start();
    }
  }

  /**
   * How far behind the other system is: events that wait, since when, and those that the log
   * dropped before they were sent; empty where nobody is to be told.
   */
  public Optional<ObjectNode> behind() {
    return config.isOn()
        ? backlog.behind().map(OpenLineageBacklog.Behind::toJson)
        : Optional.empty();
  }

  /**
   * Tells by an event which executions were not sent whose end the log is about to drop; to be
   * called before that.
   *
   * @param limit before which the log drops events
   * @return how many
   */
  public long tellLost(Instant limit) {
    return config.isOn() ? backlog.tellLost(limit) : 0;
  }

  /** Sends what is due, as far as one part goes; how long nothing will be. */
  Duration step() {
    Instant now = clock.instant();
    if (now.isBefore(notBefore)) {
      return Duration.between(now, notBefore);
    }
    OptionalLong sent = turn.take();
    return sent.isPresent() ? send(sent.getAsLong()) : LOOK_EVERY;
  }

  private Duration send(long from) {
    OpenLineageFeed.Part part = feed.after(from, AT_ONCE, Seen.ALL);
    OpenLineageRuns runs = new OpenLineageRuns(lake, OpenLineageRuns.withoutRecords());
    for (OpenLineageFeed.Ended ended : part.ended()) {
      if (!sendEnd(runs, ended)) {
        return later();
      }
      if (!turn.mark(ended)) {
        return LOOK_EVERY;
      }
    }
    if (part.upTo() > from && !turn.mark(part.upTo())) {
      return LOOK_EVERY;
    }
    if (part.ended().size() == AT_ONCE) {
      return Duration.ZERO;
    }
    return sendStarts(runs) ? LOOK_EVERY : later();
  }

  private boolean sendEnd(OpenLineageRuns runs, OpenLineageFeed.Ended ended) {
    Optional<OpenLineageRuns.Run> run = run(runs, ended.execution());
    return run.isEmpty()
        || ((turn.isStartSent(ended.execution()) || send(run.get().start()))
            && send(run.get().end()));
  }

  private boolean sendStarts(OpenLineageRuns runs) {
    for (String execution : turn.started(AT_ONCE)) {
      Optional<OpenLineageRuns.Run> run = run(runs, execution);
      if (run.isPresent() && run.get().end().isEmpty()) {
        if (!send(run.get().start())) {
          return false;
        }
        turn.markStart(execution);
      }
    }
    return true;
  }

  /** Empty when it was removed since. */
  private static Optional<OpenLineageRuns.Run> run(OpenLineageRuns runs, String execution) {
    try {
      return Optional.of(runs.run(execution));
    } catch (NotFound _) {
      return Optional.empty();
    }
  }

  /** False when it is to be sent again later. */
  private boolean send(Optional<ObjectNode> event) {
    if (event.isEmpty()) {
      return true;
    }
    Answer answer = receiver.send(Json.print(event.get()));
    if (answer == Answer.REFUSED) {
      log.atWarn()
          .setMessage("run refused by who is told of it")
          .addKeyValue("url", config.url())
          .addKeyValue("run", event.get().at("/run/runId").asText())
          .log();
    }
    if (answer != Answer.LATER) {
      wait = Duration.ZERO;
    }
    return answer != Answer.LATER;
  }

  private Duration later() {
    wait = wait.isZero() ? FIRST_WAIT : wait.multipliedBy(2);
    if (wait.compareTo(LONGEST_WAIT) > 0) {
      wait = LONGEST_WAIT;
    }
    notBefore = clock.instant().plus(wait);
    log.atWarn()
        .setMessage("who is told of runs does not take them now")
        .addKeyValue("url", config.url())
        .addKeyValue("wait", wait)
        .log();
    return wait;
  }

  /** Ends after the event that is being sent; what was not marked is sent by the next server. */
  @Override
  public void close() {
    if (config.isOn()) {
      loop.close();
      turn.leave();
    }
  }
}
