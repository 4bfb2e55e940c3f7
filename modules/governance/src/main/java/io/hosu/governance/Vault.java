package io.hosu.governance;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Where each domain keeps the values behind the tokens of its mask {@code token}, encrypted under a
 * key of its own.
 *
 * <p>A token is {@code tok_} and 26 random letters and digits (130 bits): it says nothing of its
 * value. Within a domain a value has one token, on all servers of a lake, until the key is
 * destroyed; in another domain it has another. May be used from any thread.
 */
public final class Vault {
  /** What tokens begin with. */
  static final String PREFIX = "tok_";

  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 26;

  private final Database database;
  private final RootKey rootKey;
  private final InstantSource clock;
  private final Ids ids;
  private final Random random;

  /**
   * The vaults of a lake.
   *
   * @param random a source that nobody can foretell
   */
  public Vault(Database database, RootKey rootKey, InstantSource clock, Ids ids, Random random) {
    this.database = database;
    this.rootKey = rootKey;
    this.clock = clock;
    this.ids = ids;
    this.random = random;
  }

  /** The vault of a domain as listings show it. */
  record Summary(String domain, Instant createdAt, long tokens) {}

  /** Of one token: the domain of its vault, and the value if the key is not destroyed. */
  record Kept(String domain, Optional<Secret> value) {}

  /** A token that is to be kept for a value. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Draft(String token, String fingerprint, byte[] sealed) {}

  /**
   * The tokens of {@code values} in {@code domain}, in the same order; those that have none get
   * one, durably, before this returns.
   */
  public List<String> tokens(String domain, List<String> values) {
    while (true) {
      VaultKey key = key(domain);
      List<String> fingerprints = values.stream().map(key::fingerprint).toList();
      Map<String, String> byFingerprint = new LinkedHashMap<>();
      for (int i = 0; i < values.size(); i++) {
        byFingerprint.putIfAbsent(fingerprints.get(i), values.get(i));
      }
      Map<String, String> tokens =
          database.read(tx -> tokens(tx, key.id(), List.copyOf(byFingerprint.keySet())));
      byFingerprint.keySet().removeAll(tokens.keySet());
      if (byFingerprint.isEmpty() || keep(key, drafts(key, byFingerprint), tokens)) {
        return fingerprints.stream().map(fingerprint -> token(tokens, fingerprint)).toList();
      }
    }
  }

  private static String token(Map<String, String> tokens, String fingerprint) {
    String token = tokens.get(fingerprint);
    if (token == null) {
      throw new IllegalStateException("A value has no token.");
    }
    return token;
  }

  private List<Draft> drafts(VaultKey key, Map<String, String> byFingerprint) {
    List<Draft> drafts = new ArrayList<>();
    byFingerprint.forEach((fingerprint, value) -> {
      String token = randomToken();
      drafts.add(new Draft(token, fingerprint, key.seal(value, token)));
    });
    return drafts;
  }

