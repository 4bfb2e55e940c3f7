package io.hosu.governance;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Access keys, with which requests are signed. A secret is shown once, when it is made, and kept
 * encrypted. May be used from any thread.
 */
public final class AccessKeys {
  private static final String PREFIX = "HOSU";
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  private final Database database;
  private final RootKey rootKey;
  private final InstantSource clock;
  private final SecureRandom random;

  public AccessKeys(Database database, RootKey rootKey, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.rootKey = rootKey;
    this.clock = clock;
    this.random = random;
  }

  /** A new key: the only time that its secret is shown. */
  public record NewAccessKey(String id, Secret secret) {}

  /** Whose key it is, and what its requests are signed with. */
  public record KeyOwner(Principal principal, Secret secret) {}

  /** A key as listings show it. The last use is exact to ten minutes. */
  public record AccessKey(
      String id, String principal, Instant createdAt, Optional<Instant> lastUsedAt) {}

  /** Makes a key for {@code principal}. */
  public NewAccessKey create(Transaction tx, String principal) {
    return keep(tx, principal, draft());
  }

  /** A key that nobody has yet. */
  NewAccessKey draft() {
    StringBuilder id = new StringBuilder(PREFIX);
    for (int i = 0; i < 16; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    byte[] bytes = new byte[30];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new NewAccessKey(id.toString(), new Secret(secret));
  }

  /** Whose key {@code id} is, when it is one. Notes the use. */
  public Optional<KeyOwner> find(String id) {
    Optional<Found> found =
        database.read(tx ->
            tx.find(
                """
                SELECT p.name, p.kind, p.administrator, p.member_of, p.attributes,
                  k.secret AS secret, k.last_used_at AS last_used_at
                FROM access_keys k JOIN principals p ON p.name = k.principal
                WHERE k.id = ?
                """,
                row ->
                    new Found(
                        Principals.principal(row),
                        row.bytes("secret"),
                        row.optionalInstant("last_used_at")),
                id));
    found.ifPresent(
        key -> LastUse.note(database, "access_keys", id, key.lastUsedAt, clock.instant()));
    return found.map(key -> new KeyOwner(key.principal, rootKey.decrypt(key.secret, id)));
  }

  /** The keys of {@code principal}, the oldest first. */
  public List<AccessKey> list(String principal) {
    return database.read(tx ->
        tx.list(
            """
            SELECT id, principal, created_at, last_used_at FROM access_keys
            WHERE principal = ? ORDER BY created_at, id
            """,
            AccessKeys::accessKey,
            principal));
  }

  /**
   * Ends a key for good.
   *
   * @throws NotFound {@link GovernanceError#ACCESS_KEY_NOT_FOUND}
   */
  public void delete(Transaction tx, String principal, String id) {
    if (tx.update("DELETE FROM access_keys WHERE id = ? AND principal = ?", id, principal) == 0) {
      throw new NotFound(
          GovernanceError.ACCESS_KEY_NOT_FOUND,
          "'%s' has no access key '%s'.".formatted(principal, id),
          "See what it has at GET /v1/principals/%s".formatted(principal));
    }
  }

  NewAccessKey keep(Transaction tx, String principal, NewAccessKey key) {
    tx.update(
        "INSERT INTO access_keys (id, principal, secret, created_at) VALUES (?, ?, ?, ?)",
        key.id(),
        principal,
        rootKey.encrypt(key.secret().reveal(), key.id()),
        clock.instant());
    return key;
  }

  private static AccessKey accessKey(Row row) {
    return new AccessKey(
        row.text("id"),
        row.text("principal"),
        row.instant("created_at"),
        row.optionalInstant("last_used_at"));
  }

  /** Not a record: what it holds must not print. */
  private static final class Found {
    final Principal principal;
    final byte[] secret;
    final Optional<Instant> lastUsedAt;

    Found(Principal principal, byte[] secret, Optional<Instant> lastUsedAt) {
      this.principal = principal;
      this.secret = secret;
      this.lastUsedAt = lastUsedAt;
    }
  }
}
