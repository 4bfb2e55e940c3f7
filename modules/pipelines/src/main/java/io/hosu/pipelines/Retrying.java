package io.hosu.pipelines;

import io.hosu.events.DeadLetters;
import io.hosu.events.LoggedEvent;
import io.hosu.events.Message;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs executions again that came to nothing: over the same events, in one new execution that names
 * the one it is for. May be used from any thread.
 */
public final class Retrying {
  private static final int NAMED = 5;

  private final Pipelines.Parts parts;
  private final Stages stages;
  private final DispatcherInbox inbox;

  Retrying(Pipelines.Parts parts, Stages stages, DispatcherInbox inbox) {
    this.parts = parts;
    this.stages = stages;
    this.inbox = inbox;
  }

  /**
   * Runs an execution again that failed, was cancelled or was rolled back. Its dead letters are put
   * back into the hands of the new execution; one that a person started just runs anew. Asked
   * again, it gives the execution that it made the first time: to run that one again, name it.
   *
   * @param by the principal who asks
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   * @throws Conflict {@link PipelinesError#EXECUTION_NOT_ENDED}, {@link
   *     PipelinesError#EXECUTION_SUCCEEDED}, {@link PipelinesError#NOTHING_TO_RETRY}, {@link
   *     PipelinesError#STAGE_DISABLED}
   */
  public Execution retry(String idOrBeginning, String by, Seen seen) {
    return retry(idOrBeginning, by, seen, _ -> {});
  }

  /**
   * The same.
   *
   * @param recorded keeps in the same transaction that it was allowed
   */
  Execution retry(String idOrBeginning, String by, Seen seen, Consumer<Transaction> recorded) {
    return parts
        .database()
        .write(tx -> {
          Execution execution = Executions.require(tx, idOrBeginning, seen);
          Optional<Execution> before = before(tx, execution);
          Execution made =
              before.isPresent() ? before.get() : retry(tx, Past.of(tx, execution), by, seen);
          recorded.accept(tx);
          return made;
        });
  }

  /**
   * The same of one that has moved to the archive, by what is kept of it there.
   *
   * @throws Conflict as {@link #retry(String, String, Seen)}
   */
  Execution retry(
      ArchivedExecution archived, String by, Seen seen, Consumer<Transaction> recorded) {
    Execution execution = archived.execution();
    if (execution.origin().by() == Execution.By.REDRIVE) {
      throw forgottenRecords(execution);
    }
    return parts
        .database()
        .write(tx -> {
          Past past =
              new Past(
                  execution, execution.origin().events(), archived.inputs(), archived.outputs());
          Execution made = before(tx, execution).orElseGet(() -> retry(tx, past, by, seen));
          recorded.accept(tx);
          return made;
        });
  }

  /**
   * An execution that has ended.
   *
   * @param events the ids of those that started it, all of them
   * @param inputs what it read
   * @param outputs what it published
   */
  private record Past(
      Execution execution,
      List<String> events,
      List<ExecutionInput> inputs,
      List<ExecutionOutput> outputs) {
    static Past of(Transaction tx, Execution execution) {
      return new Past(
          execution,
          TriggerEvents.all(tx, execution),
          ExecutionRecords.inputs(tx, execution.id()),
          ExecutionRecords.outputs(tx, execution.id()));
    }
  }

  /** Whether to run an execution again is to run its stage, as nothing but a person started it. */
  boolean isByHand(Execution execution) {
    return execution.origin().messages() == 0
        && parts.database().read(tx -> RedriveRows.find(tx, execution)).isEmpty();
  }

  private static Optional<Execution> before(Transaction tx, Execution execution) {
    return tx.find(
        "SELECT * FROM executions WHERE parent = ? AND origin = 'RETRY' ORDER BY id LIMIT 1",
        ExecutionView::view,
        execution.id());
  }

