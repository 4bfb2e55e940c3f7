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
 */
public record TableUpdate(
    TableName table, List<UpdateRequirement> requirements, List<MetadataUpdate> updates) {
  public TableUpdate {
    requirements = List.copyOf(requirements);
    updates = List.copyOf(updates);
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
