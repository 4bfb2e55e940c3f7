package io.hosu.delivery;

import io.hosu.kernel.ErrorCode;

/** What can be wrong with a lake project, or stand in the way of applying it. */
public enum DeliveryError implements ErrorCode {
  PROJECT_INVALID("The lake project has mistakes; each is listed with its place."),
  PROJECT_UNREADABLE("The folder or the upload is not a lake project that can be read."),
  PROJECT_TOO_LARGE("The lake project has more or larger files than the limits allow."),
  PROJECT_NOT_FOUND("No lake project was applied to this server yet."),
  CHANGE_REFUSED("A change that the lake project asks for would lose data, or cannot be made."),
  CONTRACT_REFUSED("The compatibility of a table does not let a change of its columns through."),
  APPLY_CONFLICT("Another lake project was applied at the same time."),
  FOLDER_NOT_EMPTY("The folder for a new lake project already holds files.");

  private final String meaning;

  DeliveryError(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return Fault.HARD;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
