package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follows executions and waits for the work of a lake. */
final class Executions {
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final Duration LONG_POLL = Duration.ofSeconds(10);
  private static final Set<String> KINDS = Set.of("events", "messages", "executions");
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED");

  private final LakeClient client;
  private final Context context;
  private final Set<String> told = new java.util.HashSet<>();

  Executions(LakeClient client, Context context) {
    this.client = client;
    this.context = context;
  }

  /**
   * Waits until an execution has ended.
   *
   * @throws Unavailable {@link CliError#WORK_PENDING} when it lasts longer than {@code patience}
   */
  JsonNode awaitEnd(String id, Duration patience) {
    Instant end = context.clock().instant().plus(patience);
    JsonNode execution = client.get(ApiPath.of("/v1/executions").part(id));
    while (!ENDED.contains(execution.path("status").asText())) {
      if (context.clock().instant().isAfter(end)) {
        throw new Unavailable(
            CliError.WORK_PENDING,
            "Execution %s is still %s after %s."
                .formatted(id, execution.path("status").asText(), Durations.print(patience)),
            "Look at it with: hosu executions show " + id);
      }
      context.pause().pause(GLANCE);
      execution = client.get(ApiPath.of("/v1/executions").part(id));
    }
    return execution;
  }

  /**
   * Waits until nothing is pending.
   *
   * @param meanwhile called after every glance at the lake
   * @return what is still pending at the timeout, by kind; empty when nothing is
   */
  Map<String, Long> awaitQuiet(Duration timeout, Runnable meanwhile) {
    Instant end = context.clock().instant().plus(timeout);
    Map<String, Long> pending = pending(Duration.ZERO);
    meanwhile.run();
    while (!pending.isEmpty() && context.clock().instant().isBefore(end)) {
      Instant asked = context.clock().instant();
      Duration rest = Duration.between(asked, end);
      pending = pending(rest.compareTo(LONG_POLL) < 0 ? rest : LONG_POLL);
      meanwhile.run();
      boolean atOnce = context.clock().instant().isBefore(asked.plus(GLANCE));
      if (!pending.isEmpty() && atOnce) {
        context.pause().pause(GLANCE);
      }
    }
    return pending;
  }

  /** The executions that have ended since the last call, the oldest first. */
  List<JsonNode> newlyEnded() {
    List<JsonNode> ended = new ArrayList<>();
    new ItemList(client, ApiPath.of("/v1/executions"), 500)
        .forEachRemaining(execution -> {
          if (ENDED.contains(execution.path("status").asText())
              && told.add(execution.path("id").asText())) {
            ended.add(execution);
          }
        });
    return ended.reversed();
  }

  /** What is pending, by kind, after the server watched for at most {@code wait}. */
  Map<String, Long> pending(Duration wait) {
    ApiPath path = ApiPath.of("/v1/pending");
    JsonNode answer =
        client.get(
            wait.isZero() ? path : path.query("wait", Durations.print(wait)), wait.plus(LONG_POLL));
    Map<String, Long> pending = new LinkedHashMap<>();
    for (var kind : answer.path("pending").properties()) {
      if (KINDS.contains(kind.getKey()) && kind.getValue().asLong() > 0) {
        pending.put(kind.getKey(), kind.getValue().asLong());
      }
    }
    return pending;
  }
}
