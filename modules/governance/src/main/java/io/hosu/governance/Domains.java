package io.hosu.governance;

import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;

/** The domains of the lake and who owns them. May be used from any thread. */
public final class Domains {
  private final Database database;

  public Domains(Database database) {
    this.database = database;
  }

  /**
   * A domain.
   *
   * @param owner a grantee such as {@code group:flight_data}; or a name alone, which stands for the
   *     user and for the group of that name. The owner may do everything in the domain.
   */
  public record Domain(String name, String owner, String description) {
    public Domain {
      io.hosu.kernel.Names.requireName("domain", name);
      if (owner.indexOf(':') >= 0) {
        Grantee.parse(owner);
      }
    }

    boolean ownedBy(Principal principal) {
      if (owner.indexOf(':') >= 0) {
        return Grantee.parse(owner).includes(principal);
      }
      boolean named = principal.kind() == Principal.Kind.USER && principal.name().equals(owner);
      return named || principal.groups().contains(owner);
    }
  }

  /** Keeps {@code domain} in place of the one of its name. */
  public void put(Transaction tx, Domain domain) {
    tx.update(
        """
        INSERT INTO domains (name, owner, description) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, description = excluded.description
        """,
        domain.name(),
        domain.owner(),
        domain.description());
    PolicyVersion.advance(tx, PolicyVersion.Kind.DOMAIN, domain.name());
  }

  /** Removes the domain of this name, if there is one; its grants stay. */
  public void remove(Transaction tx, String name) {
    tx.update("DELETE FROM domains WHERE name = ?", name);
    PolicyVersion.advance(tx, PolicyVersion.Kind.DOMAIN, name);
  }

  /** Whether there is a domain of this name, as this transaction sees it. */
  public static boolean isThere(Transaction tx, String name) {
    return tx.number("SELECT COUNT(*) AS n FROM domains WHERE name = ?", name) > 0;
  }

  /** All domains by name. */
  public List<Domain> list(Transaction tx) {
    return tx.list("SELECT name, owner, description FROM domains ORDER BY name", Domains::domain);
  }

  /** All domains by name. */
  public List<Domain> list() {
    return database.read(this::list);
  }

  /** The domain of this name. */
  public Optional<Domain> find(String name) {
    return database.read(tx ->
        tx.find(
            "SELECT name, owner, description FROM domains WHERE name = ?", Domains::domain, name));
  }

  private static Domain domain(Row row) {
    return new Domain(row.text("name"), row.text("owner"), row.text("description"));
  }
}
