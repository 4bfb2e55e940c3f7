package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode;

/** What can go wrong with stages and their executions. */
public enum PipelinesError implements ErrorCode {
  STAGE_INVALID(Fault.HARD, "A stage is declared with values that do not go together.");

  private final Fault fault;
  private final String meaning;

  PipelinesError(Fault fault, String meaning) {
    this.fault = fault;
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return fault;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
