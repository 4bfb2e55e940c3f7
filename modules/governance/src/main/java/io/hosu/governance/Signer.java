package io.hosu.governance;

/** Whose access key a request is signed with, before the signature is looked at. */
public sealed interface Signer {
  /** Somebody's, that is good now. */
  record Known(SignedIn who, Secret secret) implements Signer {}

  /** Nobody's, or of a session whose security token is not sent with it. */
  record Unknown() implements Signer {}

  /** The security token that is sent with it is not the one of its session, or it has none. */
  record WrongToken() implements Signer {}

  /** Of a session that has ended. */
  record Ended() implements Signer {}
}
