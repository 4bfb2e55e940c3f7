package io.hosu.governance;

import org.jspecify.annotations.Nullable;

/**
 * Where an act comes from.
 *
 * @param request the id of the request, as its door gave it, or of the query or execution
 * @param address of the client; null when nobody came over a network
 * @param credential what showed who asks, {@code key:ID}, {@code token:ID}, {@code session:ID} or
 *     {@code oidc:ISSUER/SUBJECT}; never its secret
 * @param person who really acts, with its kind, when the principal is one that others act as
 */
public record Origin(
    String request,
    @Nullable String address,
    @Nullable String credential,
    @Nullable String person) {

  /** Of what the server does itself. */
  public static Origin of(String request) {
    return new Origin(request, null, null, null);
  }

  /** The same, in the query or execution {@code id}. */
  Origin in(String id) {
    return new Origin(id, address, credential, person);
  }
}
