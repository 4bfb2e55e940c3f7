package io.hosu.benchmarks;

import io.hosu.pipelines.ExecutionInput;
import io.hosu.pipelines.ExecutionOutput;
import io.hosu.pipelines.Figures;
import io.hosu.pipelines.Transforming;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stages that do nothing with their input.
 *
 * @param started told when an attempt has its input
 * @param published told when its outcome is durable
 */
record NoOp(Consumer<Transforming.Work> started, Consumer<Transforming.Work> published)
    implements Transforming {
  @Override
  public Prepared prepare(Work work) {
    started.accept(work);
    return new Nothing(work, published);
  }

  private record Nothing(Work work, Consumer<Work> published) implements Prepared {
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
      return List.of();
    }

    @Override
    public String fingerprint() {
      return "";
    }

    @Override
    public List<ExecutionOutput> publish(Transaction tx) {
      tx.afterCommit(() -> published.accept(work));
      return List.of();
    }

    @Override
    public void close() {}
  }
}
