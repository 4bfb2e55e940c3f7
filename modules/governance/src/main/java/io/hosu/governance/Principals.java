package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who may act at all. May be used from any thread. */
public final class Principals {
  static final String BUILT_IN = "built-in";

  /** The source of users that were made when they first signed in with an OIDC provider. */
  static final String OIDC = "oidc";

  /** The attribute that says who of an OIDC provider a principal is: {@code ISSUER/SUBJECT}. */
  static final String IDENTITY = "oidc";

  /** What {@link #principal} reads of the table of principals, as {@code p}. */
  static final String COLUMNS_OF_SELF =
      "p.name, p.life, p.kind, p.administrator, p.member_of, p.attributes, p.tags";

  /** What names the life of the principal of a name, in SQL; an empty text for one that is not. */
  static final String LIFE_OF = "COALESCE((SELECT life FROM principals WHERE name = ?), '')";

  private static final String COLUMNS =
      COLUMNS_OF_SELF
          + ", p.trust, p.keeps_limits, p.claimed, p.claimed_at, p.source, p.created_at";

  /** Later than all there is, in every database and engine. */
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private final Database database;
  private final InstantSource clock;
  private final Ids ids;

  public Principals(Database database, InstantSource clock, Ids ids) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
  }

  Instant now() {
    return clock.instant();
  }

  /**
   * What is kept of a principal beside itself.
   *
   * @param trust who may act as it, which only roles have
   * @param keepsLimits whether it is an engine that leaves out by itself what its users do not see
   *     of a table, so that it is given the files; only services are
   */
  public record About(NavigableSet<Grantee> trust, boolean keepsLimits) {
    /** Nothing. */
    public static final About NOTHING = new About(new TreeSet<>());

    public About {
      trust = Collections.unmodifiableNavigableSet(new TreeSet<>(trust));
    }

    /** Of one that is no engine which keeps to limits. */
    public About(NavigableSet<Grantee> trust) {
      this(trust, false);
    }
  }

  /**
   * A principal as it is kept.
   *
   * @param source who manages it: {@link Grant#GIT}, {@link Grant#CLI}, {@link #OIDC}, or the
   *     server
   * @param claim what its credentials said when it last signed in with a provider
   */
  public record Kept(
      Principal principal, About about, String source, Instant createdAt, Claim claim) {
    /** The principal as it may do things with the credentials that it last signed in with. */
    Principal signedIn() {
      return claim.groups().isEmpty()
          ? principal
          : principal.acting(Acting.claiming(new Acting.Claimed(claim.groups(), Instant.MAX)));
    }

    /** Whether {@code person} may act as it. */
    boolean trusts(Principal person) {
      return principal.kind() == Principal.Kind.ROLE
          && about.trust.stream().anyMatch(trusted -> trusted.includes(person));
    }
  }

  /**
   * What credentials of a provider said.
   *
   * @param groups to which the principal belongs beside its own
   * @param at when; empty: it never signed in so
   */
  record Claim(SortedSet<String> groups, Optional<Instant> at) {
    static final Claim NONE = new Claim(new TreeSet<>(), Optional.empty());

    Claim {
      groups = Collections.unmodifiableSortedSet(new TreeSet<>(groups));
    }
  }

  /** Keeps which groups the credentials claim that somebody signs in with now. */
  void signedIn(Transaction tx, String name, SortedSet<String> groups) {
    tx.update(
        "UPDATE principals SET claimed = ?, claimed_at = ? WHERE name = ?",
        Json.print(groups),
        clock.instant(),
        name);
  }

  /**
   * Adds {@code principal}.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_EXISTS}
   */
  public Principal create(Transaction tx, Principal principal, String source) {
    return create(tx, principal, About.NOTHING, source);
  }

  /**
   * Adds {@code principal} with what is kept about it.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_EXISTS}
   * @throws Invalid {@link GovernanceError#PRINCIPAL_INVALID} when another than a role has trust
   */
  public Principal create(Transaction tx, Principal principal, About about, String source) {
    if (find(tx, principal.name()).isPresent()) {
      throw new Conflict(
          GovernanceError.PRINCIPAL_EXISTS,
          "There is already a principal '%s'.".formatted(principal.name()),
          "Choose another name; see all with: hosu principals list");
    }
    keep(tx, principal, about, source);
    return require(tx, principal.name());
  }

  /**
   * Keeps {@code principal} in place of the one of its name.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_BUILT_IN}
   */
  public void put(Transaction tx, Principal principal, String source) {
    put(tx, principal, About.NOTHING, source);
  }

  /**
   * Keeps {@code principal} and what is kept about it in place of the one of its name.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_BUILT_IN}
   * @throws Invalid {@link GovernanceError#PRINCIPAL_INVALID} when another than a role has trust
   */
  public void put(Transaction tx, Principal principal, About about, String source) {
    requireNotBuiltIn(tx, principal.name());
    keep(tx, principal, about, source);
  }

  /**
   * Removes a principal with its access keys, tokens and sessions; what it asked for and has no
   * answer yet is withdrawn. Its grants stay: see {@link Holdings}.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#PRINCIPAL_BUILT_IN}
   */
  public void remove(Transaction tx, String name) {
    Principal gone = require(tx, name);
    requireNotBuiltIn(tx, name);
    tx.update(
        """
        UPDATE access_requests SET status = ?, decided_by = ?, decided_at = ?, answer = ?,
          grant_id = '' WHERE principal = ? AND status = ?\
        """,
        AccessRequest.Status.WITHDRAWN.name(),
        gone.toString(),
        clock.instant(),
        "Who asked was removed.",
        gone.toString(),
        AccessRequest.Status.OPEN.name());
    tx.update("DELETE FROM access_keys WHERE principal = ?", name);
    tx.update("DELETE FROM tokens WHERE principal = ?", name);
    tx.update("DELETE FROM sessions WHERE role = ? OR person = ?", name, name);
    tx.update("DELETE FROM principals WHERE name = ?", name);
  }

  /**
   * Refuses to change past the lake project what it declares.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_DECLARED}
   */
  void requireNotDeclared(Transaction tx, String name) {
    if (findKept(tx, name).filter(kept -> kept.source().equals(Grant.GIT)).isPresent()) {
      throw new Conflict(
          GovernanceError.PRINCIPAL_DECLARED,
          "The principal '%s' comes from the lake project.".formatted(name),
          "Remove it from the file in access/ that declares it, then: hosu apply");
    }
  }

  /** Those that say that they are {@code identity} of an OIDC provider, by name. */
  List<Kept> identified(Transaction tx, String identity) {
    return tx.list(
        "SELECT %s FROM principals p WHERE p.identity = ? ORDER BY p.name".formatted(COLUMNS),
        Principals::kept,
        identity);
  }

  /** All principals by name. */
  public List<Kept> list(Transaction tx) {
    return tx.list(
        "SELECT %s FROM principals p ORDER BY p.name".formatted(COLUMNS), Principals::kept);
  }

  /** All principals by name. */
  public List<Kept> list() {
    return database.read(this::list);
  }

  /** The principal of this name. */
  public Optional<Principal> find(Transaction tx, String name) {
    return findKept(tx, name).map(Kept::principal);
  }

  /** The principal of this name. */
  public Optional<Principal> find(String name) {
    return database.read(tx -> find(tx, name));
  }

  /**
   * The principal of this name.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   */
  public Principal require(Transaction tx, String name) {
    return find(tx, name).orElseThrow(() -> notFound(tx, name));
  }

  /**
   * The principal of this name.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   */
  public Principal require(String name) {
    return database.read(tx -> require(tx, name));
  }

  /**
   * The principal of this name as it is kept.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   */
  Kept requireKept(Transaction tx, String name) {
    return findKept(tx, name).orElseThrow(() -> notFound(tx, name));
  }

  /**
   * The principal of this name as it is kept.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   */
  Kept requireKept(String name) {
    return database.read(tx -> requireKept(tx, name));
  }

  /** Tags are attributes by another name; rows from before that was so keep them apart. */
  static Principal principal(Row row) {
    var attributes = new TreeMap<String, String>();
    for (String column : List.of("tags", "attributes")) {
      Json.parse(row.text(column))
          .properties()
          .forEach(field -> attributes.put(field.getKey(), field.getValue().asText()));
    }
    return new Principal(
        row.text("name"),
        Principal.Kind.valueOf(row.text("kind")),
        row.flag("administrator"),
        names(row.text("member_of")),
        attributes,
        Acting.AS_ITSELF,
        row.text("life"));
  }

  private static SortedSet<String> names(String json) {
    var names = new TreeSet<String>();
    Json.parse(json).forEach(name -> names.add(name.asText()));
    return names;
  }

  void keep(Transaction tx, Principal principal, About about, String source) {
    PrincipalChecks.check(principal, about);
    tx.update(
        """
        INSERT INTO principals
          (name, life, kind, administrator, member_of, attributes, identity, trust, tags,
           keeps_limits, source, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind,
          administrator = excluded.administrator, member_of = excluded.member_of,
          attributes = excluded.attributes, identity = excluded.identity, trust = excluded.trust, tags = excluded.tags,
          keeps_limits = excluded.keeps_limits, source = excluded.source
        """,
        principal.name(),
        ids.next(),
        principal.kind().name(),
        principal.administrator(),
        Json.print(principal.groups()),
        Json.print(principal.attributes()),
        principal.attributes().get(IDENTITY),
        Json.print(about.trust.stream().map(Grantee::toString).toList()),
        "{}",
        about.keepsLimits,
        source,
        clock.instant());
  }

  /**
   * Whether the principal of this name is an engine that leaves out by itself what its users do not
   * see of a table.
   */
  public boolean keepsLimits(String name) {
    return findKept(name).filter(kept -> kept.about.keepsLimits).isPresent();
  }

  /** The principal of this name as it is kept. */
  Optional<Kept> findKept(String name) {
    return database.read(tx -> findKept(tx, name));
  }

  /** The principal of this name as it is kept. */
  Optional<Kept> findKept(Transaction tx, String name) {
    return kept(tx, name);
  }

  private static Optional<Kept> kept(Transaction tx, String name) {
    return tx.find(
        "SELECT %s FROM principals p WHERE p.name = ?".formatted(COLUMNS), Principals::kept, name);
  }

  /**
   * Since when records of {@code actor} that name no life are its own: those from before there were
   * lives. Nothing is of who was made later; of who is not kept here, such as the role of a stage,
   * everything is.
   */
  static Instant unnamedSince(Transaction tx, Actor actor) {
    if (actor.life().isEmpty()) {
      return Instant.EPOCH;
    }
    return tx.find(
            "SELECT unnamed_since FROM principals WHERE life = ?",
            row -> row.optionalInstant("unnamed_since").orElse(NEVER),
            actor.life())
        .orElse(NEVER);
  }

  private static Kept kept(Row row) {
    var trust = new TreeSet<Grantee>();
    Json.parse(row.text("trust")).forEach(one -> trust.add(Grantee.parse(one.asText())));
    return new Kept(
        principal(row),
        new About(trust, row.flag("keeps_limits")),
        row.text("source"),
        row.instant("created_at"),
        new Claim(names(row.text("claimed")), row.optionalInstant("claimed_at")));
  }

  private void requireNotBuiltIn(Transaction tx, String name) {
    if (findKept(tx, name).filter(kept -> kept.source().equals(BUILT_IN)).isPresent()) {
      throw new Conflict(
          GovernanceError.PRINCIPAL_BUILT_IN,
          "'%s' is the administrator that the server made.".formatted(name),
          "Use another name for the principal.");
    }
  }

  private NotFound notFound(Transaction tx, String name) {
    List<String> known = list(tx).stream().map(kept -> kept.principal().name()).toList();
    return new NotFound(
        GovernanceError.PRINCIPAL_NOT_FOUND,
        "There is no principal '%s'%s".formatted(name, Suggestions.ending(name, known)),
        "See all with: hosu principals list");
  }
}
