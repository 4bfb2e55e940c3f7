package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.List;

/**
 * What comes of objects without a record while there is no table that could lose rows by them.
 *
 * @param told which objects they are, as a sentence
 */
record NothingRead(String told) implements Transforming.Prepared {
  @Override
  public Figures figures() {
    return Figures.NONE;
  }

  @Override
  public List<ExecutionInput> inputs() {
    return List.of();
  }

  @Override
  public List<String> warnings() {
    return List.of(told);
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
