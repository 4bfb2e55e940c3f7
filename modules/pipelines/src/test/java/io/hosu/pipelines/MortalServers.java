package io.hosu.pipelines;

import io.hosu.events.DeadLetter;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Servers of one world that die at any of their writes, go silent while others take over, and come
 * back.
 */
final class MortalServers {
  private final World world;
  private final List<World.Server> servers = new ArrayList<>();
  private final boolean alone;

  MortalServers(World world, int count, StageSpec... stages) {
    this.world = world;
    this.alone = count == 1;
    world.server(CrashPoints.never(), alone).apply(stages);
    for (int i = 0; i < count; i++) {
      servers.add(start());
    }
  }

  private World.Server start() {
    boolean mortal = world.random.nextInt(4) > 0;
    CrashPoints points = mortal ? CrashPoints.at(world.random.nextInt(80)) : CrashPoints.never();
    World.Server server = world.server(points, alone);
    try {
      server.pipelines.begin();
      return server;
    } catch (Crash _) {
      return start();
    }
  }

  /** Has any of them do anything, or lets time pass. */
  void act() {
    int which = world.random.nextInt(servers.size());
    try {
      act(servers.get(which));
    } catch (Crash _) {
      servers.set(which, start());
    }
  }

  /** Has any of them do what a person asks. */
  void have(Consumer<World.Server> doing) {
    int which = world.random.nextInt(servers.size());
    try {
      doing.accept(servers.get(which));
    } catch (Crash _) {
      servers.set(which, start());
    }
  }

  private void act(World.Server server) {
    switch (world.random.nextInt(8)) {
      case 0, 1 -> server.router.routeOnce();
      case 2, 3 -> server.pipelines.step();
      case 4, 5 -> {
        if (!server.attempts.isEmpty()) {
          server.attempts.remove().run();
        }
      }
      case 6 -> {
        server.pipelines.beat();
        server.pipelines.feed();
      }
      default -> world.clock.advance(Duration.ofMillis(world.random.nextInt(20_000)));
    }
  }

  /** Has one that does not die do all that is left, and then the dead ones what they began. */
  World.Server finish() {
    world.clock.advance(Duration.ofMinutes(5));
    World.Server last = world.server(CrashPoints.never(), true);
    last.pipelines.begin();
    last.finish();
    for (World.Server server : servers) {
      for (Runnable attempt : server.attempts) {
        runDead(attempt);
      }
    }
    return last;
  }

  /** Redrives every dead letter until no machine fails any more. */
  void redriveAll(World.Server last) {
    world.faults.replaceAll((_, _) -> 2);
    for (int i = 0; i < 2; i++) {
      world.redrive(world.deadLetters().stream().map(DeadLetter::id).toList());
      last.finish();
    }
  }

  private static void runDead(Runnable attempt) {
    try {
      attempt.run();
    } catch (Crash _) {
      // It was dead before.
    }
  }
}
