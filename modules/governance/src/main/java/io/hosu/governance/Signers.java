package io.hosu.governance;

import java.util.Optional;

/** Finds out whose access keys requests are signed with. May be used from any thread. */
public final class Signers {
  private final AccessKeys accessKeys;
  private final Sessions sessions;
  private final FileKeys fileKeys;

  Signers(AccessKeys accessKeys, Sessions sessions, FileKeys fileKeys) {
    this.fileKeys = fileKeys;
    this.accessKeys = accessKeys;
    this.sessions = sessions;
  }

  /**
   * Whose access key {@code id} is. Notes the use.
   *
   * @param securityToken what {@code X-Amz-Security-Token} says, in the header or the query
   */
  public Signer find(String id, Optional<String> securityToken) {
    if (Sessions.isKey(id)) {
      return sessions.signer(id, securityToken);
    }
    if (FileKeys.isKey(id)) {
      return fileKeys.signer(id, securityToken);
    }
    return accessKeys
        .find(id)
        .<Signer>map(owner ->
            securityToken.isPresent()
                ? new Signer.WrongToken()
                : new Signer.Known(owner.who(), owner.secret()))
        .orElseGet(Signer.Unknown::new);
  }
}
