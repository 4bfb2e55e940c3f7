package io.hosu.tables;

import io.hosu.governance.Permission;
import io.hosu.kernel.TableName;
import java.util.List;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateRequirement;

/**
 * What an engine outside of the lake wants to become of one table, whose files it has written.
 *
 * @param requirements what must hold of the table as it is then
 * @param updates what changes, in this order
 * @param named which objects it may name that are no files of the table yet
 */
public record TableUpdate(
    TableName table,
    List<UpdateRequirement> requirements,
    List<MetadataUpdate> updates,
    NamedObjects named) {
  public TableUpdate {
    requirements = List.copyOf(requirements);
    updates = List.copyOf(updates);
  }

  /** The same that may name all objects below the table's place. */
  public TableUpdate(
      TableName table, List<UpdateRequirement> requirements, List<MetadataUpdate> updates) {
    this(table, requirements, updates, NamedObjects.ANY);
  }

  /** What an update does, as far as it takes a right of its own. */
  public enum Effect {
    /** There is a new table. */
    CREATES,
    /** Rows come, or those that were deleted come back. */
    ADDS_ROWS,
    /** Rows go. */
    REMOVES_ROWS,
    /** Columns, layout, properties, branches or kept snapshots change. */
    ALTERS;

    /** The right that it takes. */
    public Permission permission() {
      return switch (this) {
        case CREATES -> Permission.CREATE_TABLE;
        case ADDS_ROWS -> Permission.INSERT;
        case REMOVES_ROWS -> Permission.DELETE;
        case ALTERS -> Permission.ALTER;
      };
    }
  }
}
