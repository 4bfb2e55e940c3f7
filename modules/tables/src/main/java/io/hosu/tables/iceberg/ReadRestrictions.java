package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.ColumnNames;
import io.hosu.governance.Limits;
import io.hosu.governance.Mask;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types;

/**
 * Limits of a table as {@code read-restrictions} of the protocol: rows by one expression, columns
 * by what is to be done with them, both by field ids. What the protocol has no word for is not
 * shown: a column is NULL then, and rows have no restrictions at all.
 */
final class ReadRestrictions {
  private final TableMetadata metadata;
  private final Limits limits;
  private final RowFilter.Names rowNames;

  /**
   * The restrictions that say {@code limits}.
   *
   * @param limits of all {@link #names}, with the attributes of who asks in them
   * @param former as {@code Policy.formerNames} has them: rows may be said by them
   */
  ReadRestrictions(TableMetadata metadata, Limits limits, Map<String, String> former) {
    this.metadata = metadata;
    this.rowNames = new RowFilter.Names(metadata.schema(), former);
    this.limits = limits;
  }

  /**
   * How the policy calls every column that the table has or had: an engine that reads an earlier
   * snapshot sees columns that are gone, and all that are not restricted are seen as they are.
   */
  static List<String> names(TableMetadata metadata) {
    Set<String> names = new LinkedHashSet<>();
    fields(metadata)
        .values()
        .forEach(field -> field.forEach(one -> names.add(nameOf(metadata.schema(), one))));
    return List.copyOf(names);
  }

  /** As the table calls it now, or what stands for one that it has no more. */
  private static String nameOf(Schema now, Types.NestedField field) {
    Types.NestedField same = now.asStruct().field(field.fieldId());
    return same == null || ColumnNames.isGone(same.name())
        ? ColumnNames.gone(field.name(), field.fieldId())
        : same.name();
  }

  /** The columns in all schemas of the table by field id, those of the present schema first. */
  private static Map<Integer, List<Types.NestedField>> fields(TableMetadata metadata) {
    List<Schema> schemas = new ArrayList<>();
    schemas.add(metadata.schema());
    schemas.addAll(metadata.schemas());
    Map<Integer, List<Types.NestedField>> all = new LinkedHashMap<>();
    for (Schema schema : schemas) {
      for (Types.NestedField field : schema.columns()) {
        all.computeIfAbsent(field.fieldId(), _ -> new ArrayList<>()).add(field);
      }
    }
    return all;
  }

  /**
   * As the answer to a load has it.
   *
   * @throws RowFilter.Inexpressible when the rows cannot be said
   */
  ObjectNode toJson() throws RowFilter.Inexpressible {
    ObjectNode json = Json.object();
    ArrayNode projections = Json.mapper().createArrayNode();
    for (var field : fields(metadata).entrySet()) {
      action(field.getValue())
          .ifPresent(action ->
              projections.addObject().put("action", action).put("field-id", field.getKey()));
    }
    if (!projections.isEmpty()) {
      json.set("required-column-projections", projections);
    }
    JsonNode filter = filter();
    if (!filter.equals(BooleanNode.TRUE)) {
      json.set("required-row-filter", filter);
    }
    return json;
  }

  private JsonNode filter() throws RowFilter.Inexpressible {
    JsonNode some = BooleanNode.valueOf(limits.rows().isEmpty());
    for (String row : limits.rows()) {
      some = RowFilter.both("or", some, RowFilter.where(rowNames, row));
    }
    for (String denied : limits.deniedRows()) {
      some = RowFilter.both("and", some, RowFilter.whereFalse(rowNames, denied));
    }
    return some;
  }

  /** What is to be done with a column; nothing for one that is seen as it is, whatever its name. */
  private Optional<String> action(List<Types.NestedField> field) {
    Set<String> actions = new LinkedHashSet<>();
    for (Types.NestedField one : field) {
      Optional<Limits.Sight> sight = limits.everywhere(nameOf(metadata.schema(), one));
      if (sight.isEmpty()) {
        actions.add(hidden(field));
      } else if (sight.get().mask() != null) {
        actions.add(masked(sight.get().mask(), one).orElseGet(() -> hidden(field)));
      } else {
        actions.add("");
      }
    }
    String only = actions.size() == 1 ? actions.iterator().next() : hidden(field);
    return only.isEmpty() ? Optional.empty() : Optional.of(only);
  }

  private static String hidden(List<Types.NestedField> field) {
    return field.stream().anyMatch(Types.NestedField::isRequired)
        ? "mask-to-fixed-value"
        : "replace-with-null";
  }

  /**
   * The action that shows no more than the mask. {@code show-last-4} shows all of a short text, and
   * {@code sha-256-global} can be computed by whoever guesses a value.
   */
  private static Optional<String> masked(Mask mask, Types.NestedField field) {
    return switch (mask) {
      case Mask.Constant _ -> Optional.of("mask-to-fixed-value");
      case Mask.Hash _, Mask.Token _ ->
          switch (field.type().typeId()) {
            case STRING, INTEGER, LONG, BINARY -> Optional.of("sha-256-query-local");
            default -> Optional.empty();
          };
      case Mask.Year _ -> ofDays(field, "truncate-to-year");
      case Mask.Month _ -> ofDays(field, "truncate-to-month");
      case Mask.Null _,
          Mask.Range _,
          Mask.Phone _,
          Mask.Email _,
          Mask.Last _,
          Mask.First _,
          Mask.Sql _ ->
          Optional.empty();
    };
  }

  private static Optional<String> ofDays(Types.NestedField field, String action) {
    return switch (field.type().typeId()) {
      case DATE, TIMESTAMP, TIMESTAMP_NANO -> Optional.of(action);
      default -> Optional.empty();
    };
  }
}
