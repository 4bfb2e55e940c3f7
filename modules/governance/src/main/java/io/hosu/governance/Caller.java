package io.hosu.governance;

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

  /** The same, who came through {@code door} with the query or execution {@code id}. */
  public Caller through(Door other, String id) {
    return new Caller(principal, other, origin.in(id), trail);
  }
}
