package io.hosu.pipelines;

import io.hosu.kernel.Discreet;
import io.hosu.kernel.HosuException.Invalid;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts under way on this server: runs each on the executor, settles what became of it, and
 * tells the dispatcher. May be used from any thread.
 */
final class Attempts implements Dispatcher.Runner {
  private static final Logger log = LoggerFactory.getLogger(Attempts.class);

  private final StageRunner runner;
  private final Settlement settlement;
  private final DispatcherInbox inbox;
  private final Runnable ended;
  private final Executor executor;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /** An attempt that is under way, and what ends it. */
  private record Running(Claim claim, Stop stop) {}

  /**
   * Attempts that run on {@code executor}.
   *
   * @param ended run whenever one is over
   */
  Attempts(
      StageRunner runner,
      Settlement settlement,
      DispatcherInbox inbox,
      Runnable ended,
      Executor executor) {
    this.runner = runner;
    this.settlement = settlement;
    this.inbox = inbox;
    this.ended = ended;
    this.executor = executor;
  }

  @Override
  public void run(Claim claim) {
    Stop stop = new Stop();
    running.put(claim.id(), new Running(claim, stop));
    executor.execute(() -> make(claim, stop));
  }

  /** The ids of the executions under way. */
  Set<String> running() {
    return Set.copyOf(running.keySet());
  }

  /** Ends the work on an execution, if it is done here; its outcome will not be published. */
  void stop(String execution) {
    Running one = running.get(execution);
    if (one != null) {
      one.stop().now();
    }
  }

  private void make(Claim claim, Stop stop) {
    AtomicBoolean published = new AtomicBoolean();
    try {
      StageOutcome outcome =
          weighed(
              claim,
              runner.attempt(
                  claim,
                  stop,
                  () -> {
                    if (published.compareAndSet(false, true)) {
                      inbox.publishes();
                    }
                  }));
      tell(claim, outcome);
      settle(claim, outcome).forEach(inbox::waiting);
    } catch (RuntimeException e) {
      // The execution stays RUNNING without a runner, and the next sweep takes it back.
      log.atError()
          .setMessage("attempt could not be settled")
          .addKeyValue("execution", claim.id())
          .setCause(Discreet.of(e))
          .log();
    } finally {
      running.remove(claim.id());
      inbox.ended(claim.stage().name(), published.get());
      ended.run();
    }
  }

  private StageOutcome weighed(Claim claim, StageOutcome outcome) {
    return outcome instanceof StageOutcome.Failed failed
        ? settlement.weighed(claim, failed)
        : outcome;
  }

  private List<ExecutionRows.Waiting> settle(Claim claim, StageOutcome outcome) {
    return switch (outcome) {
      case StageOutcome.Published _, StageOutcome.Idle _ -> List.of();
      case StageOutcome.TakenOver(var course) -> {
        settlement.cancelled(claim, course);
        yield List.of();
      }
      case StageOutcome.Failed _ when stopping -> List.of();
      case StageOutcome.Failed failed -> fail(claim, failed);
    };
  }

  /** A failure that cannot be recorded must end all the same: it would come back for ever. */
  private List<ExecutionRows.Waiting> fail(Claim claim, StageOutcome.Failed failed) {
    try {
      return settlement.fail(claim, failed);
    } catch (Invalid e) {
      log.atError()
          .setMessage("failure could not be recorded as it was")
          .addKeyValue("execution", claim.id())
          .addKeyValue("code", failed.cause().code())
          .setCause(Discreet.of(e))
          .log();
      return settlement.fail(claim, Causes.unrecorded(failed, e));
    }
  }

  /** Gives back all that is under way: another start of the server takes it up again. */
  void stop() {
    stopping = true;
    running.values().forEach(one -> settlement.stop(one.claim()));
  }

  private static void tell(Claim claim, StageOutcome outcome) {
    switch (outcome) {
      case StageOutcome.Published(var figures) ->
          log.atDebug()
              .setMessage("stage published")
              .addKeyValue("stage", claim.stage().name())
              .addKeyValue("execution", claim.id())
              .addKeyValue("rows", figures.rowsOut())
              .log();
      case StageOutcome.Idle() ->
          log.atDebug()
              .setMessage("moment of a schedule had nothing to do")
              .addKeyValue("stage", claim.stage().name())
              .log();
      case StageOutcome.TakenOver _ ->
          log.atWarn()
              .setMessage("execution was taken over before it could publish")
              .addKeyValue("stage", claim.stage().name())
              .addKeyValue("execution", claim.id())
              .log();
      case StageOutcome.Failed(var cause, var fault, _, _, _) ->
          log.atWarn()
              .setMessage("stage failed")
              .addKeyValue("stage", claim.stage().name())
              .addKeyValue("execution", claim.id())
              .addKeyValue("attempt", claim.execution().tries().attempt())
              .addKeyValue("fault", fault)
              .addKeyValue("code", cause.code())
              // What happened may quote a record, which is for those alone who may see it.
              .addKeyValue("object", cause.place().object())
              .addKeyValue("line", cause.place().line())
              .log();
    }
  }
}
