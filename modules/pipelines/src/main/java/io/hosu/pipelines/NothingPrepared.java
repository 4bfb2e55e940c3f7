package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.List;

/**
 * The outcome of an execution that changes nothing.
 *
 * @param inputs what was read all the same
 * @param warnings why there is nothing, in sentences
 */
record NothingPrepared(List<ExecutionInput> inputs, List<String> warnings)
    implements Transforming.Prepared {
  NothingPrepared {
    inputs = List.copyOf(inputs);
    warnings = List.copyOf(warnings);
  }

  @Override
  public Figures figures() {
    return Figures.NONE;
  }

  @Override
  public String fingerprint() {
    return "";
  }

  @Override
  public List<ExecutionOutput> publish(Transaction tx) {
    return List.of();
  }

  @Override
  public void close() {}
}
