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
 * @param reads what it was about to read; empty where it did not come so far, and for one that is
 *     kept, as this is kept of the execution
 */
public record Course(
    List<Attempt.Step> steps, Duration cpu, List<String> log, List<ExecutionInput> reads) {
  /** Nothing that is known: its server went silent, or was stopped. */
  public static final Course UNKNOWN = new Course(List.of(), Duration.ZERO, List.of());

  /** The same where nothing is known of what it read. */
  public Course(List<Attempt.Step> steps, Duration cpu, List<String> log) {
    this(steps, cpu, log, List.of());
  }

  public Course {
    reads = List.copyOf(reads);
    steps = List.copyOf(steps);
    log = log.stream().map(Legible::of).toList();
  }

  void putTo(ObjectNode json) {
    json.put("cpu_ms", cpu.toMillis());
    json.set("steps", io.hosu.kernel.Json.parse(Attempt.steps(steps)));
    log.forEach(json.putArray("log")::add);
  }
}
