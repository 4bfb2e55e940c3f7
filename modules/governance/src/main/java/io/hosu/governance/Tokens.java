package io.hosu.governance;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Bearer tokens. The text is shown once, when it is made; only its hash is kept. May be used from
 * any thread.
 */
public final class Tokens {
  private final Database database;
  private final InstantSource clock;
  private final Ids ids;
  private final SecureRandom random;

  public Tokens(Database database, InstantSource clock, Ids ids, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.random = random;
  }

  /** A new token: the only time that its text is shown. */
  public record NewToken(String id, Secret text, Optional<Instant> expiresAt) {}

  /** A token as listings show it. The last use is exact to ten minutes. */
  public record Token(
      String id,
      String principal,
      Instant createdAt,
      Optional<Instant> expiresAt,
      Optional<Instant> lastUsedAt) {}

  /** Makes a token of {@code principal} that holds for {@code ttl}. */
  public NewToken create(Transaction tx, String principal, Duration ttl) {
    return create(tx, principal, Optional.of(clock.instant().plus(ttl)));
  }

  /** Makes a token of {@code principal} that holds until it is deleted. */
  public NewToken createLasting(Transaction tx, String principal) {
    return create(tx, principal, Optional.empty());
  }

  /** Whose token {@code text} is, while it holds. Notes the use. */
  public Optional<Principal> find(String text) {
    if (!TokenText.isWellFormed(text)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Optional<Found> found = database.read(tx -> find(tx, TokenText.hash(text), now));
    found.ifPresent(token -> LastUse.note(database, "tokens", token.id, token.lastUsedAt, now));
    return found.map(Found::principal);
  }

  /** The tokens of {@code principal}, the oldest first. */
  public List<Token> list(String principal) {
    return database.read(tx ->
        tx.list(
            """
            SELECT id, principal, created_at, expires_at, last_used_at FROM tokens
            WHERE principal = ? ORDER BY id
            """,
            Tokens::token,
            principal));
  }

  /**
   * Ends a token for good.
   *
   * @throws NotFound {@link GovernanceError#TOKEN_NOT_FOUND}
   */
  public void delete(Transaction tx, String principal, String id) {
    if (tx.update("DELETE FROM tokens WHERE id = ? AND principal = ?", id, principal) == 0) {
      throw new NotFound(
          GovernanceError.TOKEN_NOT_FOUND,
          "'%s' has no token '%s'.".formatted(principal, id),
          "See what it has at GET /v1/principals/%s".formatted(principal));
    }
  }

  NewToken keep(Transaction tx, String principal, NewToken token) {
    tx.update(
        "INSERT INTO tokens (id, principal, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        token.id(),
        principal,
        TokenText.hash(token.text().reveal()),
        clock.instant(),
        token.expiresAt().orElse(null));
    return token;
  }

  private NewToken create(Transaction tx, String principal, Optional<Instant> expiresAt) {
    return keep(tx, principal, new NewToken(ids.next(), draft(), expiresAt));
  }

  /** A text that is nobody's yet. */
  Secret draft() {
    return new Secret(TokenText.random(random));
  }

  private static Optional<Found> find(Transaction tx, String hash, Instant now) {
    return tx.find(
        """
        SELECT t.id AS id, t.last_used_at AS last_used_at,
          p.name, p.kind, p.administrator, p.member_of, p.attributes
        FROM tokens t JOIN principals p ON p.name = t.principal
        WHERE t.hash = ? AND (t.expires_at IS NULL OR t.expires_at > ?)
        """,
        row ->
            new Found(
                row.text("id"), Principals.principal(row), row.optionalInstant("last_used_at")),
        hash,
        now);
  }

  private static Token token(Row row) {
    return new Token(
        row.text("id"),
        row.text("principal"),
        row.instant("created_at"),
        row.optionalInstant("expires_at"),
        row.optionalInstant("last_used_at"));
  }

  private record Found(String id, Principal principal, Optional<Instant> lastUsedAt) {}
}