  private Execution retry(Transaction tx, Past past, String by, Seen seen) {
    Execution execution = past.execution();
    StageSpec stage = stages.requireEnabled(tx, execution.stage(), seen);
    List<Sent> sent =
        switch (execution.status()) {
          case PENDING, RUNNING -> throw notEnded(execution);
          case SUCCEEDED -> again(tx, stage, past);
          case FAILED, CANCELLED -> redriven(tx, execution, by);
        };
    return start(tx, stage, execution, sent);
  }

  /** A message that is in its queue again. */
  private record Sent(String queue, String id) {}

  private List<Sent> redriven(Transaction tx, Execution execution, String by) {
    DeadLetters letters = new DeadLetters(parts.queues());
    List<Sent> sent =
        letters.redrive(tx, letters.ofExecution(tx, execution.id()), by).stream()
            .map(letter -> new Sent(letter.queue(), letter.id()))
            .toList();
    if (sent.isEmpty() && execution.origin().messages() > 0) {
      throw nothing(tx, execution);
    }
    return sent;
  }

  /** The events of an execution that was taken back become messages again. */
  private List<Sent> again(Transaction tx, StageSpec stage, Past past) {
    Execution execution = past.execution();
    if (execution.result().rolledBackBy() == null) {
      throw succeeded(execution);
    }
    CorrectedEvents corrected = CorrectedEvents.of(tx, execution.id());
    List<Event> events = new ArrayList<>();
    List<Sent> sent = new ArrayList<>();
    for (String id : past.events()) {
      Optional<CorrectedEvents.Corrected> edited = corrected.next(id);
      Optional<Event> event =
          edited
              .map(CorrectedEvents.Corrected::event)
              .or(() -> parts.events().find(tx, id).map(LoggedEvent::event));
      event.ifPresent(one -> sent.add(send(tx, stage, one, edited)));
      event.ifPresent(events::add);
    }
    if (stage.readsEvents() && events.size() < past.events().size()) {
      throw forgottenEvents(past, events);
    }
    if (events.size() < execution.origin().messages()) {
      ofObjects(stage, past, events).stream()
          .map(event -> send(tx, stage, event, Optional.empty()))
          .forEach(sent::add);
    }
    if (sent.isEmpty() && execution.origin().messages() > 0) {
      throw forgotten(execution);
    }
    return sent;
  }

  private Sent send(
      Transaction tx, StageSpec stage, Event event, Optional<CorrectedEvents.Corrected> edited) {
    String queue = queue(stage, event);
    return new Sent(
        queue,
        edited
            .map(one -> parts.queues().sendCorrected(tx, queue, event, one.original()))
            .orElseGet(() -> parts.queues().send(tx, queue, event)));
  }

  /**
   * What a backfill or a guilty neighbour told the stage of stands in no log: the objects that the
   * execution read say it, as far as no event that is kept is about them.
   */
  private List<Event> ofObjects(StageSpec stage, Past past, List<Event> kept) {
    Set<String> told =
        kept.stream()
            .flatMap(event -> EventObject.of(event).stream())
            .map(object -> object.name().toString())
            .collect(Collectors.toSet());
    List<Again.Version> objects =
        past.inputs().stream()
            .filter(input -> input.kind() == ExecutionInput.Kind.OBJECT)
            .filter(input -> !told.contains(input.name()))
            .map(input ->
                new Again.Version(
                    ObjectName.parse(input.name()), input.version(), "", input.bytes()))
            .toList();
    boolean one = BackfillPlan.isOneRun(stage) && !objects.isEmpty();
    Instant now = parts.clock().instant();
    return (one ? List.of(objects.getLast()) : objects)
        .stream()
            .map(object ->
                Again.event(parts.ids().next(), now, stage.name().domain(), object, Again.BACKFILL))
            .toList();
  }

  /** The queue of a stage that an event belongs into: one that waits for tables has several. */
  private static String queue(StageSpec stage, Event event) {
    String about = event.resources().isEmpty() ? "" : event.resources().getFirst();
    String own = stage.name() + "." + about;
    return StageSources.queues(stage).contains(own) ? own : stage.name().toString();
  }

