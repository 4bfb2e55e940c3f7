package io.hosu.tables;

import io.hosu.governance.ColumnNames.Writer;
import io.hosu.governance.Domains;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.SharedFiles;
import io.hosu.store.Transaction;
import io.hosu.tables.CloneRows.Origin;
import io.hosu.tables.Clones.Clone;
import io.hosu.tables.Clones.LeftOut;
import io.hosu.tables.Clones.Made;
import io.hosu.tables.PreparedCommit.Prepared;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.TableMetadata;

/** Makes clones, and drops them. May be used from any thread. */
final class Cloning {
  /** What is made in one transaction is not to keep others from theirs for long. */
  private static final int MOST_FILES = 200_000;

  private static final int MOST_ROUNDS = 5;

  /** What who makes a clone may do in it: what is done with tables, and nothing else. */
  private static final Set<Permission> OF_MAKER =
      EnumSet.of(
          Permission.SELECT,
          Permission.INSERT,
          Permission.DELETE,
          Permission.ALTER,
          Permission.DROP,
          Permission.CREATE_TABLE);

  private final Clones.Parts parts;
  private final Tables tables;
  private final Grants grants;

  Cloning(Clones.Parts parts, Tables tables, Grants grants) {
    this.parts = parts;
    this.tables = tables;
    this.grants = grants;
  }

  /** As {@link Clones#check} has it. */
  List<LeftOut> check(String source, String as) {
    requirePossible(source, as);
    try (ClonedViews views = new ClonedViews(parts, new Clone(as, source, "", Instant.EPOCH))) {
      return views.leftOut();
    }
  }

  private void requirePossible(String source, String as) {
    parts
        .database()
        .read(tx -> {
          requireFree(tx, source, as);
          return true;
        });
    requireClonable(source, read(source));
  }

