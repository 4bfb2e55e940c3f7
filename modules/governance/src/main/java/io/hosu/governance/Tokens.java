package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
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
 * Bearer tokens. A principal may have several. The text is shown once, when it is made; only its
 * hash is kept. May be used from any thread.
 */
public final class Tokens {
  private static final int LONGEST_NAME = 100;
  private static final String COLUMNS =
      "id, principal, name, scope, created_at, expires_at, disabled, last_used_at";

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

  /**
   * What a token is called and good for.
   *
   * @param name for people; empty when it has none
   */
  public record Use(String name, Scope scope) {
    private static final Use ANY = new Use("", Scope.all());

    public Use {
      if (name.length() > LONGEST_NAME || !name.chars().allMatch(c -> c >= ' ' && c != 0x7F)) {
        throw new Invalid(
            GovernanceError.CREDENTIAL_INVALID,
            "The name of a token has more than %d characters, or a line break in it."
                .formatted(LONGEST_NAME),
            "Give it a short name on one line, such as the program that uses it.");
      }
    }
  }

  /** A token as listings show it. */
  public record Token(String id, String principal, Use use, Lifetime lifetime) {}

  /** Who sends a token, and what that token is good for. */
  public record Bearer(SignedIn who, Scope scope) {
    /** Who sends it. */
    public Principal principal() {
      return who.principal();
    }
  }

  /** Makes a token of {@code principal} that is good for everything and for {@code ttl}. */
  public NewToken create(Transaction tx, String principal, Duration ttl) {
    return create(tx, principal, Use.ANY, ttl);
  }

  /** Makes a token of {@code principal} that is good for {@code use} and for {@code ttl}. */
  public NewToken create(Transaction tx, String principal, Use use, Duration ttl) {
    return create(tx, principal, use, Optional.of(clock.instant().plus(ttl)));
  }

  /** Makes a token of {@code principal} that is good until it is deleted. */
  public NewToken createLasting(Transaction tx, String principal) {
    return create(tx, principal, Use.ANY, Optional.empty());
  }

  /**
   * Makes a token beside the one of this id, good for the same and for as long as that was when it
   * was made; the old one ends after {@code overlap}.
   *
   * @throws NotFound {@link GovernanceError#TOKEN_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#CREDENTIAL_ENDED} when it is disabled or has expired
   */
  public NewToken rotate(Transaction tx, String principal, String id, Duration overlap) {
    Token old = require(tx, principal, id);
    Instant now = clock.instant();
    Lifetime.Status status = old.lifetime().status(now);
    if (status != Lifetime.Status.ACTIVE) {
      throw new Conflict(
          GovernanceError.CREDENTIAL_ENDED,
          "The token %s of '%s' is %s.".formatted(id, principal, status),
          "Make a new one with: hosu token create %s".formatted(principal));
    }
    Instant end = now.plus(overlap);
    tx.update(
        "UPDATE tokens SET expires_at = ? WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
        end,
        id,
        end);
    return create(tx, principal, old.use(), old.lifetime().length().map(now::plus));
  }

  /** Whose token {@code text} is, while it is good. Notes the use. */
  public Optional<Bearer> find(String text) {
    if (!TokenText.TOKEN.isWellFormed(text)) {
      return Optional.empty();
    }
    return bearer("hash", TokenText.hash(text));
  }

  /** The same of the token of this id. */
  Optional<Bearer> findById(String id) {
    return bearer("id", id);
  }

  private Optional<Bearer> bearer(String column, String value) {
    Instant now = clock.instant();
    Optional<Found> found = database.read(tx -> find(tx, column, value, now));
    return found.map(token ->
        new Bearer(
            new SignedIn(
                token.principal.acting(token.scope.acting()),
                "token:" + token.id,
                LastUse.note(database, "tokens", token.id, token.lastUsedAt, now)),
            token.scope));
  }

