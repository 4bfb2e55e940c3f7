package io.hosu.governance;

import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.List;

/**
 * Decides who may do what: the one place, asked by every door.
 *
 * <p>Whatever no grant allows is refused. A principal has what is granted to itself, to its groups
 * and to all with its attributes; the owner of a domain has everything in it; administrators have
 * everything but data. What is denied is denied, whatever allows it. Decisions follow the grants at
 * once: a decision that begins after a change was committed sees it, on every server of the lake.
 * May be used from any thread, but not within a write.
 */
public final class Policy {
  private final Database database;
  private final PolicyReader reader;
  private final Audit audit;
  private final InstantSource clock;
  private volatile Rights rights = Rights.none();

  public Policy(
      Database database, Grants grants, Domains domains, Audit audit, InstantSource clock) {
    this.database = database;
    this.reader = new PolicyReader(grants, domains);
    this.audit = audit;
    this.clock = clock;
  }

  /** Whether {@code principal} may do this; nothing is recorded. */
  public Decision decide(Principal principal, Permission permission, Resource resource) {
    return rights().decide(principal, permission, resource);
  }

  /**
   * Lets {@code principal} do this, or refuses it, and records it either way.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED} with what is missing, who may give it,
   *     and how
   */
  public Decision.Allowed require(
      Principal principal, Permission permission, Resource resource, Door door) {
    return requireAllowed(
        decide(principal, permission, resource), principal, permission, resource, door);
  }

  /** What {@code principal} sees of a table, as {@link Rights#sight} has it; not recorded. */
  public Decision sight(Principal principal, TableName table, List<String> columns) {
    return rights().sight(principal, table, columns);
  }

  /**
   * Lets {@code principal} SELECT from a table, or refuses it, and records it either way. Who asks
   * shows the table with the limits that come back, or not at all.
   *
   * @param columns all columns that the rows have, in their order
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public Limits requireSight(
      Principal principal, TableName table, List<String> columns, Door door) {
    Decision decision = sight(principal, table, columns);
    return requireAllowed(decision, principal, Permission.SELECT, Resource.of(table), door)
        .limits();
  }

  private Decision.Allowed requireAllowed(
      Decision decision, Principal principal, Permission permission, Resource resource, Door door) {
    return switch (decision) {
      case Decision.Allowed allowed -> {
        audit.record(record(principal, permission, resource, door, allowed));
        yield allowed;
      }
      case Decision.Denied denied -> {
        audit.recordNow(record(principal, permission, resource, door, denied));
        throw refusal(denied);
      }
    };
  }

  /**
   * Refuses who may not do this, and records that; what is allowed is recorded by who does it.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void requireBefore(Principal principal, Permission permission, Resource resource, Door door) {
    if (decide(principal, permission, resource) instanceof Decision.Denied denied) {
      audit.recordNow(record(principal, permission, resource, door, denied));
      throw refusal(denied);
    }
  }

  /**
   * Refuses who may not do this from asking about it; nothing is recorded, as nothing is done.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void requireToAsk(Principal principal, Permission permission, Resource resource) {
    if (decide(principal, permission, resource) instanceof Decision.Denied denied) {
      throw refusal(denied);
    }
  }

  private static Denied refusal(Decision.Denied denied) {
    return new Denied(GovernanceError.PERMISSION_DENIED, denied.reason(), denied.remedy());
  }

  /**
   * Whether {@code principal} may know that {@code resource} exists: it has some right on it, on
   * something around it, or on something in it. What is not visible must look as if it were not
   * there.
   */
  public boolean visible(Principal principal, Resource resource) {
    return rights().visible(principal, resource);
  }

  /** The rights as they are now, for many questions about one moment, such as a listing. */
  public Rights rights() {
    Rights known = rights;
    long version = database.read(PolicyVersion::current);
    if (known.state().version() == version) {
      return known;
    }
    Rights fresh = new Rights(database.read(tx -> reader.read(tx, known.state())), clock);
    rights = fresh;
    return fresh;
  }

  /** The rights as {@code tx} sees them, with what it wrote itself. */
  Rights rightsIn(Transaction tx) {
    return new Rights(reader.read(tx, rights.state()), clock);
  }

  private AuditRecord record(
      Principal principal, Permission permission, Resource resource, Door door, Decision decision) {
    var detail = Json.object();
    AuditRecord.Verdict verdict =
        switch (decision) {
          case Decision.Allowed(var given, _) -> {
            detail.put("grant", given.getFirst().id());
            yield AuditRecord.Verdict.ALLOWED;
          }
          case Decision.Denied _ -> AuditRecord.Verdict.DENIED;
        };
    return new AuditRecord(
        clock.instant(),
        principal.toString(),
        door,
        permission.name(),
        resource.toString(),
        verdict,
        detail);
  }
}
