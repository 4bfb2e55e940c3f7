package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What the executions of one stage that have moved to the archive, and still stand, read last.
 *
 * @param reads by {@link #key}
 * @param replacing the execution whose rows alone were in the stage's table after the last of them;
 *     empty where it left others there
 */
record EarlierReads(Map<String, Read> reads, Optional<String> replacing) {
  /** None has moved. */
  static final EarlierReads NONE = new EarlierReads(Map.of(), Optional.empty());

  EarlierReads {
    reads = Map.copyOf(reads);
  }

  /**
   * What was read.
   *
   * @param execution by whom
   * @param version the version of the object, or the snapshot of the table
   */
  record Read(String execution, String version) {}

  /** Finds them. */
  @FunctionalInterface
  interface Source {
    /** Nothing is in any archive. */
    Source NOWHERE = (_, _) -> NONE;

    /** What the archived executions of {@code stage} read of what is named so. */
    EarlierReads of(StageName stage, Collection<String> names);
  }

  static String key(ExecutionInput.Kind kind, String name) {
    return kind.name() + " " + name;
  }

  Optional<Read> find(ExecutionInput.Kind kind, String name) {
    return Optional.ofNullable(reads.get(key(kind, name)));
  }
}
