package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Iceberg's refs of tables: a branch goes on with what is committed to it, a tag stays where it is;
 * upkeep keeps the snapshots of both. No row comes or goes by a change of them, but that a branch
 * which is set forward shows the rows of the other.
 *
 * <p>Decides nothing about who may do what: its callers do. May be used from any thread.
 */
final class TableRefs {
  private static final int TRIES = 5;

  /** What names of branches and tags are made of. */
  static final String NAME_RULE =
      "use letters, digits and . _ - /, at most 128, and not a number alone";

  /** A number would be read as the id of a snapshot. */
  private static final Pattern NAME = Pattern.compile("(?!-?[0-9]+$)[A-Za-z0-9][A-Za-z0-9._/-]*");

  private static final int LONGEST = 128;

  private final Database database;
  private final OpenCatalog catalog;
  private final Tables tables;

  TableRefs(Database database, OpenCatalog catalog, Tables tables) {
    this.database = database;
    this.catalog = catalog;
    this.tables = tables;
  }

  /** A change of one ref: the table with it, from the table as it is. */
  record Change(String ref, UnaryOperator<TableMetadata> made) {}

  /**
   * Makes {@code change} true of a table as it is then.
   *
   * @return whether anything changed
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}, or what the change throws
   */
  boolean commit(CommitContext context, TableName name, Change change, CommitBeside beside) {
    for (int i = 1; true; i++) {
      try {
        return commitOnce(context, tables.require(name), change, beside);
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || i == TRIES) {
          throw e;
        }
      }
    }
  }

  private boolean commitOnce(
      CommitContext context, LakeTable table, Change change, CommitBeside beside) {
    TableMetadata before = table.metadata();
    SnapshotRef was = before.ref(change.ref());
    TableUpdate update =
        new TableUpdate(
            table.name(),
            List.of(
                new UpdateRequirement.AssertTableUUID(table.id()),
                new UpdateRequirement.AssertRefSnapshotID(
                    change.ref(), was == null ? null : was.snapshotId())),
            change.made().apply(before).changes());
    try (PreparedUpdates prepared = catalog.prepare(context, List.of(update))) {
      beside.allow(prepared.effects(table.name()));
      String location = prepared.after(table.name()).metadataFileLocation();
      return database.write(tx -> {
        beside.publish(tx, location);
        prepared.publish(tx);
        return !location.equals(table.metadataLocation());
      });
    }
  }

  /** Whether a branch or a tag can be called so. */
  static boolean isName(String name) {
    return name.length() <= LONGEST && NAME.matcher(name).matches();
  }

  /**
   * A new branch or tag.
   *
   * @throws Invalid {@link TablesError#REF_INVALID} when nothing can have this name
   */
  static Change creation(TableName table, String name, SnapshotRef ref) {
    if (!isName(name)) {
      throw new Invalid(
          TablesError.REF_INVALID,
          "'%s' cannot name a branch or a tag.".formatted(name),
          "U%s.".formatted(NAME_RULE.substring(1)));
    }
    return new Change(
        name,
        before -> {
          if (before.ref(name) != null) {
            throw new Conflict(
                TablesError.REF_EXISTS,
                "Table %s has a %s %s already.".formatted(table, kind(before.ref(name)), name),
                "Use another name, or see them with: hosu tables refs " + table);
          }
          return TableMetadata.buildFrom(before).setRef(name, ref).build();
        });
  }

  /**
   * That a branch or a tag is kept as long, and with as many snapshots, as {@code rules} makes of
   * it.
   *
   * @throws NotFound {@link TablesError#REF_NOT_FOUND}
   */
  static Change keeping(TableName table, String name, UnaryOperator<SnapshotRef> rules) {
    return new Change(
        name,
        before ->
            TableMetadata.buildFrom(before)
                .setRef(name, rules.apply(require(table, before, name)))
                .build());
  }

  /**
   * That a branch or a tag goes; its snapshots go with upkeep when nothing else keeps them.
   *
   * @throws Invalid {@link TablesError#REF_INVALID} for the main branch
   */
  static Change drop(TableName table, String name) {
    if (name.equals(SnapshotRef.MAIN_BRANCH)) {
      throw new Invalid(
          TablesError.REF_INVALID,
          "The branch main of %s is the table itself, and cannot be dropped.".formatted(table),
          "Drop another branch, or see them with: hosu tables refs " + table);
    }
    return new Change(
        name,
        before -> {
          require(table, before, name);
          return TableMetadata.buildFrom(before).removeRef(name).build();
        });
  }

  /**
   * That {@code branch} becomes what {@code to} is, which must have come out of it; what it keeps
   * stays.
   *
   * @throws Conflict {@link TablesError#REF_DIVERGED} when it has commits that the other has not
   */
  static Change forward(TableName table, String branch, String to) {
    return new Change(
        branch,
        before -> {
          SnapshotRef target = require(table, before, to);
          boolean first = branch.equals(SnapshotRef.MAIN_BRANCH) && before.ref(branch) == null;
          SnapshotRef was = first ? target : require(table, before, branch);
          requireBranch(table, branch, was, first);
          if (!SnapshotUtil.isAncestorOf(target.snapshotId(), was.snapshotId(), before::snapshot)) {
            throw diverged(table, branch, to);
          }
          SnapshotRef.Builder is =
              first
                  ? SnapshotRef.branchBuilder(target.snapshotId())
                  : SnapshotRef.builderFrom(was, target.snapshotId());
          return TableMetadata.buildFrom(before).setRef(branch, is.build()).build();
        });
  }

  private static void requireBranch(TableName table, String name, SnapshotRef ref, boolean isNew) {
    if (ref.isTag() && !isNew) {
      throw new Invalid(
          TablesError.REF_INVALID,
          "%s of %s is a tag, which stays where it is.".formatted(name, table),
          "Name a branch: hosu tables refs " + table);
    }
  }

  private static Conflict diverged(TableName table, String branch, String to) {
    return new Conflict(
        TablesError.REF_DIVERGED,
        "%s of %s cannot be set forward to %s: it has commits that %s has not."
            .formatted(branch, table, to, to),
        "Make a new branch of %s, and commit to it what %s adds.".formatted(branch, to));
  }

  /** Iceberg's word for what it is. */
  static String kind(SnapshotRef ref) {
    return ref.isTag() ? "tag" : "branch";
  }

  /**
   * The ref of this name.
   *
   * @throws NotFound {@link TablesError#REF_NOT_FOUND}
   */
  static SnapshotRef require(TableName table, TableMetadata metadata, String name) {
    SnapshotRef ref = metadata.ref(name);
    if (ref == null) {
      String guess =
          Suggestions.didYouMean(name, List.copyOf(new TreeSet<>(metadata.refs().keySet())));
      throw new NotFound(
          TablesError.REF_NOT_FOUND,
          "Table %s has no branch or tag '%s'%s"
              .formatted(table, name, guess.isEmpty() ? "." : guess),
          "See them with: hosu tables refs " + table);
    }
    return ref;
  }

  static NotFound noSnapshot(TableName table, long id) {
    return new NotFound(
        TablesError.SNAPSHOT_NOT_FOUND,
        "Table %s has no snapshot %d, or it is kept no longer.".formatted(table, id),
        "See its snapshots with: hosu tables history %s".formatted(table));
  }

  /** The id of a snapshot that {@code version} is, by Iceberg's rule; else it names a ref. */
  static OptionalLong snapshotId(String version) {
    try {
      return OptionalLong.of(Long.parseLong(version));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }
}
