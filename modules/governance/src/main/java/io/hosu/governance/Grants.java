package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was granted. There is one grant for each source, effect, grantee, resource and terms:
 * granting more there widens it. May be used from any thread.
 */
public final class Grants {
  private static final String COLUMNS = "id, effect, grantee, permissions, resource, terms, source";

  private final Database database;
  private final InstantSource clock;
  private final Ids ids;

  public Grants(Database database, InstantSource clock, Ids ids) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
  }

  /** Gives what {@code grant} says, beside what its source gave there before. */
  public Grant put(Transaction tx, Grant grant) {
    Optional<Grant> before = at(tx, grant);
    Grant after =
        before.map(kept -> kept.and(grant.permissions())).orElseGet(() -> grant.withId(ids.next()));
    keep(tx, after);
    return after;
  }

  /**
   * Takes back a grant that was given by command, or by the server to its administrator.
   *
   * @throws NotFound {@link GovernanceError#GRANT_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#GRANT_DECLARED} when the lake project or a stage has it
   */
  public Grant remove(Transaction tx, String id) {
    Grant grant = require(tx, id);
    if (!grant.isGivenByHand()) {
      throw new Conflict(
          GovernanceError.GRANT_DECLARED,
          "The grant on %s to %s comes from the lake project (%s)."
              .formatted(grant.on(), grant.to(), grant.source()),
          "Change the project, in access/ or at the stage, then: hosu apply");
    }
    delete(tx, grant);
    return grant;
  }

  /** Makes {@code grants} all that the lake project declares, and tells what that changed. */
  public List<Change<Grant>> replaceGit(Transaction tx, List<Grant> grants) {
    return replace(tx, Grant.GIT, grants);
  }

  /** Makes {@code grants} all that {@code source} gives, and tells what that changed. */
  public List<Change<Grant>> replace(Transaction tx, String source, List<Grant> grants) {
    Map<String, Grant> gone = new LinkedHashMap<>();
    tx.list(
            "SELECT %s FROM grants WHERE source = ? ORDER BY id".formatted(COLUMNS),
            Grants::grant,
            source)
        .forEach(grant -> gone.put(grant.place(), grant));
    List<Change<Grant>> changes = new ArrayList<>();
    for (Grant wanted : merged(source, grants)) {
      Grant before = gone.remove(wanted.place());
      if (before == null) {
        changes.add(new Change.Added<>(keep(tx, wanted.withId(ids.next()))));
      } else if (!before.permissions().equals(wanted.permissions())) {
        changes.add(new Change.Replaced<>(before, keep(tx, wanted.withId(before.id()))));
      }
    }
    for (Grant grant : gone.values()) {
      delete(tx, grant);
      changes.add(new Change.Removed<>(grant));
    }
    return changes;
  }

  /** All grants, in the order they were given. */
  public List<Grant> list(Transaction tx) {
    return tx.list("SELECT %s FROM grants ORDER BY id".formatted(COLUMNS), Grants::grant);
  }

  /** All grants, in the order they were given. */
  public List<Grant> list() {
    return database.read(this::list);
  }

  Optional<Grant> find(Transaction tx, String id) {
    return tx.find("SELECT %s FROM grants WHERE id = ?".formatted(COLUMNS), Grants::grant, id);
  }

  /** With which version of the policy grants came, by id. */
  Map<String, Long> given(Transaction tx) {
    Map<String, Long> all = new HashMap<>();
    tx.list("SELECT id, given FROM grants", row -> Map.entry(row.text("id"), row.number("given")))
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }

  /** With which version of the policy a grant came, if it is there. */
  Optional<Long> given(Transaction tx, String id) {
    return tx.find("SELECT given FROM grants WHERE id = ?", row -> row.number("given"), id);
  }

  /**
   * The grant of this id.
   *
   * @throws NotFound {@link GovernanceError#GRANT_NOT_FOUND}
   */
  public Grant require(Transaction tx, String id) {
    return find(tx, id).orElseThrow(() -> notFound(id));
  }

  /**
   * The grant of this id.
   *
   * @throws NotFound {@link GovernanceError#GRANT_NOT_FOUND}
   */
  public Grant require(String id) {
    return database.read(tx -> require(tx, id));
  }

  static NotFound notFound(String id) {
    return new NotFound(
        GovernanceError.GRANT_NOT_FOUND,
        "There is no grant '%s'.".formatted(id),
        "See what is granted with: hosu grants list");
  }

  private static Optional<Grant> at(Transaction tx, Grant grant) {
    return tx.find(
        "SELECT %s FROM grants WHERE source = ? AND place = ?".formatted(COLUMNS),
        Grants::grant,
        grant.source(),
        digest(grant));
  }

  private Grant keep(Transaction tx, Grant grant) {
    PolicyVersion.advance(tx, PolicyVersion.Kind.GRANT, grant.id());
    tx.update(
        """
        INSERT INTO grants
          (id, effect, grantee, permissions, resource, terms, place, source, created_at, given)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET permissions = excluded.permissions
        """,
        grant.id(),
        grant.effect().name(),
        grant.to().toString(),
        Json.print(grant.permissions()),
        grant.on().toString(),
        Json.print(grant.terms().toJson()),
        digest(grant),
        grant.source(),
        clock.instant(),
        PolicyVersion.current(tx));
    return grant;
  }

  private static void delete(Transaction tx, Grant grant) {
    tx.update("DELETE FROM grants WHERE id = ?", grant.id());
    PolicyVersion.advance(tx, PolicyVersion.Kind.GRANT, grant.id());
  }

  /** One grant for each place, whatever order and repetition they were declared in. */
  private static Collection<Grant> merged(String source, List<Grant> grants) {
    Map<String, Grant> byPlace = new TreeMap<>();
    for (Grant grant : grants) {
      Grant own = grant.withId("").from(source);
      byPlace.merge(own.place(), own, (a, b) -> a.and(b.permissions()));
    }
    return byPlace.values();
  }

  /** Short enough for an index, however long the terms are. */
  private static String digest(Grant grant) {
    return Sha256.hex(grant.place());
  }

  private static Grant grant(Row row) {
    Set<Permission> permissions = new LinkedHashSet<>();
    Json.parse(row.text("permissions"))
        .forEach(name -> permissions.add(Permission.parse(name.asText())));
    return new Grant(
        row.text("id"),
        Grant.Effect.valueOf(row.text("effect")),
        Grantee.parse(row.text("grantee")),
        permissions,
        Resource.parse(row.text("resource")),
        Terms.fromJson(Json.parse(row.text("terms"))),
        row.text("source"));
  }
}
