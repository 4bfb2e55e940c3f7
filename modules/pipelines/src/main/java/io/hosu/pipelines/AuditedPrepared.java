package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was made, with what the rules of its stage say of it.
 *
 * @param made what was made
 * @param told of rules that it breaks and that do not keep it from being published, in sentences
 * @param rejection why it must not be published; empty when it may
 */
record AuditedPrepared(Transforming.Prepared made, List<String> told, Optional<Rejection> rejection)
    implements Transforming.Prepared {
  AuditedPrepared {
    told = List.copyOf(told);
  }

  @Override
  public Figures figures() {
    return made.figures();
  }

  @Override
  public List<ExecutionInput> inputs() {
    return made.inputs();
  }

  @Override
  public List<String> warnings() {
    List<String> all = new ArrayList<>(made.warnings());
    all.addAll(told);
    return all;
  }

  @Override
  public String fingerprint() {
    return made.fingerprint();
  }

  @Override
  public List<ExecutionOutput> publish(Transaction tx) {
    return made.publish(tx);
  }

  @Override
  public void close() {
    rejection.flatMap(Rejection::kept).ifPresent(kept -> kept.close());
    made.close();
  }
}
