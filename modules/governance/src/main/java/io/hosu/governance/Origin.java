package io.hosu.governance;

import org.jspecify.annotations.Nullable;

/**
 * Where an act comes from.
 *
 * @param request the id of the request, as its door gave it, or of the query or execution
 * @param address of the client; null when nobody came over a network
 * @param credential what showed who asks, {@code key:ID}, {@code token:ID}, {@code session:ID} or
 *     {@code oidc:ISSUER/SUBJECT}; of who fails to sign in at the server, {@code device:} or {@code
 *     refresh:} and a digest of its code; never its secret
 * @param person who really acts, with its kind, when the principal is one that others act as
 * @param life as {@link Actor#life} has it; null when it is of one that is not kept
 */
public record Origin(
    String request,
    @Nullable String address,
    @Nullable String credential,
    @Nullable String person,
    @Nullable String life) {

  /** Where something comes from that nobody who is kept does. */
  public Origin(
      String request,
      @Nullable String address,
      @Nullable String credential,
      @Nullable String person) {
    this(request, address, credential, person, null);
  }

  /** Of what the server does itself. */
  public static Origin of(String request) {
    return new Origin(request, null, null, null);
  }

  /** The same, in the query or execution {@code id}. */
  Origin in(String id) {
    return new Origin(id, address, credential, person, life);
  }

  /** The same, of what {@code principal} does. */
  Origin by(Principal principal) {
    Actor actor = Actor.of(principal);
    return new Origin(
        request,
        address,
        credential,
        actor.person().orElse(null),
        actor.life().isEmpty() ? null : actor.life());
  }
}
