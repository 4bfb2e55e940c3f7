package io.hosu.tables.iceberg;

import io.hosu.kernel.ErrorCode;

/** What can go wrong at the Iceberg door alone. */
public enum IcebergError implements ErrorCode {
  WAREHOUSE_NOT_FOUND(
      Fault.HARD, "No domain, and so no warehouse, has this name, or it may not be known."),
  NAMESPACE_NOT_FOUND(
      Fault.HARD, "No layer, and so no namespace, has this name, or it may not be known."),
  NAMESPACE_EXISTS(Fault.HARD, "A namespace of this name exists already."),
  NAMESPACE_NOT_EMPTY(Fault.HARD, "A namespace cannot be dropped while something is in it."),
  PROPERTY_AMBIGUOUS(Fault.HARD, "A property is to be removed and to be set at once."),
  TOO_MANY_PROPERTIES(Fault.HARD, "A namespace would have more properties than are kept."),
  NAME_IN_USE(
      Fault.HARD,
      "A table or a view cannot be renamed: what hides or shows something of it goes by its name."),
  OPERATION_UNSUPPORTED(Fault.HARD, "The door does not offer this operation."),
  LIMITS_INEXPRESSIBLE(
      Fault.HARD,
      "Which rows of a table may be seen is said by a condition that the protocol has no expression"
          + " for."),
  IDEMPOTENCY_KEY_REUSED(
      Fault.HARD,
      "An idempotency key was sent before, with a request that asked for other things.");

  private final Fault fault;
  private final String meaning;

  IcebergError(Fault fault, String meaning) {
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
