package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Caller;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * What is being looked at on this server, for who asked for it: a look at many objects takes its
 * time. May be used from any thread.
 */
public final class RunningLooks {
  private final InstantSource clock;
  private final Set<Look> all = ConcurrentHashMap.newKeySet();

  public RunningLooks(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Look {
    private final String principal;
    private final String place;
    private final Instant startedAt;
    private final AtomicLong seen = new AtomicLong();

    Look(String principal, String place, Instant startedAt) {
      this.principal = principal;
      this.place = place;
      this.startedAt = startedAt;
    }

    ObjectNode toJson() {
      return Json.object()
          .put("place", place)
          .put("started_at", Instants.print(startedAt))
          .put("objects_seen", seen.get());
    }
  }

  /** Does {@code work}, which says how many objects it has seen, and has that told meanwhile. */
  <T> T during(Caller caller, String place, Function<LongConsumer, T> work) {
    Look look = new Look(caller.principal().toString(), place, clock.instant());
    all.add(look);
    try {
      return work.apply(look.seen::set);
    } finally {
      all.remove(look);
    }
  }

  /** The looks that the caller asked for, the oldest first. */
  List<ObjectNode> of(Caller caller) {
    String principal = caller.principal().toString();
    return all.stream()
        .filter(look -> look.principal.equals(principal))
        .sorted(Comparator.comparing(look -> look.startedAt))
        .map(Look::toJson)
        .toList();
  }
}
