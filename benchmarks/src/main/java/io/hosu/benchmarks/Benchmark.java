package io.hosu.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Something to measure. */
interface Benchmark {
  /**
   * Measures it.
   *
   * @param folder an empty folder of its own, deleted afterwards
   */
  List<Measure> run(Path folder) throws Exception;
}
