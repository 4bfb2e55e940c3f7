package io.hosu.governance;

/**
 * Who showed who it is, and by what.
 *
 * @param credential {@code key:ID}, {@code token:ID}, {@code session:ID} or {@code
 *     oidc:ISSUER/SUBJECT}
 * @param anew whether the credential was not used in the ten minutes before
 */
public record SignedIn(Principal principal, String credential, boolean anew) {}
