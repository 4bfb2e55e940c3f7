package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Whether files that lie elsewhere are read as the rows of a table, and the data files for it. */
final class InPlaceFit {
  private static final List<String> IN_ORDER = List.of("year", "month", "day", "hour", "truncate");

  private final Schema schema;
  private final PartitionSpec spec;
  private final MappedFields names;
  private final DataFileBuilder builder;

  /** Files for the table at {@code table}, which finds columns by their names. */
  InPlaceFit(TableMetadata table) {
    this.schema = table.schema();
    this.spec = table.spec();
    this.names = NameMappings.of(table).orElseThrow().asMappedFields();
    this.builder = new DataFileBuilder(schema, spec, SortOrder.unsorted(), table.properties());
  }

  /**
   * The data file of the table that {@code file} is.
   *
   * @throws Invalid {@link TablesError#FILE_UNFIT}
   */
  DataFile dataFile(InPlaceFile file) {
    for (SqlColumn column : file.columns()) {
      Integer id = names.id(column.name());
      NestedField field = id == null ? null : schema.findField(id);
      if (field != null) {
        requireReadable(
            file,
            column.name(),
            SqlTypes.parse(column.type()),
            field.type(),
            names.field(id).nestedMapping());
      }
    }
    Map<String, Map<String, String>> statistics = statistics(file);
    PartitionData partition = new PartitionData(spec.partitionType());
    List<PartitionField> fields = spec.fields();
    for (int i = 0; i < fields.size(); i++) {
      partition.set(i, value(file, fields.get(i), statistics));
    }
    requireAllGiven(file);
    FileStatistics its =
        new FileStatistics(
            file.statistics().path(),
            file.statistics().rows(),
            file.statistics().bytes(),
            statistics,
            Map.of());
    return builder.build(its, file.location(), partition);
  }

  private static void requireReadable(
      InPlaceFile file, String path, Type held, Type type, @Nullable MappedFields names) {
    if (type.isPrimitiveType() || held.isPrimitiveType()) {
      if (!isPromotion(held, type)) {
        throw InPlacePlanner.unfit(
            file.object(),
            "column '%s' is %s there and %s in the table, as which not every reader reads it"
                .formatted(path, held, type));
      }
      return;
    }
    if (held.typeId() != type.typeId() || type.isVariantType()) {
      throw InPlacePlanner.unfit(
          file.object(), "column '%s' is %s there and %s in the table".formatted(path, held, type));
    }
    if (type.isStructType()) {
      requireFields(file, path, held.asStructType(), type.asStructType(), names);
      return;
    }
    List<NestedField> parts = held.asNestedType().fields();
    for (int i = 0; i < parts.size(); i++) {
      NestedField part = type.asNestedType().fields().get(i);
      MappedField mapped = names == null ? null : names.field(part.fieldId());
      requireReadable(
          file,
          path + "." + part.name(),
          parts.get(i).type(),
          part.type(),
          mapped == null ? null : mapped.nestedMapping());
    }
  }

  private static void requireFields(
      InPlaceFile file,
      String path,
      Types.StructType held,
      Types.StructType type,
      @Nullable MappedFields names) {
    for (NestedField part : held.fields()) {
      Integer id = names == null ? null : names.id(part.name());
      if (names == null || id == null) {
        throw InPlacePlanner.unfit(
            file.object(),
            "the table writes '%s.%s' in other letters".formatted(path, part.name()));
      }
      NestedField field = type.field(id);
      if (field != null) {
        requireReadable(
            file,
            path + "." + part.name(),
            part.type(),
            field.type(),
            names.field(id).nestedMapping());
      }
    }
    for (NestedField field : type.fields()) {
      boolean there = held.fields().stream().anyMatch(part -> field.fieldId() == id(names, part));
      if (field.isRequired() && !there) {
        throw InPlacePlanner.unfit(
            file.object(), "the table requires '%s.%s'".formatted(path, field.name()));
      }
    }
  }

  private static int id(@Nullable MappedFields names, NestedField part) {
    Integer id = names == null ? null : names.id(part.name());
    return id == null ? 0 : id;
  }

  /** Whether all readers read values of one type as the other: what Iceberg lets columns become. */
  private static boolean isPromotion(Type held, Type type) {
    return switch (held.typeId()) {
      case INTEGER -> type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
      case FLOAT -> type.typeId() == Type.TypeID.FLOAT || type.typeId() == Type.TypeID.DOUBLE;
      case DECIMAL ->
          type instanceof Types.DecimalType wide
              && held instanceof Types.DecimalType small
              && wide.scale() == small.scale()
              && wide.precision() >= small.precision();
      default -> held.equals(type);
    };
  }

