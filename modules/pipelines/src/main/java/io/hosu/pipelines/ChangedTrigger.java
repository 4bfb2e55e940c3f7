package io.hosu.pipelines;

import io.hosu.events.Burying;
import io.hosu.events.DeadLetterCause;
import io.hosu.events.EventPatterns;
import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.events.Schedules;
import io.hosu.kernel.Event;
import io.hosu.kernel.Glob;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What becomes of the messages of a stage that gets another trigger: those that it does not take
 * any more become dead letters, so that none of them is lost. May be used from any thread.
 */
final class ChangedTrigger {
  private final Queues queues;
  private final Burying burying;

  ChangedTrigger(Queues queues) {
    this.queues = queues;
    this.burying = new Burying(queues);
  }

  /** One queue of the stage as it was, and which of its messages are not taken any more. */
  private record Left(String queue, Predicate<Message> messages) {}

  /** How many messages {@link #setAside} would make dead letters of. */
  static long count(Transaction tx, StageSpec before, StageSpec after) {
    return left(before, after).stream()
        .mapToLong(left -> Burying.count(tx, left.queue(), left.messages()))
        .sum();
  }

  /**
   * Makes dead letters of the messages that the stage does not take any more. The executions that
   * hold some of them are cancelled; what else those hold goes back into its queue.
   */
  void setAside(Transaction tx, StageSpec before, StageSpec after, Instant now) {
    for (Left left : left(before, after)) {
      burying.bury(tx, left.queue(), left.messages(), cause(after)).stream()
          .sorted()
          .flatMap(receipt -> ExecutionRows.find(tx, receipt).stream())
          .filter(execution -> execution.times().endedAt() == null)
          .forEach(execution -> cancel(tx, execution, now));
    }
  }

  private void cancel(Transaction tx, Execution execution, Instant now) {
    ExecutionRows.cancel(
        tx,
        execution.id(),
        "The trigger of its stage was changed; messages that the stage does not take any more"
            + " became dead letters, others went back into the queue.",
        now);
    queues.release(tx, execution.id(), now);
  }

  private static List<Left> left(StageSpec before, StageSpec after) {
    Map<String, StageSources.Source> sources =
        StageSources.of(after).stream()
            .collect(Collectors.toMap(StageSources.Source::queue, source -> source));
    boolean sameKind = isSameKind(before, after);
    List<Left> all = new ArrayList<>();
    for (String queue : StageSources.queues(before)) {
      StageSources.Source source = sources.get(queue);
      if (source == null) {
        all.add(new Left(queue, _ -> true));
      } else if (!sameKind) {
        Predicate<Event> taken = taken(source);
        all.add(new Left(queue, message -> !taken.test(message.event())));
      }
    }
    return all;
  }

  private static boolean isSameKind(StageSpec one, StageSpec other) {
    return one.on().source().getClass().equals(other.on().source().getClass())
        && one.readsEvents() == other.readsEvents();
  }

  /** A message about an object may be of a backfill, which is no event that a pattern takes. */
  private static Predicate<Event> taken(StageSources.Source source) {
    return source.objects().isEmpty()
        ? EventPatterns.taking(source.pattern())
        : event ->
            about(event)
                .filter(object ->
                    source.objects().stream()
                        .anyMatch(glob -> Glob.of(glob).matches(object.name().toString())))
                .isPresent();
  }

  private static Optional<EventObject> about(Event event) {
    return EventObject.of(event).or(() -> EventObject.deleted(event));
  }

  private static DeadLetterCause cause(StageSpec stage) {
    return DeadLetterCause.of(
        PipelinesError.TRIGGER_CHANGED.name(),
        "It waited for stage %s when the stage got another trigger, which does not take it."
            .formatted(stage.name()),
        remedy(stage));
  }

  private static String remedy(StageSpec stage) {
    return "Once the stage takes it again: hosu dlq redrive --where stage=%s --where code=%s"
            .formatted(stage.name(), PipelinesError.TRIGGER_CHANGED)
        + "; to give it up: hosu dlq drop";
  }

  /**
   * Refuses a message that came back after the stage got another trigger, before it is deleted
   * without anything being read.
   *
   * @throws Invalid {@link PipelinesError#TRIGGER_CHANGED}
   */
  static void requireTaken(Claim claim) {
    claim.messages().stream()
        .filter(message -> message.original().isEmpty()) // of those EditedMessages tells
        .filter(message -> !isTaken(claim.stage(), message))
        .findFirst()
        .ifPresent(message -> {
          throw new Invalid(
              PipelinesError.TRIGGER_CHANGED,
              "Stage %s has another trigger now, which does not take event %s (%s)."
                  .formatted(
                      claim.stage().name(), message.event().id(), message.event().detailType()),
              remedy(claim.stage()));
        });
  }

  private static boolean isTaken(StageSpec stage, Message message) {
    if (message.event().detailType().equals(Schedules.DETAIL_TYPE)) {
      return true;
    }
    return switch (stage.on().source()) {
      case Trigger.Objects _, Trigger.OfSets _ -> about(message.event()).isPresent();
      case Trigger.Tables _ -> message.event().detailType().equals("Table Committed");
      case Trigger.Pattern _ -> stage.readsEvents() || about(message.event()).isPresent();
      case Trigger.Scheduled _, Trigger.Gathered _, Trigger.ByHand _ -> false;
    };
  }
}
