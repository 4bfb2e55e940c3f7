package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Legible;
import java.time.Duration;
import java.util.List;

/**
 * What an attempt did, as far as it came.
 *
 * @param steps in order
 * @param cpu the processor time of its engine, reading the input too
 * @param log what its engine said, line by line, of very many the last
 */
public record Course(List<Attempt.Step> steps, Duration cpu, List<String> log) {
  /** Nothing that is known: its server went silent, or was stopped. */
  public static final Course UNKNOWN = new Course(List.of(), Duration.ZERO, List.of());

  public Course {
    steps = List.copyOf(steps);
    log = log.stream().map(Legible::of).toList();
  }

  void putTo(ObjectNode json) {
    json.put("cpu_ms", cpu.toMillis());
    json.set("steps", io.hosu.kernel.Json.parse(Attempt.steps(steps)));
    log.forEach(json.putArray("log")::add);
  }
}
