package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The parts of this module on one database, wired as a server wires them. */
final class Bus {
  final Database database;
  final ManualClock clock;
  final EventLog log;
  final Queues queues;
  final Rules rules = new Rules();
  final DeadLetters deadLetters;
  final Redriving redriving;
  final EventRouter router;

  Bus(Database database) {
    this(database, new ManualClock(), 1);
  }

  Bus(Database database, ManualClock clock, long seed) {
    Ids ids = new Ids(clock, new Random(seed));
    this.database = database;
    this.clock = clock;
    this.log = new EventLog(database, clock, ids);
    this.queues = new Queues(log, clock, ids);
    this.deadLetters = new DeadLetters(queues);
    this.redriving = new Redriving(database, queues);
    this.router = new EventRouter(database, log, queues);
  }

  /** A rule, and its queue, for events of which {@code detail.kind} is {@code kind}. */
  void rule(String name, String queue, String kind) {
    database.perform(tx -> {
      queues.create(tx, queue);
      rules.put(tx, new Rule(name, "sales", pattern(kind), queue));
    });
  }

  static ObjectNode pattern(String kind) {
    return (ObjectNode)
        Json.parse("{\"source\":[\"test\"],\"detail\":{\"kind\":[\"%s\"]}}".formatted(kind));
  }

  static ObjectNode detail(String kind) {
    return Json.object().put("kind", kind);
  }

  Event append(String kind) {
    return append(kind, 0);
  }

  Event append(String kind, int number) {
    ObjectNode detail = detail(kind).put("number", number);
    return database.write(
        tx -> log.append(tx, "test", "Thing Happened", "sales", List.of(), detail));
  }

  void routeAll() {
    while (router.routeOnce() > 0) {}
  }

  List<Message> receive(String queue, int max, String receipt) {
    return database.write(tx ->
        queues.receive(tx, queue, max, receipt, clock.instant().plus(Duration.ofSeconds(30))));
  }

  QueueDepth depth(String queue) {
    return database.read(tx -> queues.depth(tx, queue));
  }
}
