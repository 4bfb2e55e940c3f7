package io.hosu.tables;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.TableMetadata;

/** Files of tables that are written anew without some of their rows, or removed at once. */
public final class RowDeletion {
  private final Tables tables;
  private final ObjectFiles files;

  RowDeletion(Tables tables, ObjectFiles files) {
    this.tables = tables;
    this.files = files;
  }

  /**
   * Removes the bytes of all files that a table needs no more, without a delay, and of those that
   * its clones need no more or that are left of them. What another object shares stays with it.
   *
   * @return how many files
   */
  public int purge(TableName name) {
    LakeTable table = tables.require(name);
    int purged = files.purgeUnder(ObjectName.ofLocation(table.metadata().location()));
    for (CloneRows.ClonedTable clone : cloned(table)) {
      String key = clone.place().key();
      purged +=
          files.purgeUnder(
              new ObjectName(clone.place().bucket(), key.substring(0, key.length() - 1)));
    }
    return purged;
  }

  /** The tables that were cloned from this one, or from such, and that there are. */
  public List<TableName> clonesOf(TableName name) {
    return cloned(tables.require(name)).stream().flatMap(one -> one.name().stream()).toList();
  }

  /**
   * The table that this one was cloned from, if it was, and the one that that was cloned from; by
   * the names that they had then.
   */
  public List<TableName> sourcesOf(TableName name) {
    return tables.open().sourcesOf(tables.require(name));
  }

  private List<CloneRows.ClonedTable> cloned(LakeTable table) {
    return tables.open().clonedFrom(table);
  }

  /** The SELECT of the rows of {@code paths}, for {@link #shape}. */
  public String rowsToRewrite(ScanPlan plan, List<String> paths) {
    Set<String> wanted = Set.copyOf(paths);
    return plan.sqlToRewrite(
        plan.files().stream().filter(file -> wanted.contains(file.path().toString())).toList());
  }

  /** What the engine must be told to write such rows of {@code plan} for {@code target}. */
  public WriteShape shape(ScanPlan plan, WriteTarget target) {
    return plan.lineage().in(target.shape());
  }

  /** The table as it is, to write its own rows into. */
  public WriteTarget ownRows(TableName name) {
    TableMetadata base = tables.require(name).metadata();
    return new WriteTarget(name, base, base, WriteTarget.names(base.schema()), List.of());
  }
}
