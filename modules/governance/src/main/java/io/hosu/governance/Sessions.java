package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.ConstantTime;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What somebody does as a role for a while, with credentials that end by themselves: an access key
 * with a security token, and a bearer token. A session ends before its time when it is deleted, and
 * when the role, the person or the trust between them is gone. May be used from any thread.
 */
public final class Sessions {
  private static final Duration STANDARD = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofHours(12);
  private static final String KEY_PREFIX = "HOSS";
  private static final Duration KEPT_AFTER_END = Duration.ofDays(1);
  private static final int REMOVED_AT_ONCE = 100;
  private static final String COLUMNS =
      "id, role, role_life, person, person_life, claimed, secret, security_token_hash, scope,"
          + " policy, created_at, expires_at, last_used_at";

  private final Database database;
  private final Principals principals;
  private final RootKey rootKey;
  private final InstantSource clock;
  private final SecureRandom random;

  Sessions(
      Database database,
      Principals principals,
      RootKey rootKey,
      InstantSource clock,
      SecureRandom random) {
    this.database = database;
    this.principals = principals;
    this.rootKey = rootKey;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A new session: the only time that its secrets are shown.
   *
   * @param id of the access key, and of the session
   * @param securityToken goes with each request that the access key signs
   * @param token the bearer token
   */
  public record NewSession(
      String id, Secret secret, Secret securityToken, Secret token, Instant expiresAt) {}

  /**
   * A session as listings show it.
   *
   * @param person who acts as the role, with its kind
   */
  record Session(
      String id, String role, String person, Optional<String> policy, Lifetime lifetime) {}

  /**
   * What somebody wants to do as a role.
   *
   * @param policy what of the role's rights, {@code {"grants": [...]}} as a lake project writes
   *     them but to nobody; empty: all
   * @param ttl for how long, from a second to twelve hours; empty: an hour
   */
  public record Wish(Optional<ObjectNode> policy, Optional<Duration> ttl) {}

  /**
   * Lets {@code person} act as a role that trusts it. Where it does so only for a group that the
   * person's credentials claim, the session ends with these.
   *
   * @param scope of the credentials that it comes with: those of the session have it too
   * @throws NotFound {@link GovernanceError#ROLE_NOT_FOUND}, also when there is one that does not
   * @throws Denied when it acts as somebody else already
   * @throws Invalid when the wish has a mistake
   */
  public NewSession begin(
      Transaction tx, Principal person, Scope scope, String roleName, Wish wish) {
    requireItself(person);
    Duration ttl = wish.ttl.orElse(STANDARD);
    requireShort(ttl);
    Principals.Kept kept = requireTrusting(tx, roleName, person);
    Principal role = kept.principal();
    Acting.Claimed claimed = needed(tx, kept, person);
    Optional<SessionPolicy> policy = wish.policy.map(json -> SessionPolicy.parse(json, role));
    Instant now = clock.instant();
    removeEnded(tx, now);
    NewSession session =
        new NewSession(
            AccessKeys.randomId(KEY_PREFIX, random),
            AccessKeys.randomSecret(random),
            TokenText.SECURITY.random(random),
            TokenText.SESSION.random(random),
            earlier(now.plus(ttl), claimed.until()));
    tx.update(
        """
        INSERT INTO sessions (id, role, role_life, person, person_life, claimed, secret, token_hash,
          security_token_hash, scope, policy, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        session.id,
        role.name(),
        role.life(),
        person.name(),
        person.life(),
        Json.print(claimed.groups()),
        rootKey.encrypt(session.secret.reveal(), session.id),
        TokenText.hash(session.token.reveal()),
        TokenText.hash(session.securityToken.reveal()),
        Json.print(scope.toJson()),
        policy.map(some -> Json.print(some.toJson())).orElse(null),
        now,
        session.expiresAt);
    return session;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** What {@code person} claims, if the role would not trust it without. */
  private Acting.Claimed needed(Transaction tx, Principals.Kept role, Principal person) {
    return principals.find(tx, person.name()).filter(role::trusts).isPresent()
        ? Acting.Claimed.NOTHING
        : person.acting().claimed();
  }

  /** Who acts as a role acts as no other by that: the trust of the other is in persons. */
  private static void requireItself(Principal person) {
    person
        .acting()
        .person()
        .ifPresent(who -> {
          throw new Denied(
              GovernanceError.PERMISSION_DENIED,
              "%s acts as %s already, which cannot act as another role.".formatted(who, person),
              "Use credentials of your own, not those of a session.");
        });
  }

  private static void requireShort(Duration ttl) {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(LONGEST) > 0) {
      throw new Invalid(
          GovernanceError.CREDENTIAL_INVALID,
          "A session cannot last for %s.".formatted(Durations.print(ttl)),
          "Give a duration from 1s to %s.".formatted(Durations.print(LONGEST)));
    }
  }

  private Principals.Kept requireTrusting(Transaction tx, String name, Principal person) {
    return principals
        .findKept(tx, name)
        .filter(kept -> kept.trusts(person))
        .orElseThrow(() ->
            new NotFound(
                GovernanceError.ROLE_NOT_FOUND,
                "There is no role '%s' that trusts %s.".formatted(name, person),
                """
                Ask an administrator for: hosu principals change %s --trust %s
                or, to keep it in the lake project, change in a file in access/:
                roles:
                  - { name: %s, trust: ["%s"] }\
                """
                    .formatted(name, person, name, person)));
  }

  /** Those that ended a while ago: until then their keys are told that they have ended. */
  private static void removeEnded(Transaction tx, Instant now) {
    tx.update(
        """
        DELETE FROM sessions WHERE id IN (
          SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?)
        """,
        now.minus(KEPT_AFTER_END),
        REMOVED_AT_ONCE);
  }

  /** Who sends the bearer token of a session, while that is good. Notes the use. */
  Optional<Tokens.Bearer> find(String text) {
    return TokenText.SESSION.isWellFormed(text)
        ? bearer("token_hash", TokenText.hash(text))
        : Optional.empty();
  }

  /** Who acts in the session of this id, while that is good. Notes the use. */
  Optional<Tokens.Bearer> findById(String id) {
    return bearer("id", id);
  }

  private Optional<Tokens.Bearer> bearer(String column, String value) {
    Instant now = clock.instant();
    return database
        .read(tx -> find(tx, column, value).flatMap(it -> standing(tx, it, now)))
        .map(standing -> new Tokens.Bearer(signedIn(standing, now), standing.found.scope));
  }

  /** Whether {@code key} is the id of an access key that a session could have. */
  static boolean isKey(String key) {
    return key.startsWith(KEY_PREFIX);
  }

  /** Who signs with the access key of a session. Notes the use of a good one. */
  Signer signer(String key, Optional<String> securityToken) {
    Instant now = clock.instant();
    Optional<Found> found = database.read(tx -> find(tx, "id", key));
    if (found.isEmpty() || securityToken.isEmpty()) {
      return new Signer.Unknown();
    }
    if (!ConstantTime.same(TokenText.hash(securityToken.get()), found.get().securityTokenHash)) {
      return new Signer.WrongToken();
    }
    return database
        .read(tx -> standing(tx, found.get(), now))
        .filter(standing -> standing.found.scope.opens(Door.S3))
        .<Signer>map(standing ->
            new Signer.Known(signedIn(standing, now), rootKey.decrypt(standing.found.secret, key)))
        .orElseGet(Signer.Ended::new);
  }

  private SignedIn signedIn(Standing standing, Instant now) {
    Found found = standing.found;
    List<Bound> bounds = new ArrayList<>(found.scope.acting().bounds());
    found
        .policy
        .map(text -> SessionPolicy.parse(Json.parse(text), standing.role))
        .ifPresent(policy -> bounds.add(new Bound.Session(policy.grants())));
    return new SignedIn(
        standing.role.acting(Acting.of(Actor.of(standing.person), bounds)),
        "session:" + found.session.id(),
        LastUse.note(
            database, "sessions", found.session.id(), found.session.lifetime().lastUsedAt(), now));
  }

  /** The session with all that must stand for it to be good; nothing when it has ended. */
  private Optional<Standing> standing(Transaction tx, Found found, Instant now) {
    if (found.session.lifetime().status(now) != Lifetime.Status.ACTIVE) {
      return Optional.empty();
    }
    Optional<Principals.Kept> role =
        principals
            .findKept(tx, found.session.role())
            .filter(kept -> kept.principal().life().equals(found.roleLife));
    Optional<Principal> person =
        principals
            .find(tx, found.session.person())
            .filter(known -> known.life().equals(found.personLife))
            .map(known -> known.acting(found.claimed()));
    return role.isPresent() && person.isPresent() && role.get().trusts(person.get())
        ? Optional.of(new Standing(found, role.get().principal(), person.get()))
        : Optional.empty();
  }

  /** The sessions of {@code role} that were not ended, the oldest first. */
  List<Session> list(String role) {
    return database.read(tx ->
        tx
            .list(
                "SELECT %s FROM sessions WHERE role = ? ORDER BY created_at, id".formatted(COLUMNS),
                Sessions::found,
                role)
            .stream()
            .map(found -> found.session)
            .toList());
  }

  /**
   * Ends a session.
   *
   * @throws NotFound {@link GovernanceError#SESSION_NOT_FOUND}
   */
  void delete(Transaction tx, String role, String id) {
    if (tx.update("DELETE FROM sessions WHERE id = ? AND role = ?", id, role) == 0) {
      throw notFound(role, id);
    }
  }

  static NotFound notFound(String role, String id) {
    return new NotFound(
        GovernanceError.SESSION_NOT_FOUND,
        "Nobody acts as '%s' in a session '%s'.".formatted(role, id),
        "See who does with: hosu role sessions %s".formatted(role));
  }

  private static Optional<Found> find(Transaction tx, String column, String value) {
    return tx.find(
        "SELECT %s FROM sessions WHERE %s = ?".formatted(COLUMNS, column), Sessions::found, value);
  }

  private static Found found(Row row) {
    return new Found(row);
  }

  /** A row. Not a record: what it holds must not print. */
  private static final class Found {
    final Session session;
    final byte[] secret;
    final String securityTokenHash;
    final Scope scope;
    final Optional<String> policy;
    final String roleLife;
    final String personLife;
    private final SortedSet<String> groups = new TreeSet<>();

    Found(Row row) {
      Json.parse(row.text("claimed")).forEach(group -> groups.add(group.asText()));
      this.secret = row.bytes("secret");
      this.securityTokenHash = row.text("security_token_hash");
      this.scope = Scope.fromJson(Json.parse(row.text("scope")));
      this.policy = row.optionalText("policy");
      this.roleLife = row.text("role_life");
      this.personLife = row.text("person_life");
      this.session =
          new Session(
              row.text("id"),
              row.text("role"),
              row.text("person"),
              policy,
              new Lifetime(
                  row.instant("created_at"),
                  row.optionalInstant("expires_at"),
                  false,
                  row.optionalInstant("last_used_at")));
    }

    /** How the person acted when it began the session, which ends when that would. */
    Acting claimed() {
      return Acting.claiming(new Acting.Claimed(groups, Instant.MAX));
    }
  }

  /** A session and what it stands on. */
  private record Standing(Found found, Principal role, Principal person) {}
}
