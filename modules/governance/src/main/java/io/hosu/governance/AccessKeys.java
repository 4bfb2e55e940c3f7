package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Access keys, with which requests are signed. A principal may have several. A secret is shown
 * once, when it is made, and kept encrypted. May be used from any thread.
 */
public final class AccessKeys {
  private static final String PREFIX = "HOSU";
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  private static final String COLUMNS =
      "id, principal, created_at, expires_at, disabled, last_used_at";

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
  public record NewAccessKey(String id, Secret secret, Optional<Instant> expiresAt) {}

  /** Whose key it is, and what its requests are signed with. */
  public record KeyOwner(SignedIn who, Secret secret) {
    /** Whose key it is. */
    public Principal principal() {
      return who.principal();
    }
  }

  /** A key as listings show it. */
  public record AccessKey(String id, String principal, Lifetime lifetime) {}

  /** Makes a key for {@code principal} that is good until it is deleted. */
  public NewAccessKey create(Transaction tx, String principal) {
    return keep(tx, principal, draft());
  }

  /** Makes a key for {@code principal} that is good for {@code ttl}. */
  public NewAccessKey create(Transaction tx, String principal, Duration ttl) {
    return keep(tx, principal, draft(Optional.of(clock.instant().plus(ttl))));
  }

  /**
   * Makes a key beside the one of this id, which ends after {@code overlap}. The new one is good
   * for as long as the old one was when it was made.
   *
   * @throws NotFound {@link GovernanceError#ACCESS_KEY_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#CREDENTIAL_ENDED} when it is disabled or has expired
   */
  public NewAccessKey rotate(Transaction tx, String principal, String id, Duration overlap) {
    Lifetime old = require(tx, principal, id).lifetime();
    Instant now = clock.instant();
    if (old.status(now) != Lifetime.Status.ACTIVE) {
      throw new Conflict(
          GovernanceError.CREDENTIAL_ENDED,
          "The access key %s of '%s' is %s.".formatted(id, principal, old.status(now)),
          "Make a new one with: hosu key create %s".formatted(principal));
    }
    Instant end = now.plus(overlap);
    tx.update(
        """
        UPDATE access_keys SET expires_at = ?
        WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)
        """,
        end,
        id,
        end);
    return keep(tx, principal, draft(old.length().map(now::plus)));
  }

  /** A key that nobody has yet. */
  NewAccessKey draft() {
    return draft(Optional.empty());
  }

  private NewAccessKey draft(Optional<Instant> expiresAt) {
    return new NewAccessKey(randomId(PREFIX, random), randomSecret(random), expiresAt);
  }

  static String randomId(String prefix, SecureRandom random) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < 16; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  static Secret randomSecret(SecureRandom random) {
    byte[] bytes = new byte[30];
    random.nextBytes(bytes);
    return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Whose key {@code id} is, when it is one that is good now. Notes the use. */
  public Optional<KeyOwner> find(String id) {
    Instant now = clock.instant();
    return database
        .read(tx -> find(tx, id, now))
        .map(key ->
            new KeyOwner(
                new SignedIn(
                    key.principal,
                    "key:" + id,
                    LastUse.note(database, "access_keys", id, key.lastUsedAt, now)),
                rootKey.decrypt(key.secret, id)));
  }

  private static Optional<Found> find(Transaction tx, String id, Instant now) {
    return tx.find(
        """
        SELECT %s,
          k.secret AS secret, k.last_used_at AS last_used_at
        FROM access_keys k JOIN principals p ON p.name = k.principal AND p.life = k.life
        WHERE k.id = ? AND k.disabled = 0 AND (k.expires_at IS NULL OR k.expires_at > ?)
        """
            .formatted(Principals.COLUMNS_OF_SELF),
        row ->
            new Found(
                Principals.principal(row),
                row.bytes("secret"),
                row.optionalInstant("last_used_at")),
        id,
        now);
  }

  /** The keys of {@code principal}, the oldest first. */
  public List<AccessKey> list(String principal) {
    return database.read(tx ->
        tx.list(
            "SELECT %s FROM access_keys WHERE principal = ? ORDER BY created_at, id"
                .formatted(COLUMNS),
            AccessKeys::accessKey,
            principal));
  }

  /**
   * Switches a key off.
   *
   * @throws NotFound {@link GovernanceError#ACCESS_KEY_NOT_FOUND}
   */
  public void disable(Transaction tx, String principal, String id) {
    require(tx, principal, id);
    tx.update("UPDATE access_keys SET disabled = 1 WHERE id = ?", id);
  }

  /**
   * Switches a key on again.
   *
   * @throws NotFound {@link GovernanceError#ACCESS_KEY_NOT_FOUND}
   */
  public void enable(Transaction tx, String principal, String id) {
    require(tx, principal, id);
    tx.update("UPDATE access_keys SET disabled = 0 WHERE id = ?", id);
  }

  /**
   * Ends a key for good.
   *
   * @throws NotFound {@link GovernanceError#ACCESS_KEY_NOT_FOUND}
   */
  public void delete(Transaction tx, String principal, String id) {
    require(tx, principal, id);
    tx.update("DELETE FROM access_keys WHERE id = ?", id);
  }

  private static AccessKey require(Transaction tx, String principal, String id) {
    return tx.find(
            "SELECT %s FROM access_keys WHERE id = ? AND principal = ?".formatted(COLUMNS),
            AccessKeys::accessKey,
            id,
            principal)
        .orElseThrow(() ->
            new NotFound(
                GovernanceError.ACCESS_KEY_NOT_FOUND,
                "'%s' has no access key '%s'.".formatted(principal, id),
                "See what it has with: hosu key list %s".formatted(principal)));
  }

  NewAccessKey keep(Transaction tx, String principal, NewAccessKey key) {
    tx.update(
        """
        INSERT INTO access_keys (id, principal, life, secret, created_at, expires_at)
        VALUES (?, ?, %s, ?, ?, ?)
        """
            .formatted(Principals.LIFE_OF),
        key.id(),
        principal,
        principal,
        rootKey.encrypt(key.secret().reveal(), key.id()),
        clock.instant(),
        key.expiresAt().orElse(null));
    return key;
  }

  private static AccessKey accessKey(Row row) {
    return new AccessKey(row.text("id"), row.text("principal"), lifetime(row));
  }

  static Lifetime lifetime(Row row) {
    return new Lifetime(
        row.instant("created_at"),
        row.optionalInstant("expires_at"),
        row.flag("disabled"),
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
