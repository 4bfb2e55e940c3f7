package io.hosu.governance;

import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
  private static final String LIST_OBJECTS = "LIST_OBJECTS";

  private final Database database;
  private final PolicyReader reader;
  private final Audit audit;
  private final InstantSource clock;
  private volatile Rights rights = Rights.none();

  Policy(Database database, PolicyReader reader, Audit audit, InstantSource clock) {
    this.database = database;
    this.reader = reader;
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
  public Decision.Allowed require(Caller caller, Permission permission, Resource resource) {
    return require(rights(), caller, permission, resource);
  }

  /**
   * The same by {@code now}, the rights of the moment in which all is decided that one answer tells
   * of.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public Decision.Allowed require(
      Rights now, Caller caller, Permission permission, Resource resource) {
    Decision decision = now.decide(caller.principal(), permission, resource);
    return requireAllowed(decision, caller, permission, resource, List.of());
  }

  /**
   * The same of a change whose transaction keeps the record, by {@link Trail#keepIn}: it need not
   * be kept before, and where the change is refused there, it says so.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public Decision.Allowed requireWithin(Caller caller, Permission permission, Resource resource) {
    Decision decision = rights().decide(caller.principal(), permission, resource);
    return allowed(decision, caller, permission, resource, List.of());
  }

  /**
   * Lets {@code principal} do this to all of {@code resource} and all that is in it, or refuses it,
   * and records it either way.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public void requireWholly(Caller caller, Permission permission, Resource resource) {
    Rights now = rights();
    Principal principal = caller.principal();
    if (now.wholly(principal, permission, resource)
        || now.decide(principal, permission, resource) instanceof Decision.Denied) {
      require(now, caller, permission, resource);
    } else {
      Givers givers = now.givers(principal, permission, resource);
      throw refused(
          caller,
          permission,
          resource,
          Refusals.notWholly(principal, permission, resource, givers));
    }
  }

  /** What {@code principal} sees of a table, as {@link Rights#sight} has it; not recorded. */
  public Decision sight(Principal principal, TableName table, List<String> columns) {
    return rights().sight(principal, table, columns);
  }

  /**
   * Names that columns of a table had and no column has now, each with the column that had it last,
   * as it is asked for: conditions of grants may speak of it by that name.
   */
  public Map<String, String> formerNames(TableName table) {
    NameHistory history = rights().state().names().of(table);
    return history == null ? Map.of() : history.former();
  }

  /**
   * Lets {@code principal} SELECT from a table, or refuses it, and records it either way. Who asks
   * shows the table with the limits that come back, or not at all.
   *
   * @param columns all columns that the rows have, in their order
   * @param read those of them that are asked for
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public Limits requireSight(
      Caller caller, TableName table, List<String> columns, List<String> read) {
    Decision decision = sight(caller.principal(), table, columns);
    return requireAllowed(decision, caller, Permission.SELECT, Resource.of(table), read).limits();
  }

  private Decision.Allowed requireAllowed(
      Decision decision,
      Caller caller,
      Permission permission,
      Resource resource,
      List<String> columns) {
    Decision.Allowed allowed = allowed(decision, caller, permission, resource, columns);
    if (permission.changes()) {
      caller.trail().keep();
    }
    return allowed;
  }

  private Decision.Allowed allowed(
      Decision decision,
      Caller caller,
      Permission permission,
      Resource resource,
      List<String> columns) {
    return switch (decision) {
      case Decision.Allowed allowed -> {
        AuditRecord record = record(caller, permission, resource);
        AuditRecord.Shown shown = AuditRecord.Shown.of(columns, allowed.limits());
        caller.trail().add(record.by(allowed.grants()).showing(shown));
        yield allowed;
      }
      case Decision.Denied denied -> throw refused(caller, permission, resource, denied);
    };
  }

  /** Records a refusal in the words in which who asked is told: it may read its own records. */
  Denied refused(Caller caller, Permission permission, Resource resource, Decision.Denied denied) {
    Decision.Denied told = told(caller.principal(), permission, resource, denied);
    caller.trail().add(denied(record(caller, permission, resource), told));
    return refusal(told);
  }

  /** A grant that makes a table disappear is not told of, or it would tell that it is there. */
  private Decision.Denied told(
      Principal principal, Permission permission, Resource resource, Decision.Denied denied) {
    Rights now = rights();
    boolean ofTable = resource instanceof Resource.Table || resource instanceof Resource.Column;
    if (denied.by().isEmpty() || !ofTable || now.visible(principal, resource)) {
      return denied;
    }
    Resource named = permission.asked(resource);
    return Refusals.missing(principal, permission, named, now.givers(principal, permission, named));
  }

  /**
   * Lets who may read some object whose key could begin with {@code prefix} list them, or refuses
   * it, and records it either way. What there is does not count: the answer must not tell it.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public void requireList(Caller caller, String bucket, String prefix) {
    Resource objects = Resource.objects(bucket, prefix);
    if (rights().reaches(caller.principal(), Permission.READ_OBJECTS, bucket, prefix)) {
      caller
          .trail()
          .add(
              AuditRecord.of(
                  clock.instant(),
                  caller,
                  LIST_OBJECTS,
                  objects.toString(),
                  AuditRecord.Verdict.ALLOWED));
    } else {
      require(caller, Permission.READ_OBJECTS, objects);
    }
  }

  /** Records that somebody asked for what must look to them as if it were not there. */
  public void hide(Caller caller, Permission permission, Resource resource) {
    caller
        .trail()
        .add(
            record(caller, permission, resource)
                .decided(AuditRecord.Verdict.DENIED)
                .with("reason", "It must not be known to be there, if it is."));
  }

  /** Somebody who came over no network: the server itself, in the query or execution {@code id}. */
  public Caller caller(Principal principal, Door door, String id) {
    return new Caller(principal, door, Origin.of(id).by(principal), audit.trail());
  }

  /**
   * Refuses who may not do this, and records that; what is allowed is recorded by who does it.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  public Decision.Allowed requireBefore(Caller caller, Permission permission, Resource resource) {
    return switch (decide(caller.principal(), permission, resource)) {
      case Decision.Allowed allowed -> allowed;
      case Decision.Denied denied -> throw refused(caller, permission, resource, denied);
    };
  }

  /**
   * Refuses who may not do this from asking about it; nothing is recorded, as nothing is done.
   *
   * @throws Denied {@link GovernanceError#PERMISSION_DENIED}
   */
  void requireToAsk(Principal principal, Permission permission, Resource resource) {
    if (decide(principal, permission, resource) instanceof Decision.Denied denied) {
      throw refusal(told(principal, permission, resource, denied));
    }
  }

  private static Denied refusal(Decision.Denied denied) {
    return new Denied(
        GovernanceError.PERMISSION_DENIED, denied.reason(), denied.remedy(), denied.facts());
  }

  /**
   * Whether {@code principal} may know that {@code resource} exists: it has some right on it, on
   * something around it, or on something in it. What is not visible must look as if it were not
   * there.
   */
  public boolean visible(Principal principal, Resource resource) {
    return rights().visible(principal, resource);
  }

  /** The domains that {@code principal} may know of, by name. */
  public List<String> domains(Principal principal) {
    Rights now = rights();
    return Stream.concat(
            now.state().domains().keySet().stream(), now.state().cloned().present().stream())
        .distinct()
        .filter(name -> now.visible(principal, new Resource.Domain(name)))
        .sorted()
        .toList();
  }

  /**
   * Whose records {@code principal} looks at as its own: who is made anew under an old name does
   * not look at what the old one did.
   */
  public Doings own(Principal principal) {
    Actor actor = Actor.seenBy(principal);
    return new Doings.By(actor, database.read(tx -> Principals.unnamedSince(tx, actor)));
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

  /** What is recorded of who is allowed this. */
  AuditRecord record(Caller caller, Permission permission, Resource resource) {
    return AuditRecord.of(
        clock.instant(),
        caller,
        permission.name(),
        resource.toString(),
        AuditRecord.Verdict.ALLOWED);
  }

  private static AuditRecord denied(AuditRecord record, Decision.Denied denied) {
    return record.decided(AuditRecord.Verdict.DENIED).with("reason", denied.reason());
  }
}
