package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * A column as a Parquet file really holds it, which may differ from what the table calls it now.
 *
 * @param id its Iceberg field id; 0 where the format gives none (a file's root, a list's middle)
 * @param kind how values are stored; empty for a column with children
 */
record PhysicalColumn(String name, int id, String kind, List<PhysicalColumn> children) {
  private static final int TAIL = 8;
  private static final String GIVEN = "GIVEN";

  /** How values are stored that are not read as they are stored. */
  static final String ANNOTATED = "ANNOTATED";

  private static final Set<ConvertedType> NARROW =
      Set.of(
          ConvertedType.INT_8,
          ConvertedType.INT_16,
          ConvertedType.UINT_8,
          ConvertedType.UINT_16,
          ConvertedType.JSON);

  PhysicalColumn {
    children = List.copyOf(children);
  }

  /**
   * Reads the schema in the footer of the Parquet file at {@code path}.
   *
   * @throws Unavailable {@link TablesError#FILE_UNREADABLE}
   * @throws Invalid {@link TablesError#FILE_FOREIGN} when the columns have no field ids
   */
  static PhysicalColumn read(Path path) {
    return readAny(path).identified(path);
  }

  /**
   * Reads the same of a file whose columns may have no field ids.
   *
   * @throws Unavailable {@link TablesError#FILE_UNREADABLE}
   */
  static PhysicalColumn readAny(Path path) {
    return build(elements(path).iterator());
  }

  /** Whether a column of the file has a field id. */
  boolean hasIds() {
    return children.stream().anyMatch(column -> column.id() != 0 || column.hasIds());
  }

  /**
   * The same file, in which every column must have a field id.
   *
   * @throws Invalid {@link TablesError#FILE_FOREIGN} when one has none
   */
  PhysicalColumn identified(Path path) {
    if (children.stream().anyMatch(column -> column.id() == 0)) {
      throw new Invalid(
          TablesError.FILE_FOREIGN,
          "The data file %s has columns without Iceberg field ids.".formatted(path.getFileName()),
          "Load its rows through a stage, so that the table's own files are written.");
    }
    return this;
  }

  /** A column that a file does not hold: its partition gives it one value. */
  static PhysicalColumn given(int id) {
    return new PhysicalColumn("__v" + id, id, GIVEN, List.of());
  }

  /** Whether the file does not hold it, see {@link #given}. */
  boolean isGiven() {
    return kind.equals(GIVEN);
  }

  /** The same file with columns that its partition gives. */
  PhysicalColumn with(Set<Integer> given) {
    List<PhysicalColumn> all = new ArrayList<>(children);
    given.stream().sorted().map(PhysicalColumn::given).forEach(all::add);
    return new PhysicalColumn(name, id, kind, all);
  }

  /** The child that holds the table's field {@code id}. */
  Optional<PhysicalColumn> child(int id) {
    return children.stream().filter(child -> child.id() == id).findFirst();
  }

  /** The only child: a list's middle, a list's element, a map's entries. */
  PhysicalColumn only() {
    return children.getFirst();
  }

  /** The same with children called by their number, which are names that nothing else has. */
  PhysicalColumn numbered() {
    List<PhysicalColumn> named = new ArrayList<>();
    for (PhysicalColumn child : children) {
      named.add(
          child.isGiven()
              ? child
              : new PhysicalColumn("__c" + named.size(), child.id, child.kind, child.children));
    }
    return new PhysicalColumn(name, id, kind, named);
  }

  private static List<SchemaElement> elements(Path path) {
    try (FileChannel file = FileChannel.open(path)) {
      ByteBuffer tail =
          FileBytes.read(file, file.size() - TAIL, TAIL).order(ByteOrder.LITTLE_ENDIAN);
      int length = tail.getInt(0);
      byte[] footer = FileBytes.read(file, file.size() - TAIL - length, length).array();
      return Objects.requireNonNull(
          Util.readFileMetaData(new ByteArrayInputStream(footer), true).getSchema());
    } catch (IOException | IllegalArgumentException e) {
      throw new Unavailable(
          TablesError.FILE_UNREADABLE,
          "The footer of the data file in the blob %s cannot be read."
              .formatted(path.getFileName()),
          "Look at the disk of the data directory, then try again.",
          e);
    }
  }

  private static PhysicalColumn build(Iterator<SchemaElement> elements) {
    SchemaElement element = elements.next();
    List<PhysicalColumn> children = new ArrayList<>();
    for (int i = 0; i < element.getNum_children(); i++) {
      children.add(build(elements));
    }
    return new PhysicalColumn(
        String.valueOf(element.getName()), element.getField_id(), kind(element), children);
  }

  private static String kind(SchemaElement element) {
    if (!element.isSetType()) {
      return "";
    }
    if (element.isSetPrecision()) {
      return "DECIMAL(%d,%d)".formatted(element.getPrecision(), element.getScale());
    }
    return isAnnotated(element) ? ANNOTATED : String.valueOf(element.getType());
  }

  /** Whether the engine reads it as a narrower type than Iceberg does: small integers and JSON. */
  private static boolean isAnnotated(SchemaElement element) {
    LogicalType logical = element.getLogicalType();
    boolean small =
        logical != null && logical.isSetINTEGER() && logical.getINTEGER().getBitWidth() < 32;
    return small
        || (logical != null && logical.isSetJSON())
        || isNarrow(element.getConverted_type());
  }

  private static boolean isNarrow(@Nullable ConvertedType type) {
    return type != null && NARROW.contains(type);
  }
}
