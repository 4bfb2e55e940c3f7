package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is told of its own grants and of what it may do. Who may give something is told all
 * of it; to others, tables and columns that they may not see do not exist, and conditions that
 * could tell of them, or that quote a value, are there but not written out. For one request.
 */
final class Knowledge {
  private static final int MOST_TABLES = 1000;

  private final Rights rights;
  private final Principal self;
  private final GrantFit fit;
  private @Nullable List<TableName> tables;

  Knowledge(Rights rights, Principal self, GrantFit fit) {
    this.rights = rights;
    this.self = self;
    this.fit = fit;
  }

  /** Whether it is told all that is granted on {@code resource}. */
  boolean isAll(Resource resource) {
    return Giving.may(rights, self, resource);
  }

  /** A grant to it, as far as it is told; nothing, when there is none for it to know of. */
  Optional<ObjectNode> grant(Grant grant) {
    ObjectNode json = GovernanceJson.grant(grant);
    if (isAll(grant.on())) {
      return Optional.of(json);
    }
    if (!isKnown(grant)) {
      return Optional.empty();
    }
    Predicate<String> known = columnsOf(grant.on());
    Columns columns = grant.terms().columns();
    List<String> names = columns.names().stream().filter(known).toList();
    if (!columns.except() && names.isEmpty()) {
      return Optional.empty();
    }
    tellColumns(json, columns.except(), names);
    tellConditions(json, grant.terms(), known);
    return Optional.of(json);
  }

  private boolean isKnown(Grant grant) {
    return switch (grant.on()) {
      case Resource.Lake _, Resource.Tagged _ -> true;
      case Resource.Table _, Resource.Column _ -> rights.visible(self, grant.on());
      case Resource.Domain _,
          Resource.Layer _,
          Resource.Dataset _,
          Resource.Pipeline _,
          Resource.Bucket _,
          Resource.ObjectKey _ ->
          !grant.denies() || rights.visible(self, grant.on());
    };
  }

  private static void tellColumns(ObjectNode json, boolean except, List<String> names) {
    if (!json.has("columns")) {
      return;
    }
    if (names.isEmpty()) {
      json.remove("columns");
      return;
    }
    ArrayNode told =
        except ? json.putObject("columns").putArray("except") : json.putArray("columns");
    names.forEach(told::add);
  }

  private static void tellConditions(ObjectNode json, Terms terms, Predicate<String> known) {
    terms.rows().ifPresent(rows -> json.put("rows", TellableSql.told(rows.sql(), known)));
    if (!(json.path("masks") instanceof ObjectNode masks)) {
      return;
    }
    terms
        .masks()
        .forEach((column, masking) -> {
          String mask = TellableSql.told(masking.mask(), known);
          if (!column.equals(Terms.EVERY) && !known.test(column)) {
            masks.remove(column);
          } else if (masking.when().isPresent()) {
            masks
                .putObject(column)
                .put("mask", mask)
                .put("when", TellableSql.told(masking.when().get().sql(), known));
          } else {
            masks.put(column, mask);
          }
        });
    if (masks.isEmpty()) {
      json.remove("masks");
    }
  }

  /** Whether it may do this, and why, as far as it is told. */
  ObjectNode decision(Permission permission, Resource on) {
    Decision decision = Reasons.explain(rights, self, permission, on);
    if (isAll(on)) {
      return GovernanceJson.decision(self, permission, on, decision);
    }
    Predicate<String> known = columnsOf(on);
    return GovernanceJson.decision(
        self,
        permission,
        on,
        unseen(permission, on).orElse(decision),
        new GovernanceJson.Telling(
            this::grant,
            sql -> TellableSql.told(sql, known),
            mask -> TellableSql.told(mask, known)));
  }

  /**
   * The refusal of what is not there for it; whether it is there for others makes no difference.
   */
  private Optional<Decision> unseen(Permission permission, Resource on) {
    Optional<TableName> table = table(on);
    if (table.isEmpty() || permission == Permission.CREATE_TABLE) {
      return Optional.empty();
    }
    if (!isKnown(table.get())) {
      return Optional.of(
          Refusals.unknown(self, permission, on, rights.givers(self, permission, on)));
    }
    return on instanceof Resource.Column column && !isKnown(table.get(), column.column())
        ? Optional.of(Refusals.noColumn(column, List.of(), columns(table.get())))
        : Optional.empty();
  }

  private static Optional<TableName> table(Resource on) {
    return switch (on) {
      case Resource.Table(TableName table) -> Optional.of(table);
      case Resource.Column(TableName table, _) -> Optional.of(table);
      case Resource.Lake _,
          Resource.Domain _,
          Resource.Layer _,
          Resource.Dataset _,
          Resource.Pipeline _,
          Resource.Bucket _,
          Resource.ObjectKey _,
          Resource.Tagged _ ->
          Optional.empty();
    };
  }

  private boolean isKnown(TableName table) {
    return fit.isThere(table) && rights.visible(self, Resource.of(table));
  }

  private boolean isKnown(TableName table, String column) {
    var all = fit.columns(table).keySet();
    return (all.isEmpty() || all.stream().anyMatch(column::equalsIgnoreCase))
        && rights.visible(self, new Resource.Column(table, column));
  }

  private List<String> columns(TableName table) {
    return fit.columns(table).keySet().stream()
        .filter(column -> rights.visible(self, new Resource.Column(table, column)))
        .toList();
  }

  /** Which columns it may know of, of a table or of those that something is around. */
  private Predicate<String> columnsOf(Resource on) {
    Optional<TableName> table = table(on);
    return table.isPresent()
        ? column -> isKnown(table.get(), column)
        : column ->
            tables().stream()
                .filter(other -> Covered.isIn(rights.state().tags(), on, other))
                .anyMatch(other -> isKnown(other, column));
  }

  /** Tables that it may know of: of a lake with very many, the first ones. */
  private List<TableName> tables() {
    List<TableName> found = tables;
    if (found == null) {
      found =
          new ArrayList<>(fit.tables().stream().filter(this::isKnown).limit(MOST_TABLES).toList());
      tables = found;
    }
    return found;
  }
}