  /** Those of plain columns, by the names that the table has for them, and of those given. */
  private Map<String, Map<String, String>> statistics(InPlaceFile file) {
    Map<String, Map<String, String>> statistics = new HashMap<>();
    for (SqlColumn column : file.columns()) {
      Integer id = names.id(column.name());
      NestedField field = id == null ? null : schema.findField(id);
      Map<String, String> its = file.statistics().columns().get(Sql.name(column.name()));
      if (field != null && field.type().isPrimitiveType() && its != null) {
        statistics.put(Sql.name(field.name()), its);
      }
    }
    String rows = Long.toString(file.statistics().rows());
    for (NestedField column : schema.columns()) {
      String name = Sql.name(column.name());
      Optional<String> folder = folder(file, column);
      if (!statistics.containsKey(name) && folder.isPresent()) {
        String text = file.folders().getOrDefault(folder.get(), Optional.empty()).orElse(null);
        statistics.put(
            name,
            text == null
                ? Map.of("num_values", rows, "null_count", rows)
                : Map.of("num_values", rows, "null_count", "0", "min", text, "max", text));
      }
    }
    return statistics;
  }

  private static Optional<String> folder(InPlaceFile file, NestedField column) {
    return file.folders().keySet().stream().filter(column.name()::equalsIgnoreCase).findFirst();
  }

  private boolean holds(InPlaceFile file, int id) {
    return file.columns().stream()
        .anyMatch(column -> Integer.valueOf(id).equals(names.id(column.name())));
  }

  /** Refuses folders whose value no partition would keep. */
  private void requireAllGiven(InPlaceFile file) {
    for (String folder : file.folders().keySet()) {
      NestedField column = schema.caseInsensitiveFindField(folder);
      boolean kept =
          column == null
              || holds(file, column.fieldId())
              || spec.fields().stream()
                  .anyMatch(field ->
                      field.sourceId() == column.fieldId() && field.transform().isIdentity());
      if (!kept) {
        throw InPlacePlanner.unfit(
            file.object(),
            "its folder says what '%s' is, by which the table is not partitioned"
                .formatted(folder));
      }
    }
  }

  private @Nullable Object value(
      InPlaceFile file, PartitionField field, Map<String, Map<String, String>> statistics) {
    NestedField column = schema.asStruct().field(field.sourceId());
    if (column == null) {
      throw InPlacePlanner.unfit(
          file.object(),
          "the table is partitioned by '%s', inside a column".formatted(field.name()));
    }
    boolean held = holds(file, column.fieldId());
    Optional<String> folder = folder(file, column);
    if (!held && folder.isEmpty()) {
      throw InPlacePlanner.unfit(
          file.object(),
          "the table is partitioned by '%s', and the file neither has it nor lies in a folder '%s=...'"
              .formatted(column.name(), column.name()));
    }
    Map<String, String> its = statistics.getOrDefault(Sql.name(column.name()), Map.of());
    Bounds bounds = bounds(file, column, its);
    if (held && folder.isPresent()) {
      requireSame(file, column, bounds);
    }
    Object low = bounds.low();
    Object high = bounds.high();
    return low == null || high == null ? null : transformed(file, field, column, low, high);
  }

  /** The least and the greatest value of a column; null: it has none. */
  private record Bounds(@Nullable Object low, @Nullable Object high) {}

  private Bounds bounds(InPlaceFile file, NestedField column, Map<String, String> its) {
    String rows = Long.toString(file.statistics().rows());
    if (rows.equals(its.get("null_count"))) {
      return new Bounds(null, null);
    }
    Optional<Object> low = parsed(column, its.get("min"));
    Optional<Object> high = parsed(column, its.get("max"));
    if (!"0".equals(its.get("null_count")) || low.isEmpty() || high.isEmpty()) {
      throw InPlacePlanner.unfit(
          file.object(),
          holds(file, column.fieldId())
              ? "its footer does not say that all of its rows are of one partition by '%s'"
                  .formatted(column.name())
              : "'%s' in its folder is no %s, as column '%s' is"
                  .formatted(its.get("min"), column.type(), column.name()));
    }
    return new Bounds(low.get(), high.get());
  }

  private static Optional<Object> parsed(NestedField column, @Nullable String text) {
    return text == null ? Optional.empty() : EngineValues.parse(column.type(), text);
  }

  private static void requireSame(InPlaceFile file, NestedField column, Bounds bounds) {
    String folder =
        file.folders()
            .getOrDefault(folder(file, column).orElseThrow(), Optional.empty())
            .orElse(null);
    Optional<Object> said = parsed(column, folder);
    boolean same =
        bounds.low() == null ? folder == null : said.isPresent() && said.get().equals(bounds.low());
    if (!same) {
      throw InPlacePlanner.unfit(
          file.object(),
          "its folder says that '%s' is '%s', and it holds another value"
              .formatted(column.name(), folder));
    }
  }

  private static @Nullable Object transformed(
      InPlaceFile file, PartitionField field, NestedField column, Object least, Object greatest) {
    @SuppressWarnings("unchecked")
    Transform<Object, Object> transform = (Transform<Object, Object>) field.transform();
    String word = transform.toString().replaceFirst("\\[.*", "");
    var function = transform.bind(column.type());
    Object low = function.apply(least);
    Object high = function.apply(greatest);
    boolean one =
        least.equals(greatest)
            || (IN_ORDER.contains(word) && Objects.equals(low, high))
            || transform.isVoid();
    if (!one) {
      throw InPlacePlanner.unfit(
          file.object(), "its rows are of several partitions by %s".formatted(field.name()));
    }
    return low;
  }
}
