package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who may act at all. May be used from any thread. */
public final class Principals {
  static final String BUILT_IN = "built-in";

  private static final String COLUMNS =
      "p.name, p.kind, p.administrator, p.member_of, p.attributes, p.source, p.created_at";

  private final Database database;
  private final InstantSource clock;

  public Principals(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A principal as it is kept.
   *
   * @param source who manages it: {@link Grant#GIT}, {@link Grant#CLI}, a stage, or the server
   */
  public record Kept(Principal principal, String source, Instant createdAt) {}

  /**
   * Adds {@code principal}.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_EXISTS}
   */
  public Principal create(Transaction tx, Principal principal, String source) {
    if (find(tx, principal.name()).isPresent()) {
      throw new Conflict(
          GovernanceError.PRINCIPAL_EXISTS,
          "There is already a principal '%s'.".formatted(principal.name()),
          "Choose another name; see all with: hosu principals list");
    }
    keep(tx, principal, source);
    return principal;
  }

  /**
   * Keeps {@code principal} in place of the one of its name.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_BUILT_IN}
   */
  public void put(Transaction tx, Principal principal, String source) {
    requireNotBuiltIn(tx, principal.name());
    keep(tx, principal, source);
  }

  /**
   * Removes a principal with its access keys and tokens; its grants stay without effect.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#PRINCIPAL_BUILT_IN}
   */
  public void remove(Transaction tx, String name) {
    require(tx, name);
    requireNotBuiltIn(tx, name);
    tx.update("DELETE FROM access_keys WHERE principal = ?", name);
    tx.update("DELETE FROM tokens WHERE principal = ?", name);
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

  /** Makes {@code principals} all that the lake project declares, and tells what that changed. */
  public List<Change<Principal>> replaceGit(Transaction tx, List<Principal> principals) {
    return replace(tx, Grant.GIT, principals);
  }

  /** Makes {@code principals} all that {@code source} manages, and tells what that changed. */
  public List<Change<Principal>> replace(
      Transaction tx, String source, List<Principal> principals) {
    Map<String, Principal> gone = new LinkedHashMap<>();
    list(tx).stream()
        .filter(kept -> kept.source().equals(source))
        .forEach(kept -> gone.put(kept.principal().name(), kept.principal()));
    Map<String, Principal> wanted = new TreeMap<>();
    principals.forEach(principal -> wanted.put(principal.name(), principal));
    List<Change<Principal>> changes = new ArrayList<>();
    for (Principal principal : wanted.values()) {
      Principal before = gone.remove(principal.name());
      if (before == null) {
        put(tx, principal, source);
        changes.add(new Change.Added<>(principal));
      } else if (!before.equals(principal)) {
        put(tx, principal, source);
        changes.add(new Change.Replaced<>(before, principal));
      }
    }
    for (Principal principal : gone.values()) {
      remove(tx, principal.name());
      changes.add(new Change.Removed<>(principal));
    }
    return changes;
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

  static Principal principal(Row row) {
    var groups = new TreeSet<String>();
    Json.parse(row.text("member_of")).forEach(group -> groups.add(group.asText()));
    var attributes = new TreeMap<String, String>();
    Json.parse(row.text("attributes"))
        .properties()
        .forEach(field -> attributes.put(field.getKey(), field.getValue().asText()));
    return new Principal(
        row.text("name"),
        Principal.Kind.valueOf(row.text("kind")),
        row.flag("administrator"),
        groups,
        attributes);
  }

  void keep(Transaction tx, Principal principal, String source) {
    tx.update(
        """
        INSERT INTO principals
          (name, kind, administrator, member_of, attributes, source, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind,
          administrator = excluded.administrator, member_of = excluded.member_of,
          attributes = excluded.attributes, source = excluded.source
        """,
        principal.name(),
        principal.kind().name(),
        principal.administrator(),
        Json.print(principal.groups()),
        Json.print(principal.attributes()),
        source,
        clock.instant());
  }

  private Optional<Kept> findKept(Transaction tx, String name) {
    return tx.find(
        "SELECT %s FROM principals p WHERE p.name = ?".formatted(COLUMNS), Principals::kept, name);
  }

  private static Kept kept(Row row) {
    return new Kept(principal(row), row.text("source"), row.instant("created_at"));
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