  /** As {@link Clones#make} has it. */
  Made make(Principal maker, String source, String as, Clones.Beside beside) {
    requirePossible(source, as);
    Clone clone = new Clone(as, source, Grantee.of(maker).toString(), parts.clock().instant());
    for (int round = 1; ; round++) {
      try {
        return new Made(clone, make(maker, clone, beside));
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || round == MOST_ROUNDS) {
          throw e;
        }
      }
    }
  }

  private List<LeftOut> make(Principal maker, Clone clone, Clones.Beside beside) {
    List<TableName> names =
        tables.list().stream().filter(name -> name.domain().equals(clone.source())).toList();
    try (TableLocks.Held _ = parts.locks().hold(names);
        StagedFiles staged = new StagedFiles(parts.files().blobs(), parts.ids());
        ClonedViews views = new ClonedViews(parts, clone)) {
      List<LakeTable> sources = read(clone.source());
      requireClonable(clone.source(), sources);
      Drafts drafts = new Drafts(maker.name());
      sources.forEach(table -> drafts.add(table, clone, staged));
      views.write();
      List<ObjectFiles.NewFile> written = staged.adopt();
      parts
          .database()
          .perform(tx -> {
            requireFree(tx, clone.source(), clone.domain());
            CloneRows.insert(tx, clone);
            CloneRows.holdAsTheyAre(tx, clone.source(), sources);
            parts.files().register(tx, written);
            drafts.publish(tx, clone);
            views.publish(tx);
            grants.put(
                tx,
                new Grant(
                    "",
                    Grantee.of(maker),
                    OF_MAKER,
                    new Resource.Domain(clone.domain()),
                    Grant.CLI));
            beside.publish(tx);
          });
      return views.leftOut();
    }
  }

  /** The tables of a clone as they are to be, of which nobody knows yet. */
  private final class Drafts {
    private final String principal;
    private final List<Origin> origins = new ArrayList<>();
    private final List<SharedFiles.Sharing> shared = new ArrayList<>();
    private final List<PreparedCommit> commits = new ArrayList<>();

    Drafts(String principal) {
      this.principal = principal;
    }

    void add(LakeTable source, Clone clone, StagedFiles staged) {
      TableName from = source.name();
      TableName name = new TableName(clone.domain(), from.layer(), from.table());
      String location = TableLocations.free(parts.database(), name, parts.ids());
      ObjectFileIO io = new ObjectFileIO(parts.paths(), staged);
      ClonedDeletes deletes = new ClonedDeletes(parts, staged);
      ClonedMetadata cloned =
          new ClonedMetadata(source.metadata(), location, io, deletes, parts.ids());
      TableMetadata after =
          parts.metadata().write(new StagedTableOperations(cloned.write(), io), "");
      shared.addAll(cloned.shared());
      if (shared.size() > MOST_FILES) {
        throw tooLarge(clone.source());
      }
      origins.add(new Origin(after.uuid(), ObjectName.ofLocation(location + "/"), source));
      commits.add(commit(source, name, after));
    }

    private PreparedCommit commit(LakeTable source, TableName name, TableMetadata after) {
      Prepared prepared =
          new Prepared(
              name,
              null,
              after,
              new PreparedCommit.Made.Cloned(source, after.currentSnapshot()),
              SchemaNames.naming(null, after, Writer.ENGINE),
              List.of(),
              List.of(),
              List.of());
      return new PreparedCommit(
          List.of(prepared),
          CommitContext.of(principal),
          TableLocks.Held.nothing(),
          parts.files(),
          parts.events(),
          parts.clock());
    }

    void publish(Transaction tx, Clone clone) {
      commits.forEach(commit -> commit.publish(tx));
      SharedFiles.share(tx, shared, parts.ids(), clone.clonedAt());
      CloneRows.insert(tx, clone.domain(), origins);
      parts
          .events()
          .append(
              tx,
              "Domain Cloned",
              clone.domain(),
              // Who sees events of the clone may know neither its tables nor its source.
              Json.object().put("clone", clone.domain()).put("principal", clone.principal()));
    }
  }

  /** As {@link Clones#drop} has it. */
  Clone drop(Transaction tx, String domain) {
    Clone clone =
        CloneRows.find(tx, domain)
            .orElseThrow(() ->
                Clones.notFound(domain, CloneRows.list(tx).stream().map(Clone::domain).toList()));
    List<TableName> all =
        Tables.list(tx).stream().filter(name -> name.domain().equals(domain)).toList();
    all.forEach(name -> tables.drop(tx, name));
    ViewRows.list(tx).stream()
        .filter(name -> name.domain().equals(domain))
        .forEach(name -> parts.views().drop(tx, name));
    Clones.requireUncloned(tx, domain); // now that nobody can clone its tables any more
    grants.list(tx).stream()
        .filter(grant -> grant.on().domainName().equals(Optional.of(domain)))
        .filter(Grant::isGivenByHand)
        .forEach(grant -> grants.remove(tx, grant.id()));
    CloneRows.drop(tx, domain, parts.clock().instant());
    parts.events().append(tx, "Clone Dropped", domain, Json.object().put("clone", domain));
    return clone;
  }

  private List<LakeTable> read(String domain) {
    return tables.list().stream()
        .filter(name -> name.domain().equals(domain))
        .flatMap(name -> tables.find(name).stream())
        .toList();
  }

  private static void requireClonable(String source, List<LakeTable> all) {
    if (all.isEmpty()) {
      throw new Invalid(
          TablesError.CLONE_INVALID,
          "Domain %s has no table that could be cloned.".formatted(source),
          "See the tables with: hosu tables list");
    }
  }

  /**
   * A name that was another's could open to who makes the clone what is left of that. Of a clone of
   * the same domain it is left to the same people.
   */
  private void requireFree(Transaction tx, String source, String as) {
    requireNames(tx, source, as);
    boolean isNamed =
        Domains.isThere(tx, as)
            || Tables.list(tx).stream().anyMatch(name -> name.domain().equals(as))
            || ViewRows.list(tx).stream().anyMatch(name -> name.domain().equals(as))
            || CloneRows.find(tx, as).isPresent();
    if (isNamed) {
      throw taken(as, source);
    }
    if (grants.list(tx).stream()
        .anyMatch(grant -> grant.on().domainName().equals(Optional.of(as)))) {
      throw taken(as, source);
    }
    boolean isLeft =
        Buckets.list(tx).stream()
            .anyMatch(
                layer -> !ObjectFiles.isNothingUnder(tx, new ObjectName(layer.name(), as + "/")));
    if (isLeft && !CloneRows.isLeftOf(tx, as, source)) {
      throw taken(as, source);
    }
  }

  private static void requireNames(Transaction tx, String source, String as) {
    Names.requireName("domain", as);
    if (as.equals(Names.SYSTEM) || source.equals(Names.SYSTEM)) {
      throw new Invalid(
          TablesError.CLONE_INVALID,
          "In the domain %s the lake keeps itself: it is neither cloned nor a clone."
              .formatted(Names.SYSTEM),
          "Clone another domain, under another name.");
    }
    if (CloneRows.isMadeOf(tx, source, as)) {
      throw taken(as, source);
    }
  }

  /** What has the name is not told: who clones may not know it. */
  private static Conflict taken(String as, String source) {
    return new Conflict(
        TablesError.CLONE_EXISTS,
        "The name %s is taken: a domain, a grant, an object or an old version of one has it."
            .formatted(as),
        "Give another name: hosu clone %s NAME; or see: hosu clones list".formatted(source));
  }

  private static Invalid tooLarge(String source) {
    return new Invalid(
        TablesError.CLONE_INVALID,
        "Domain %s has more than %d files, which is the most that is cloned at once."
            .formatted(source, MOST_FILES),
        "Have files merged with: hosu tables compact; then clone it.");
  }
}