  private String randomToken() {
    StringBuilder token = new StringBuilder(PREFIX);
    for (int i = 0; i < LENGTH; i++) {
      token.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return token.toString();
  }

  /**
   * Keeps drafts, but for those whose value got a token meanwhile, and adds their tokens to {@code
   * tokens}; false when the key was destroyed meanwhile, and nothing is kept.
   */
  private boolean keep(VaultKey key, List<Draft> drafts, Map<String, String> tokens) {
    Instant now = clock.instant();
    List<List<Object>> rows =
        drafts.stream()
            .map(draft ->
                List.<Object>of(draft.token(), key.id(), draft.fingerprint(), draft.sealed(), now))
            .toList();
    List<String> fingerprints = drafts.stream().map(Draft::fingerprint).toList();
    Map<String, String> kept =
        database.write(tx -> {
          if (!isInUse(tx, key.id())) {
            return Map.of();
          }
          tx.updateAll(
              """
              INSERT INTO vault_tokens (token, key_id, fingerprint, value, created_at)
              VALUES (?, ?, ?, ?, ?) ON CONFLICT (key_id, fingerprint) DO NOTHING
              """,
              rows);
          return tokens(tx, key.id(), fingerprints);
        });
    tokens.putAll(kept);
    return !kept.isEmpty();
  }

  private static boolean isInUse(Transaction tx, String key) {
    return tx.number("SELECT count(*) FROM vault_keys WHERE id = ? AND destroyed_at IS NULL", key)
        > 0;
  }

  private static Map<String, String> tokens(Transaction tx, String key, List<String> fingerprints) {
    Map<String, String> tokens = new HashMap<>();
    VaultRows.each(
        tx,
        "SELECT fingerprint, token FROM vault_tokens WHERE key_id = ? AND fingerprint IN (%s)",
        List.of(key),
        fingerprints,
        row -> tokens.put(row.text("fingerprint"), row.text("token")));
    return tokens;
  }

  /** The key of a domain's vault, made when there is none. */
  private VaultKey key(String domain) {
    return database
        .read(tx -> findKey(tx, domain))
        .orElseGet(() -> {
          String id = ids.next();
          byte[] sealed = VaultKey.sealNew(id, rootKey, random);
          return database.write(tx -> {
            tx.update(
                """
                INSERT INTO vault_keys (id, domain, secret, created_at) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                id,
                domain,
                sealed,
                clock.instant());
            return findKey(tx, domain).orElseThrow();
          });
        });
  }

  private Optional<VaultKey> findKey(Transaction tx, String domain) {
    return tx.find(
        "SELECT id, secret FROM vault_keys WHERE domain = ? AND destroyed_at IS NULL",
        row -> VaultKey.open(row.text("id"), row.bytes("secret"), rootKey, random),
        domain);
  }

  /** What is kept of those {@code tokens} that a vault gave. */
  Map<String, Kept> find(List<String> tokens) {
    Map<String, VaultKey> keys = new HashMap<>();
    Map<String, Kept> found = new TreeMap<>();
    List<String> possible = tokens.stream().filter(Vault::isToken).distinct().toList();
    database.read(tx -> {
      VaultRows.each(
          tx,
          """
          SELECT t.token, t.value, k.domain, k.id, k.secret, k.destroyed_at
          FROM vault_tokens t JOIN vault_keys k ON k.id = t.key_id WHERE t.token IN (%s)
          """,
          List.of(),
          possible,
          row -> found.put(row.text("token"), kept(row, keys)));
      return found;
    });
    return found;
  }

  private static boolean isToken(String text) {
    return text.startsWith(PREFIX) && text.length() == PREFIX.length() + LENGTH;
  }

  private Kept kept(Row row, Map<String, VaultKey> keys) {
    String domain = row.text("domain");
    if (row.optionalInstant("destroyed_at").isPresent()) {
      return new Kept(domain, Optional.empty());
    }
    byte[] secret = row.bytes("secret");
    VaultKey key =
        keys.computeIfAbsent(row.text("id"), id -> VaultKey.open(id, secret, rootKey, random));
    return new Kept(domain, Optional.of(key.open(row.bytes("value"), row.text("token"))));
  }

  /** The vaults whose keys are not destroyed, by domain. */
  List<Summary> list() {
    return database.read(tx ->
        tx.list(
            """
            SELECT domain, created_at,
              (SELECT count(*) FROM vault_tokens t WHERE t.key_id = k.id) AS tokens
            FROM vault_keys k WHERE destroyed_at IS NULL ORDER BY domain
            """,
            row ->
                new Summary(row.text("domain"), row.instant("created_at"), row.number("tokens"))));
  }

  /**
   * Destroys the key of a domain's vault: no token that it gave can be turned back ever, and values
   * get new tokens, under a new key.
   *
   * @throws NotFound {@link GovernanceError#VAULT_NOT_FOUND}
   */
  void destroy(Transaction tx, String domain) {
    int destroyed =
        tx.update(
            """
            UPDATE vault_keys SET secret = ?, destroyed_at = ?
            WHERE domain = ? AND destroyed_at IS NULL
            """,
            new byte[0],
            clock.instant(),
            domain);
    if (destroyed == 0) {
      throw notFound(domain);
    }
  }

  static NotFound notFound(String domain) {
    return new NotFound(
        GovernanceError.VAULT_NOT_FOUND,
        "The domain '%s' has no vault: no value was masked by a token, or its key is destroyed."
            .formatted(domain),
        "See what there is with: hosu vault list");
  }
}
