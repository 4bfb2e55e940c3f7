package io.hosu.governance;

import io.hosu.kernel.HosuException.Denied;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The way of one request to the values behind tokens: who lacks {@code DETOKENIZE} in their domains
 * is refused, and how many were turned back is on record. Belongs to one request; {@link #stands}
 * may be asked from any thread.
 */
public final class Detokenizing implements AutoCloseable {
  private final Vault vault;
  private final Policy policy;
  private final Caller caller;
  private final Map<String, Use> uses = new TreeMap<>(); // by domain; guarded by this
  private final Set<String> recordedAsHidden = new HashSet<>();

  Detokenizing(Vault vault, Policy policy, Caller caller) {
    this.vault = vault;
    this.policy = policy;
    this.caller = caller;
  }

  /** By which decision, and how often. */
  private record Use(Decision.Allowed decision, long tokens) {}

  /** What became of a text that may be a token. */
  public sealed interface Behind {
    /** The value that it stands for. */
    record Value(Secret value) implements Behind {}

    /** The key of its vault was destroyed. */
    record Destroyed(String domain) implements Behind {}

    /** It is none, or one of a domain that must not be known to be there. */
    record Unknown() implements Behind {}
  }

  /**
   * What {@code tokens} stand for, in their order.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED} for a domain of one of them
   */
  public List<Behind> behind(List<String> tokens) {
    Map<String, Vault.Kept> kept = vault.find(tokens);
    Set<String> hidden = new HashSet<>();
    Map<String, Decision.Allowed> allowed = new TreeMap<>();
    for (Vault.Kept one : kept.values()) {
      Resource domain = new Resource.Domain(one.domain());
      if (hidden.contains(one.domain()) || allowed.containsKey(one.domain())) {
        continue;
      }
      if (policy.visible(caller.principal(), domain)) {
        allowed.put(one.domain(), policy.requireBefore(caller, Permission.DETOKENIZE, domain));
      } else {
        hide(one.domain());
        hidden.add(one.domain());
      }
    }
    kept.values().removeIf(one -> hidden.contains(one.domain()));
    note(kept, allowed);
    List<Behind> all = new ArrayList<>();
    tokens.forEach(token -> all.add(behind(kept, token)));
    return all;
  }

  /** Records it once, however often such tokens come. */
  private void hide(String domain) {
    if (recordedAsHidden.add(domain)) {
      policy.hide(caller, Permission.DETOKENIZE, new Resource.Domain(domain));
    }
  }

  private static Behind behind(Map<String, Vault.Kept> kept, String token) {
    Vault.Kept one = kept.get(token);
    return one == null
        ? new Behind.Unknown()
        : one.value()
            .<Behind>map(Behind.Value::new)
            .orElseGet(() -> new Behind.Destroyed(one.domain()));
  }

  private synchronized void note(
      Map<String, Vault.Kept> kept, Map<String, Decision.Allowed> allowed) {
    allowed.forEach((domain, decision) -> {
      long tokens =
          kept.values().stream()
              .filter(one -> one.domain().equals(domain) && one.value().isPresent())
              .count();
      Use before = uses.get(domain);
      uses.put(domain, new Use(decision, (before == null ? 0 : before.tokens()) + tokens));
    });
  }

  /**
   * Whether the principal may still do what it did until now; nothing is recorded.
   *
   * @param now the principal as it is; empty: it is there no more. Asked when anything was done
   */
  public boolean stands(Supplier<Optional<Principal>> now) {
    Set<String> domains = domains();
    if (domains.isEmpty()) {
      return true;
    }
    Optional<Principal> principal = now.get();
    return principal.isPresent()
        && domains.stream()
            .map(Resource.Domain::new)
            .allMatch(domain ->
                policy.decide(principal.get(), Permission.DETOKENIZE, domain)
                    instanceof Decision.Allowed);
  }

  private synchronized Set<String> domains() {
    return Set.copyOf(uses.keySet());
  }

  /** Leaves on the caller's trail, for each domain, how many were turned back. */
  @Override
  public synchronized void close() {
    uses.forEach((domain, use) ->
        caller
            .trail()
            .add(
                policy
                    .record(caller, Permission.DETOKENIZE, new Resource.Domain(domain))
                    .by(use.decision().grants())
                    .with("tokens", Long.toString(use.tokens()))));
    uses.clear();
  }
}
