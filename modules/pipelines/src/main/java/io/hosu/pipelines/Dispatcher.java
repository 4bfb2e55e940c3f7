package io.hosu.pipelines;

import io.hosu.events.Queues;
import io.hosu.events.Waiting;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what starts when: a batch when it is full or its window is over, an execution when its
 * next attempt is due, as far as the limits of the stage, of its team and of the server allow;
 * teams and stages that have work take turns by {@link Shares}.
 *
 * <p>What waits is known from signals, so that a step costs what has changed and not what exists:
 * ten thousand idle stages cost nothing. {@link #step} does what is due now and says when it must
 * be called next; it and all that it calls belong to one thread. What others report ({@link
 * DispatcherInbox}) may come from any thread.
 */
final class Dispatcher {
  private static final int WANTS_AT_ONCE = 64;
  private static final int MESSAGES_AT_ONCE = 2000;
  private static final int IN_FLIGHT_PER_WORKER = 16;
  private static final Duration BUSY = Duration.ofSeconds(1);

  private final Database database;
  private final Stages stages;
  private final StageHolds holds;
  private final Teams teams;
  private final Queues queues;
  private final Claims claims;
  private final DispatcherInbox inbox;
  private final InstantSource clock;
  private final DispatcherConfig config;
  private final Runner runner;
  private final Map<StageName, Lane> lanes = new HashMap<>();
  private final Shares shares;
  private final Set<StageName> touched = new LinkedHashSet<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparingLong(Timer::order));
  private final Set<String> scheduled = new HashSet<>();
  private final Set<StageName> drained = new HashSet<>();
  private long stagesVersion = -1;
  private long timerCount;
  private int inFlight;

  /** Runs attempts elsewhere, and reports their end to the inbox. */
  interface Runner {
    void run(Claim claim);
  }

  /** At its time, an execution is due, or a stage's batch. */
  private record Timer(Instant at, long order, StageName stage, @Nullable String execution) {}

  Dispatcher(
      Database database,
      Stages stages,
      StageHolds holds,
      Teams teams,
      Queues queues,
      Claims claims,
      DispatcherInbox inbox,
      InstantSource clock,
      DispatcherConfig config,
      Runner runner) {
    this.database = database;
    this.stages = stages;
    this.holds = holds;
    this.teams = teams;
    this.queues = queues;
    this.claims = claims;
    this.inbox = inbox;
    this.clock = clock;
    this.config = config;
    this.runner = runner;
    this.shares = new Shares(config.concurrency());
  }

  /** Starts all that is due and may start; returns when something will be due next. */
  Optional<Instant> step() {
    takeIn();
    Instant now = clock.instant();
    ring(now);
    look(now);
    while (mayStart() && startSome(now)) {
      look(now);
    }
    holds.endDrained(drained);
    drained.clear();
    return Optional.ofNullable(timers.peek()).map(Timer::at);
  }

  private void takeIn() {
    DispatcherInbox.Reports reports = inbox.read();
    for (StageName stage : reports.ended()) {
      inFlight--;
      shares.ended(stage);
      with(
          stage,
          lane -> {
            lane.ended();
            mayBeDrained(lane);
          });
      lanes.computeIfPresent(stage, (_, lane) -> lane.isGone() ? null : lane);
    }
    reports.waiting().forEach(one -> addTimer(one.dueAt(), one.stage(), one.id()));
    reports.arrived().forEach(stage -> with(stage, Lane::forget));
    if (reports.stagesChanged()) {
      learnStages();
    }
  }

  /** Takes in the stages as they are now, unless they are those that are known. */
  private void learnStages() {
    database.read(tx -> {
      long version = StageRows.version(tx);
      if (version != stagesVersion) {
        shares.learn(teams.byDomain(tx));
        declare(stages.list(tx), holds.all(tx));
        passOverIdle(tx);
        stagesVersion = version;
      }
      return version;
    });
  }

  private void declare(List<StageSpec> declared, Map<StageName, Hold> held) {
    Set<StageName> gone = new HashSet<>(lanes.keySet());
    for (StageSpec stage : declared) {
      gone.remove(stage.name());
      Lane lane = lanes.computeIfAbsent(stage.name(), _ -> new Lane(stage));
      lane.declare(stage, held.get(stage.name()));
      mayBeDrained(lane);
      touched.add(stage.name());
    }
    gone.forEach(name -> with(name, Lane::remove));
    lanes.values().removeIf(Lane::isGone);
  }

  /** Where nothing waits, trying to receive would tell as much: a write for each new stage. */
  private void passOverIdle(Transaction tx) {
    List<Lane> unknown = lanes.values().stream().filter(lane -> !lane.isKnown()).toList();
    if (!unknown.isEmpty()) {
      Set<String> waiting = Set.copyOf(queues.waitingQueues(tx));
      unknown.stream()
          .filter(lane -> lane.queues().stream().noneMatch(waiting::contains))
          .forEach(Lane::isEmpty);
    }
  }

  private void with(StageName stage, Consumer<Lane> change) {
    Lane lane = lanes.get(stage);
    if (lane != null) {
      change.accept(lane);
      touched.add(stage);
    }
  }

  private void mayBeDrained(Lane lane) {
    if (lane.isDraining()) {
      drained.add(lane.stage().name());
    }
  }

  private void ring(Instant now) {
    for (Timer timer = timers.peek(); timer != null; timer = timers.peek()) {
      if (timer.at().isAfter(now)) {
        return;
      }
      timers.remove();
      String execution = timer.execution();
      scheduled.remove(execution);
      with(
          timer.stage(),
          lane -> {
            if (execution == null) {
              lane.forget();
            } else {
              lane.executionIsDue(execution);
            }
          });
    }
  }

  private void addTimer(Instant at, StageName stage, @Nullable String execution) {
    if (execution != null && !scheduled.add(execution)) {
      return;
    }
    timers.add(new Timer(at, timerCount++, stage, execution));
  }

  /** Finds out which of the stages about which something was learnt have work. */
  private void look(Instant now) {
    lookAtQueues(now);
    for (StageName name : touched) {
      Lane lane = lanes.get(name);
      if (lane != null && lane.hasWork(now)) {
        shares.offer(name, lane.stage().running().priority());
      } else {
        shares.withdraw(name);
      }
    }
    touched.clear();
  }

  private void lookAtQueues(Instant now) {
    List<Lane> unknown =
        touched.stream()
            .map(lanes::get)
            .filter(lane -> lane != null && lane.isFree() && lane.mustBeLookedAt())
            .toList();
    if (!unknown.isEmpty()) {
      database.read(tx -> {
        for (Lane lane : unknown) {
          int most = StageSources.most(lane.stage());
          Map<String, Waiting> waiting = new HashMap<>();
          lane.queues().forEach(q -> waiting.put(q, queues.waitingUpTo(tx, q, lane.upTo(), most)));
          lane.look(waiting, most);
        }
        return unknown;
      });
      for (Lane lane : unknown) {
        lane.nextTimer(now).ifPresent(at -> addTimer(at, lane.stage().name(), null));
      }
    }
  }

  private boolean mayStart() {
    return permits() > 0 && shares.any();
  }

  private int permits() {
    int working = inFlight - inbox.publishing();
    return Math.min(
        config.concurrency() - working, config.concurrency() * IN_FLIGHT_PER_WORKER - inFlight);
  }

  /** Serves stages that have work, in turn, in one transaction; false when nothing came of it. */
  private boolean startSome(Instant now) {
    List<Lane> turn = new ArrayList<>();
    List<Claims.Want> wants = new ArrayList<>();
    int messages = 0;
    int most = Math.min(permits(), WANTS_AT_ONCE);
    boolean isKnown = true;
    while (isKnown && wants.size() < most && messages < MESSAGES_AT_ONCE && shares.any()) {
      StageName name = shares.next().orElseThrow();
      Lane lane = lanes.get(name);
      Optional<Claims.Want> want = lane == null ? Optional.empty() : lane.ask(now);
      if (lane == null || want.isEmpty()) {
        shares.undo(name);
      } else {
        turn.add(lane);
        wants.add(want.get());
        messages += StageSources.most(lane.stage());
        int priority = lane.stage().running().priority();
        if (lane.wantsMore(now)) {
          shares.offer(name, priority);
        } else {
          isKnown = !lane.mayHoldMore() || !shares.anyBelow(name, priority);
        }
      }
    }
    return !wants.isEmpty() && start(turn, wants, now);
  }

  private boolean start(List<Lane> turn, List<Claims.Want> wants, Instant now) {
    turn.forEach(lane -> touched.add(lane.stage().name()));
    List<Claims.Taken> taken = take(turn, wants);
    if (taken.isEmpty()) {
      giveBack(turn, wants);
      learnStages();
      return true;
    }
    for (int i = 0; i < taken.size(); i++) {
      handle(turn.get(i), wants.get(i), taken.get(i), now);
    }
    return true;
  }

  private List<Claims.Taken> take(List<Lane> turn, List<Claims.Want> wants) {
    try {
      return claims.take(wants, stagesVersion, stage -> shares.team(stage.domain()));
    } catch (RuntimeException e) {
      giveBack(turn, wants); // what was committed without an answer is found by the sweep
      throw e;
    }
  }

  private void giveBack(List<Lane> turn, List<Claims.Want> wants) {
    for (int i = wants.size() - 1; i >= 0; i--) {
      turn.get(i).unanswered(wants.get(i));
      shares.undo(wants.get(i).stage().name());
    }
  }

  private void handle(Lane lane, Claims.Want want, Claims.Taken taken, Instant now) {
    String execution = want.execution();
    StageName stage = want.stage().name();
    lane.answered();
    switch (taken) {
      case Claims.Taken.Started(var claim, var full) -> {
        lane.started();
        inFlight++;
        learn(lane, execution, full);
        runner.run(claim);
      }
      case Claims.Taken.Nothing(var more) -> {
        shares.undo(stage);
        learn(lane, execution, more);
        mayBeDrained(lane);
      }
      case Claims.Taken.Busy() -> {
        shares.undo(stage);
        learn(lane, execution, false);
        addTimer(now.plus(BUSY), stage, execution);
      }
      case Claims.Taken.Later(var at) -> {
        shares.undo(stage);
        learn(lane, execution, false);
        addTimer(at, stage, execution);
      }
    }
  }

  private static void learn(Lane lane, @Nullable String execution, boolean more) {
    if (execution != null) {
      return;
    }
    if (more) {
      lane.holdsMore();
    } else {
      lane.isEmpty();
    }
  }
}
