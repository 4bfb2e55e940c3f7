package io.hosu.governance;

/** Whether a principal may do something, and why. Every door asks for one. */
public sealed interface Decision {
  /**
   * It may.
   *
   * @param grant the grant that allows it; for administrators and owners one that stands for that
   * @param limits which rows and columns it is allowed on
   */
  record Allowed(Grant grant, Limits limits) implements Decision {}

  /**
   * It may not.
   *
   * @param reason which permission on what is missing, and who could give it
   * @param remedy how it is given
   */
  record Denied(String reason, String remedy) implements Decision {}
}
