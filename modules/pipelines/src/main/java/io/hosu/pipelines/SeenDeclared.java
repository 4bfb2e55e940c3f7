package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.TableName;
import java.util.List;

/**
 * What somebody who may know of a stage is told of what is declared of it: no table that must not
 * be known, and no columns of one of which some may be hidden.
 */
final class SeenDeclared {
  private final Rights rights;
  private final Principal principal;

  SeenDeclared(Rights rights, Principal principal) {
    this.rights = rights;
    this.principal = principal;
  }

  /** Takes out of {@code declared}, as the API has it, what is not told. */
  void hide(ObjectNode declared) {
    if (declared.path("on").path("tables") instanceof ArrayNode tables) {
      tables.removeIf(table -> !isKnown(name(table)));
    }
    if (!(declared.path("into") instanceof ObjectNode into)) {
      return;
    }
    TableName target = name(into.path("table"));
    if (!isKnown(target)) {
      into.remove("table");
    }
    if (!isKnown(target) || rights.seesPart(principal, target)) {
      into.remove(List.of("key", "partition_by", "sort_by"));
      if (declared.path("format") instanceof ObjectNode format) {
        format.remove("columns");
      }
    }
  }

  private static TableName name(JsonNode table) {
    return TableName.parse(table.asText());
  }

  private boolean isKnown(TableName table) {
    return rights.visible(principal, Resource.of(table));
  }
}