  /** Who reads events has nothing else to work on: what is left of them is not the same work. */
  private static Conflict forgottenEvents(Past past, List<Event> kept) {
    List<String> ids = new ArrayList<>(past.events());
    kept.forEach(event -> ids.remove(event.id()));
    String more = ids.size() > NAMED ? " and %d more".formatted(ids.size() - NAMED) : "";
    return new Conflict(
        PipelinesError.NOTHING_TO_RETRY,
        "%d of the %d events of execution %s are in the log no more (events.retention): %s%s."
            .formatted(
                ids.size(),
                past.events().size(),
                past.execution().id(),
                String.join(", ", ids.subList(0, Math.min(NAMED, ids.size()))),
                more),
        past.outputs().stream()
            .filter(output -> !output.snapshot().isEmpty())
            .map(output ->
                "What it made of them is in the snapshot that it published, as long as that is kept: hosu sql -c \"SELECT * FROM %s AT (VERSION => %s)\""
                    .formatted(output.table(), output.snapshot()))
            .findFirst()
            .orElse("Send the events again: hosu events send"));
  }

  private static Conflict forgotten(Execution execution) {
    return new Conflict(
        PipelinesError.NOTHING_TO_RETRY,
        "None of the %d events of execution %s is kept, and it read no objects."
            .formatted(execution.origin().messages(), execution.id()),
        "Have its stage work on all that it has not processed: hosu run " + execution.stage());
  }

  private static Conflict forgottenRecords(Execution execution) {
    return new Conflict(
        PipelinesError.NOTHING_TO_RETRY,
        "Which records execution %s worked on is no more known, as it has moved to the archive."
            .formatted(execution.id()),
        "Choose those that are in quarantine now: hosu redrive TABLE_quarantine --where ...");
  }

  private Execution start(Transaction tx, StageSpec stage, Execution execution, List<Sent> sent) {
    Instant now = parts.clock().instant();
    String id = parts.ids().next();
    List<Message> messages = new ArrayList<>();
    for (Sent one : sent) {
      messages.addAll(parts.queues().take(tx, one.queue(), one.id(), id, Claims.HELD));
    }
    var start = new ExecutionRows.Start(id, stage.name(), Execution.By.RETRY, execution.id());
    List<String> about = messages.stream().map(message -> message.event().id()).toList();
    Execution made = ExecutionRows.insertPending(tx, start, about, 0, 0, now);
    RedriveRows.find(tx, execution).ifPresent(redrive -> RedriveRows.insert(tx, id, redrive));
    tx.afterCommit(() -> inbox.waiting(new ExecutionRows.Waiting(id, stage.name(), now)));
    return made;
  }

  private static Conflict notEnded(Execution execution) {
    return new Conflict(
        PipelinesError.EXECUTION_NOT_ENDED,
        "Execution %s is %s.".formatted(execution.id(), execution.status()),
        "Wait for its end: hosu wait; then look at it: hosu executions show " + execution.id());
  }

  private static Conflict succeeded(Execution execution) {
    return new Conflict(
        PipelinesError.EXECUTION_SUCCEEDED,
        "Execution %s succeeded, and its outcome is published.".formatted(execution.id()),
        "To have its work done anew, take it back first: hosu rollback %s; then: hosu retry %s"
            .formatted(execution.id(), execution.id()));
  }

  private static Conflict nothing(Transaction tx, Execution execution) {
    List<String> children = Executions.children(tx, execution.id());
    String why =
        children.isEmpty()
            ? "its messages are in its stage's queue, or were redriven, cleared or dropped"
            : "its messages went on in " + String.join(" and ", children);
    return new Conflict(
        PipelinesError.NOTHING_TO_RETRY,
        "Nothing of execution %s is left to retry: %s.".formatted(execution.id(), why),
        "Look at what became of it: hosu executions show " + execution.id());
  }
}