  /** The tokens of {@code principal}, the oldest first. */
  public List<Token> list(String principal) {
    return database.read(tx ->
        tx.list(
            "SELECT %s FROM tokens WHERE principal = ? ORDER BY id".formatted(COLUMNS),
            Tokens::token,
            principal));
  }

  /**
   * The token of this id.
   *
   * @throws NotFound {@link GovernanceError#TOKEN_NOT_FOUND}
   */
  Token require(Transaction tx, String principal, String id) {
    return tx.find(
            "SELECT %s FROM tokens WHERE id = ? AND principal = ?".formatted(COLUMNS),
            Tokens::token,
            id,
            principal)
        .orElseThrow(() ->
            new NotFound(
                GovernanceError.TOKEN_NOT_FOUND,
                "'%s' has no token '%s'.".formatted(principal, id),
                "See what it has with: hosu token list %s".formatted(principal)));
  }

  /**
   * Switches a token off.
   *
   * @throws NotFound {@link GovernanceError#TOKEN_NOT_FOUND}
   */
  public void disable(Transaction tx, String principal, String id) {
    require(tx, principal, id);
    tx.update("UPDATE tokens SET disabled = 1 WHERE id = ?", id);
  }

  /**
   * Switches a token on again.
   *
   * @throws NotFound {@link GovernanceError#TOKEN_NOT_FOUND}
   */
  public void enable(Transaction tx, String principal, String id) {
    require(tx, principal, id);
    tx.update("UPDATE tokens SET disabled = 0 WHERE id = ?", id);
  }

  /**
   * Ends a token for good.
   *
   * @throws NotFound {@link GovernanceError#TOKEN_NOT_FOUND}
   */
  public void delete(Transaction tx, String principal, String id) {
    require(tx, principal, id);
    tx.update("DELETE FROM tokens WHERE id = ?", id);
  }

  NewToken keep(Transaction tx, String principal, NewToken token) {
    return keep(tx, principal, Use.ANY, token);
  }

  private NewToken keep(Transaction tx, String principal, Use use, NewToken token) {
    tx.update(
        """
        INSERT INTO tokens (id, principal, life, hash, name, scope, created_at, expires_at)
        VALUES (?, ?, %s, ?, ?, ?, ?, ?)
        """
            .formatted(Principals.LIFE_OF),
        token.id(),
        principal,
        principal,
        TokenText.hash(token.text().reveal()),
        use.name(),
        Json.print(use.scope().toJson()),
        clock.instant(),
        token.expiresAt().orElse(null));
    return token;
  }

  private NewToken create(Transaction tx, String principal, Use use, Optional<Instant> expiresAt) {
    return keep(tx, principal, use, new NewToken(ids.next(), draft(), expiresAt));
  }

  /** A text that is nobody's yet. */
  Secret draft() {
    return TokenText.TOKEN.random(random);
  }

  private static Optional<Found> find(Transaction tx, String column, String value, Instant now) {
    return tx.find(
        """
        SELECT t.id AS id, t.scope AS scope, t.last_used_at AS last_used_at, %s
        FROM tokens t JOIN principals p ON p.name = t.principal AND p.life = t.life
        WHERE t.%s = ? AND t.disabled = 0 AND (t.expires_at IS NULL OR t.expires_at > ?)
        """
            .formatted(Principals.COLUMNS_OF_SELF, column),
        row ->
            new Found(
                row.text("id"),
                Principals.principal(row),
                Scope.fromJson(Json.parse(row.text("scope"))),
                row.optionalInstant("last_used_at")),
        value,
        now);
  }

  private static Token token(Row row) {
    Scope scope = Scope.fromJson(Json.parse(row.text("scope")));
    return new Token(
        row.text("id"),
        row.text("principal"),
        new Use(row.text("name"), scope),
        AccessKeys.lifetime(row));
  }

  private record Found(String id, Principal principal, Scope scope, Optional<Instant> lastUsedAt) {}
}
