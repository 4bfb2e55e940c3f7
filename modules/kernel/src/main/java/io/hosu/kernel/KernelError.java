package io.hosu.kernel;

/** What can be wrong with a name, a duration, a size or a setting. */
public enum KernelError implements ErrorCode {
  NAME_INVALID("A name breaks the rules for names: a-z, then a-z, 0-9 and _, at most 63."),
  DURATION_INVALID("A duration is not a number with a unit, such as 15m."),
  SIZE_INVALID("A size is not a number with a unit, such as 128MB."),
  SETTING_UNKNOWN("A setting's key is not one that Hosu knows."),
  SETTING_INVALID("A setting's value cannot be read, or is out of range."),
  GLOB_INVALID("A glob of objects has a brace without a meaning, or a capture without a name."),
  JSON_INVALID("A text is not JSON, or not of the shape that was asked for.");

  private final String meaning;

  KernelError(String meaning) {
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
