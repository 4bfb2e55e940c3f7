package io.hosu.governance;

import io.hosu.kernel.ErrorCode;

/** What can be wrong with who asks, and with what they may do. */
public enum GovernanceError implements ErrorCode {
  UNAUTHENTICATED(Fault.HARD, "The request carries no credentials that the server knows."),
  OIDC_SIGN_IN_REFUSED(
      Fault.HARD,
      "A token of the OIDC provider is good, but which principal sends it is not clear."),
  OIDC_UNAVAILABLE(
      Fault.SOFT, "The OIDC provider does not answer, so that its tokens cannot be checked."),
  OIDC_MISSING(Fault.HARD, "The server has no OIDC provider to sign in with."),
  OIDC_PROVIDER_NEEDED(
      Fault.HARD, "The server has several OIDC providers to sign in with, and none was named."),
  OIDC_INVALID(Fault.HARD, "The settings of the OIDC provider do not go together."),
  SIGN_INS_SLOWED(
      Fault.SOFT, "Too many wrong credentials came from an address, or for a key: it has to wait."),
  PERMISSION_DENIED(Fault.HARD, "No grant allows this to the principal."),
  PRINCIPAL_NOT_FOUND(Fault.HARD, "There is no principal of this name."),
  PRINCIPAL_EXISTS(Fault.HARD, "There is already a principal of this name."),
  PRINCIPAL_INVALID(Fault.HARD, "A principal, or the name of one, is not well-formed."),
  PRINCIPAL_BUILT_IN(Fault.HARD, "The built-in administrator cannot be changed or removed."),
  PRINCIPAL_HOLDS(Fault.HARD, "The principal owns or holds something that others would miss."),
  GROUP_NOT_FOUND(Fault.HARD, "There is no group of this name."),
  GROUP_EXISTS(Fault.HARD, "There is already a group of this name."),
  GROUP_DECLARED(Fault.HARD, "A group is declared in the lake project and is changed there."),
  ACCESS_KEY_NOT_FOUND(Fault.HARD, "There is no access key of this id."),
  TOKEN_NOT_FOUND(Fault.HARD, "There is no token of this id."),
  ROLE_NOT_FOUND(Fault.HARD, "There is no role of this name that trusts who asks."),
  SESSION_NOT_FOUND(Fault.HARD, "Nobody acts as the role in a session of this id."),
  CREDENTIAL_INVALID(
      Fault.HARD, "A key or token is asked for with a time, door or domain that it cannot have."),
  CREDENTIAL_ENDED(Fault.HARD, "The key or token is disabled or has expired."),
  SCOPE_EXCEEDED(Fault.HARD, "The token is good for other doors or domains than this."),
  GRANT_NOT_FOUND(Fault.HARD, "There is no grant of this id."),
  GRANT_INVALID(Fault.HARD, "A grant names permissions that its resource does not have."),
  GRANT_DECLARED(Fault.HARD, "A grant is declared in the lake project and is changed there."),
  REQUEST_INVALID(Fault.HARD, "A request for access does not say why, or for how long."),
  REQUEST_NOT_FOUND(Fault.HARD, "There is no request for access of this id."),
  REQUEST_DECIDED(Fault.HARD, "The request for access was decided or withdrawn before."),
  REQUESTS_EXHAUSTED(Fault.HARD, "The principal has too many open requests for access."),
  MASK_INVALID(Fault.HARD, "A text does not say what is seen in the place of a cell."),
  CONDITION_INVALID(Fault.HARD, "An SQL condition of a grant is not one expression."),
  EXPRESSION_INVALID(Fault.HARD, "An expression over tags or attributes is not well-formed."),
  TAG_INVALID(Fault.HARD, "A tag is not well-formed, or is on something that has no tags."),
  TAG_NOT_FOUND(Fault.HARD, "There is no such tag on the resource."),
  TAG_DECLARED(Fault.HARD, "A tag is declared in the lake project and is changed there."),
  PRINCIPAL_DECLARED(
      Fault.HARD, "A principal is declared in the lake project and is changed there."),
  RESOURCE_INVALID(Fault.HARD, "A text does not name a resource that grants can be on."),
  VAULT_TOKEN_NOT_FOUND(Fault.HARD, "No vault that the principal may know of gave this token."),
  VAULT_KEY_DESTROYED(Fault.HARD, "The key of the token's vault was destroyed: it stays a token."),
  VAULT_NOT_FOUND(Fault.HARD, "The domain has no vault, or its key is destroyed already."),
  ROOT_KEY_MISSING(
      Fault.HARD, "Secrets exist, but the key that they are encrypted under does not."),
  ROOT_KEY_WRONG(Fault.HARD, "The root key is not the one that the secrets are encrypted under."),
  ROOT_KEY_UNREADABLE(Fault.SOFT, "The file of the root key cannot be read or written."),
  AUDIT_UNAVAILABLE(Fault.SOFT, "Audit records cannot be kept, so nothing may be done now.");

  private final Fault fault;
  private final String meaning;

  GovernanceError(Fault fault, String meaning) {
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
