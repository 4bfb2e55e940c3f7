package io.hosu.governance;

/** The keys that masks are made with. May be used from any thread. */
public final class MaskKeys {
  private final RootKey rootKey;

  MaskKeys(RootKey rootKey) {
    this.rootKey = rootKey;
  }

  /**
   * The key of the mask {@code hash} in {@code domain}: 32 bytes, the same for as long as the lake
   * has its root key, and of no use in any other domain.
   */
  public byte[] hashKey(String domain) {
    return rootKey.derive("mask hash", domain);
  }
}
