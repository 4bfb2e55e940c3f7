package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * A table as rows are about to be written into it: with the columns it will have afterwards. Made
 * before the write, so that the files carry the right field ids; checked again by the commit.
 */
public final class WriteTarget {
  private final TableName name;
  private final @Nullable TableMetadata base;
  private final TableMetadata changed;
  private final WriteShape shape;
  private final List<String> leftOut;

  WriteTarget(
      TableName name,
      @Nullable TableMetadata base,
      TableMetadata changed,
      List<String> columns,
      List<String> leftOut) {
    this.leftOut = List.copyOf(leftOut);
    this.name = name;
    this.base = base;
    this.changed = changed;
    this.shape = WriteShape.of(changed.schema(), changed.spec(), changed.sortOrder(), columns);
  }

  /** The table. */
  public TableName name() {
    return name;
  }

  /** Whether the table does not exist yet. */
  public boolean isNew() {
    return base == null;
  }

  /** Whether the table would get other columns or another layout than it has, or is new. */
  @SuppressWarnings("ReferenceEquality") // no change gives back the very same metadata
  public boolean changes() {
    return base != changed;
  }

  /** What the engine must be told. */
  public WriteShape shape() {
    return shape;
  }

  /** The rows' columns that the table does not get, as no value says of which type they are. */
  public List<String> leftOut() {
    return leftOut;
  }

  /** The columns as the table will have them, as the engine describes columns. */
  public List<SqlColumn> columns() {
    return SqlTypes.columns(changed.schema());
  }

  /** What becomes of the columns that the table has; none when it is new. */
  public List<SchemaStep> steps() {
    return base == null ? List.of() : SchemaSteps.between(base.schema(), changed.schema());
  }

  /**
   * What a compatibility is asked about: the {@link #steps}, and of a transitive one, where there
   * are any, those from all columns that the table ever had.
   */
  public List<SchemaStep> steps(Compatibility mode) {
    return base == null ? List.of() : SchemaSteps.between(base, changed, mode);
  }

  Schema schema() {
    return changed.schema();
  }

  PartitionSpec spec() {
    return changed.spec();
  }

  SortOrder order() {
    return changed.sortOrder();
  }

  /** The table's metadata without its new rows. */
  TableMetadata changed() {
    return changed;
  }

  /**
   * The metadata that this target's rows can be added to when the table is at {@code current} now:
   * the same columns and partitions as when the target was made, or already those it wants.
   *
   * @return null when the table has become another one since, so that the rows must be written anew
   */
  @Nullable TableMetadata rebase(@Nullable TableMetadata current) {
    if (current == null) {
      return base == null ? changed : null;
    }
    TableMetadata rebased = withColumns(current);
    TableMetadata settled =
        rebased == null ? null : TableDefinitions.settled(base, changed, rebased);
    return settled == null ? null : NameMappings.settled(base, changed, settled);
  }

  private @Nullable TableMetadata withColumns(TableMetadata current) {
    if (isLike(changed, current)) {
      return Evolution.upgrade(current, changed.formatVersion());
    }
    if (base == null || !base.uuid().equals(current.uuid()) || !isLike(base, current)) {
      return null;
    }
    TableMetadata again =
        Evolution.apply(
            Evolution.upgrade(current, changed.formatVersion()),
            schema(),
            changed.lastColumnId(),
            spec(),
            order());
    return isLike(changed, again) ? again : null;
  }

  private static boolean isLike(TableMetadata one, TableMetadata other) {
    return one.schema().sameSchema(other.schema())
        && one.spec().compatibleWith(other.spec())
        && one.spec().specId() == other.spec().specId()
        && one.sortOrder().sameOrder(other.sortOrder())
        && one.sortOrder().orderId() == other.sortOrder().orderId();
  }

  static List<String> names(Schema schema) {
    return schema.columns().stream().map(NestedField::name).toList();
  }
}
