package io.hosu.query;

import io.hosu.governance.Detokenizing;
import io.hosu.governance.Detokenizing.Behind;
import io.hosu.governance.Principal;
import io.hosu.governance.Vault;
import io.hosu.query.engine.VaultCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the SQL of one query may ask the vaults for: tokens, as its masks show them, and the values
 * of tokens, as far as its principal may DETOKENIZE.
 */
final class QueryVault implements VaultCalls, AutoCloseable {
  private final Vault vault;
  private final Detokenizing detokenizing;
  private final Supplier<Optional<Principal>> now;

  /**
   * Of one query.
   *
   * @param now its principal, as it is when asked; empty: it is there no more
   */
  QueryVault(Vault vault, Detokenizing detokenizing, Supplier<Optional<Principal>> now) {
    this.vault = vault;
    this.detokenizing = detokenizing;
    this.now = now;
  }

  /** Whether what was turned back until now still may be. */
  boolean stands() {
    return detokenizing.stands(now);
  }

  @Override
  public List<String> tokens(String domain, List<String> values) {
    return vault.tokens(domain, values);
  }

  @Override
  public List<@Nullable String> values(List<String> tokens) {
    List<@Nullable String> values = new ArrayList<>();
    for (Behind behind : detokenizing.behind(tokens)) {
      values.add(
          switch (behind) {
            case Behind.Value(var secret) -> secret.reveal();
            case Behind.Destroyed _, Behind.Unknown _ -> null;
          });
    }
    return values;
  }

  /** Leaves on the trail what was turned back. */
  @Override
  public void close() {
    detokenizing.close();
  }
}
