package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;

/**
 * What applying a lake project did, or would do.
 *
 * @param lake the name of the lake
 * @param hash of the project's files
 * @param dryRun whether nothing was done
 * @param changes in the order in which they are done; empty when the server was equal already
 * @param warnings of the project
 */
public record ApplyResult(
    String lake, String hash, boolean dryRun, List<Change> changes, List<Mistake> warnings) {
  public ApplyResult {
    changes = List.copyOf(changes);
    warnings = List.copyOf(warnings);
  }

  /** The fields {@code lake, hash, dry_run, changes, mistakes}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("lake", lake).put("hash", hash).put("dry_run", dryRun);
    ArrayNode array = json.putArray("changes");
    changes.forEach(change -> array.add(change.toJson()));
    ArrayNode mistakes = json.putArray("mistakes");
    warnings.forEach(warning -> mistakes.add(warning.toJson()));
    return json;
  }
}
