package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.List;

/** What comes of records to be redriven of which none is in quarantine any more. */
final class NothingChosen implements Transforming.Prepared {
  private final ChosenRecords records;

  NothingChosen(ChosenRecords records) {
    this.records = records;
  }

  @Override
  public Figures figures() {
    return Figures.NONE;
  }

  @Override
  public List<ExecutionInput> inputs() {
    return records.inputs();
  }

  @Override
  public List<String> warnings() {
    return List.of(
        records.gone() == 0
            ? "No record in %s is chosen.".formatted(records.redrive().table())
            : "None of the %d chosen records is in %s any more."
                .formatted(records.gone(), records.redrive().table()));
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
