package io.hosu.governance;

import io.hosu.kernel.ObjectName;

/**
 * Who asks, through which door, in which request: what decisions, audit and events need to know.
 *
 * @param trail where the audit records of the request gather
 */
public record Caller(Principal principal, Door door, Origin origin, Trail trail) {

  /** The id of the request, for the log and the events. */
  public String requestId() {
    return origin.request();
  }

  /**
   * The same, whose key for the files of a table is good for reading {@code object} as well: the
   * table has it among its files where it lies.
   */
  public Caller readingInPlace(ObjectName object) {
    Acting acting = principal.acting();
    return acting
        .files()
        .map(files -> principal.acting(acting.without(files).within(files.with(object))))
        .map(reader -> new Caller(reader, door, origin, trail))
        .orElse(this);
  }

  /** The same, who came through {@code door} with the query or execution {@code id}. */
  public Caller through(Door other, String id) {
    return new Caller(principal, other, origin.in(id), trail);
  }
}
