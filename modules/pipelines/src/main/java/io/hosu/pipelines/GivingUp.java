package io.hosu.pipelines;

import io.hosu.events.DeadLetter;
import io.hosu.events.DeadLetterCause;
import io.hosu.events.DeadLetters;
import io.hosu.events.EventLog;
import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.kernel.Ids;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends an execution that failed for good: it becomes FAILED, its guilty messages become dead
 * letters, the others go on in new executions, and an event tells of it.
 */
final class GivingUp {
  private static final String RECORDS_STAY = "The records stay in quarantine as they were.";

  private final Queues queues;
  private final EventLog events;
  private final InstantSource clock;
  private final Ids ids;

  GivingUp(Queues queues, EventLog events, InstantSource clock, Ids ids) {
    this.queues = queues;
    this.events = events;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * An execution to be given up.
   *
   * @param holder the attempt that failed
   * @param batches what becomes of its messages
   * @param guilty the guilty object when none of the messages is about it
   * @param next how many failures and losses those begin with that go on
   */
  record Case(
      ExecutionRows.Holder holder,
      Execution execution,
      Batches batches,
      Cause cause,
      @Nullable InputObject guilty,
      Execution.Tries next) {

    StageName stage() {
      return execution.stage();
    }
  }

  /**
   * Ends the execution; empty when its attempt holds it no longer.
   *
   * @return the executions that go on
   */
  Optional<List<ExecutionRows.Waiting>> end(Transaction tx, Case given) {
    Instant now = clock.instant();
    List<String> children = new ArrayList<>();
    given.batches().goingOn().forEach(_ -> children.add(ids.next()));
    boolean ofRecords = RedriveRows.find(tx, given.execution()).isPresent();
    String note = ofRecords ? RECORDS_STAY : note(given, children);
    Optional<Execution> ended = ExecutionRows.fail(tx, given.holder(), given.cause(), note, now);
    if (ended.isEmpty()) {
      return Optional.empty();
    }
    CorrectedEvents.keep(tx, given.execution().id(), given.batches().all());
    setAside(tx, given, now);
    List<ExecutionRows.Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      goOn(tx, given, children.get(i), given.batches().goingOn().get(i), now);
      waiting.add(new ExecutionRows.Waiting(children.get(i), given.stage(), now));
    }
    giveBack(tx, given.batches().back(), now);
    if (!given.batches().guilty().isEmpty()) {
      String execution = given.execution().id();
      List<DeadLetter> made = queues.bury(tx, execution, deadLetterCause(tx, given));
      new ClearedLetters(new DeadLetters(queues)).replace(tx, execution, made);
    }
    StageFailures.begin(tx, ended.get(), given.cause(), now);
    ExecutionEvents.failed(events, tx, ended.get());
    return Optional.of(waiting);
  }

  /** Messages that come after others of their group: held by those, the group waits. */
  private void giveBack(Transaction tx, List<Message> messages, Instant now) {
    if (!messages.isEmpty()) {
      String nobody = ids.next();
      queues.hand(tx, messages, nobody);
      queues.release(tx, nobody, now);
    }
  }

  private static String note(Case given, List<String> children) {
    int guilty = given.batches().guilty().size();
    int others = given.batches().goingOn().stream().mapToInt(List::size).sum();
    String buried =
        guilty == 1 ? "1 message became a dead letter" : guilty + " messages became dead letters";
    if (!children.isEmpty()) {
      int back = given.batches().back().size();
      return "%s; the other %d went on in %s%s."
          .formatted(
              buried,
              others,
              String.join(" and ", children),
              back == 0 ? "" : ", and %d come after them".formatted(back));
    }
    return guilty == 0 ? "No message of an event stood behind it." : buried + ".";
  }

  private void goOn(Transaction tx, Case given, String child, List<Message> messages, Instant now) {
    var start =
        new ExecutionRows.Start(child, given.stage(), Execution.By.SPLIT, given.execution().id());
    List<String> about = messages.stream().map(message -> message.event().id()).toList();
    ExecutionRows.insertPending(
        tx, start, about, given.next().failures(), given.next().losses(), now);
    queues.hand(tx, messages, child);
  }

  /** Keeps the objects of the batch out of the input of others until they have succeeded. */
  private void setAside(Transaction tx, Case given, Instant now) {
    Map<String, String> versions = new LinkedHashMap<>();
    List<Message> all = new ArrayList<>(given.batches().guilty());
    given.batches().goingOn().forEach(all::addAll);
    for (Message message : all) {
      EventObject.of(message.event())
          .ifPresent(object ->
              versions.merge(
                  object.name().toString(),
                  object.version(),
                  (one, other) -> one.compareTo(other) > 0 ? one : other));
    }
    StageInputs.setAside(tx, given.stage(), versions, given.execution().id());
    InputObject guilty = given.guilty();
    if (guilty != null) {
      StageInputs.forget(tx, given.stage(), guilty, given.execution().id());
      bringBack(tx, given, guilty, now);
    }
  }

  /** Sees to it that a guilty object comes in a batch of its own, and so to a dead letter. */
  private void bringBack(Transaction tx, Case given, InputObject guilty, Instant now) {
    String queue = given.stage().toString();
    if (queues.mentions(tx, queue, guilty.version()) || events.announces(tx, guilty.version())) {
      return;
    }
    queues.send(
        tx,
        queue,
        Again.event(
            ids.next(), now, given.stage().domain(), Again.Version.of(guilty), Again.FOUND_GUILTY));
  }

  private static DeadLetterCause deadLetterCause(Transaction tx, Case given) {
    Cause cause = given.cause();
    return new DeadLetterCause(
        cause.code(),
        cause.what(),
        cause.remedy(),
        Optional.ofNullable(cause.place().object()),
        Optional.ofNullable(cause.place().line()),
        Optional.ofNullable(cause.place().sample()),
        Optional.of(given.execution().id()),
        new DeadLetterCause.Course(
            given.execution().tries().attempt(),
            ExecutionRecords.attempts(tx, given.execution().id()).stream()
                .flatMap(attempt -> Optional.ofNullable(attempt.failure()).stream())
                .findFirst()
                .map(first -> new DeadLetterCause.Failure(first.code(), first.what())),
            Optional.ofNullable(cause.stack())));
  }
}
