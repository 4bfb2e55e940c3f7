package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.events.MessageGroups;
import io.hosu.events.Queues;
import io.hosu.kernel.Ids;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts attempts: one transaction receives the messages of a batch in the name of an execution,
 * and makes the execution, or takes up one that waits. As many as are due at the same time share
 * the transaction.
 */
final class Claims {
  /**
   * Messages of an execution stay hidden for as long as it lives: what gives them back is the
   * execution's own end, or the loss of its server.
   */
  static final Instant HELD = MessageGroups.HELD;

  private final Database database;
  private final Queues queues;
  private final Gathering gathering;
  private final BatchBytes bytes;
  private final Assembling assembling;
  private final ServerLease lease;
  private final InstantSource clock;
  private final Ids ids;

  Claims(
      Database database,
      Queues queues,
      Sets sets,
      ServerLease lease,
      InstantSource clock,
      Ids ids) {
    this.database = database;
    this.queues = queues;
    this.gathering = new Gathering(queues);
    this.bytes = new BatchBytes(queues);
    this.assembling = new Assembling(sets);
    this.lease = lease;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * A stage that may start an execution.
   *
   * @param execution the one that waits for an attempt; null for a new one
   * @param upTo the place in the event log of the newest event that a new one may be about
   */
  record Want(StageSpec stage, @Nullable String execution, long upTo) {}

  /** What came of a want. */
  sealed interface Taken {
    /** An attempt to be made; {@code full} when there may be another batch after this one. */
    record Started(Claim claim, boolean full) implements Taken {}

    /** There was nothing to do; {@code more} when there may be after all. */
    record Nothing(boolean more) implements Taken {}

    /** As many executions of the stage or its team run as may, here or on other servers. */
    record Busy() implements Taken {}

    /** Its circuit is open: nothing starts before this. */
    record Later(Instant at) implements Taken {}
  }

  /**
   * Serves all wants, in order, at once; none, with an empty answer, when stages have changed since
   * {@code stagesVersion}: an execution never starts by a declaration that does not hold any more.
   *
   * @param teams the team of each stage
   */
  List<Taken> take(List<Want> wants, long stagesVersion, Function<StageName, Teams.Owning> teams) {
    return database.write(tx -> {
      if (StageRows.version(tx) != stagesVersion) {
        return List.of();
      }
      Instant now = clock.instant();
      lease.keep(tx, now);
      Room room = new Room(tx, teams);
      return wants.stream().map(want -> take(tx, want, room, now)).toList();
    });
  }

  private Taken take(Transaction tx, Want want, Room room, Instant now) {
    if (!room.isFor(want.stage())) {
      return new Taken.Busy();
    }
    Taken taken = pass(tx, want, now);
    if (taken instanceof Taken.Started) {
      room.started(want.stage().name());
    }
    return taken;
  }

  private Taken pass(Transaction tx, Want want, Instant now) {
    return switch (Circuits.gate(tx, want.stage(), now)) {
      case Circuits.Gate.Free _ -> start(tx, want, now);
      case Circuits.Gate.ProbeOnly _ -> {
        Taken taken = start(tx, want, now);
        if (taken instanceof Taken.Started(var claim, _)) {
          Circuits.probes(tx, claim);
        }
        yield taken;
      }
      case Circuits.Gate.Probing _ -> new Taken.Busy();
      case Circuits.Gate.Shut(var until) -> new Taken.Later(until);
    };
  }

  private Taken start(Transaction tx, Want want, Instant now) {
    String execution = want.execution();
    return execution == null ? batch(tx, want, now) : resume(tx, want, execution, now);
  }

  private Taken resume(Transaction tx, Want want, String id, Instant now) {
    Optional<Execution> execution = ExecutionRows.resume(tx, id, lease.id(), now);
    if (execution.isEmpty()) {
      return new Taken.Nothing(false);
    }
    return new Taken.Started(
        new Claim(execution.get(), lease.id(), want.stage(), queues.held(tx, id)), false);
  }

  private Taken batch(Transaction tx, Want want, Instant now) {
    StageSpec stage = want.stage();
    String id = ids.next();
    Received received =
        switch (stage.on()) {
          case Trigger.Gathered _ -> gathering.receive(tx, want, id, now);
          case Trigger.OfSets on -> assembling.receive(tx, want, on, id, now);
          case Trigger _ -> receive(tx, want, id, now);
        };
    List<Message> messages = received.messages();
    if (messages.isEmpty()) {
      return new Taken.Nothing(received.full());
    }
    var start = new ExecutionRows.Start(id, stage.name(), Execution.By.EVENTS, redriven(messages));
    List<String> events = messages.stream().map(message -> message.event().id()).toList();
    Execution execution = ExecutionRows.insertRunning(tx, start, events, lease.id(), now);
    return new Taken.Started(new Claim(execution, lease.id(), stage, messages), received.full());
  }

  private Received receive(Transaction tx, Want want, String id, Instant now) {
    StageSpec stage = want.stage();
    int most = StageSources.most(stage);
    List<Message> messages = new ArrayList<>();
    Set<String> filled = new HashSet<>();
    boolean full = false;
    for (StageSources.Source source : StageSources.of(stage)) {
      List<Message> some = receive(tx, source, want.upTo(), most, id, now);
      full |= source.isGrouped() ? !some.isEmpty() : some.size() == most;
      messages.addAll(some);
      some.forEach(message -> filled.add(message.queue()));
    }
    if (messages.isEmpty() || StageSources.mayStart(stage, filled)) {
      return bytes.within(tx, stage.batch(), new Received(messages, full), id);
    }
    queues.release(tx, id, now);
    return Received.NOTHING;
  }

  private List<Message> receive(
      Transaction tx, StageSources.Source source, long upTo, int most, String id, Instant now) {
    String queue = source.queue();
    return source.isGrouped()
        ? MessageGroups.first(tx, queue, upTo, now)
            .map(group -> MessageGroups.receive(tx, group, upTo, most, id, HELD))
            .orElse(List.of())
        : queues.receiveUpTo(tx, queue, upTo, most, id, HELD);
  }

  private static @Nullable String redriven(List<Message> messages) {
    return messages.stream()
        .filter(message -> message.redriven() > 0)
        .map(Message::id)
        .findFirst()
        .orElse(null);
  }
}
