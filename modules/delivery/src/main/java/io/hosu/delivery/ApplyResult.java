package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AccessChanges;
import io.hosu.kernel.Json;
import java.util.List;

/**
 * What applying a lake project did, or would do.
 *
 * @param lake the name of the lake
 * @param hash of the project's files
 * @param dryRun whether nothing was done
 * @param changes in the order in which they are done; empty when the server was equal already
 * @param access what changes in who may do what
 * @param warnings of the project
 */
public record ApplyResult(
    String lake,
    String hash,
    boolean dryRun,
    List<Change> changes,
    AccessChanges access,
    List<Mistake> warnings) {
  public ApplyResult {
    changes = List.copyOf(changes);
    warnings = List.copyOf(warnings);
  }

  /** The fields {@code lake, hash, dry_run, changes, access, mistakes}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("lake", lake).put("hash", hash).put("dry_run", dryRun);
    ArrayNode array = json.putArray("changes");
    changes.forEach(change -> array.add(change.toJson()));
    ObjectNode who = json.putObject("access");
    ArrayNode differences = who.putArray("changes");
    access.changes().forEach(change -> differences.add(change.toJson()));
    ArrayNode odd = who.putArray("warnings");
    access.warnings().forEach(warning -> odd.add(warning.toJson()));
    ArrayNode mistakes = json.putArray("mistakes");
    warnings.forEach(warning -> mistakes.add(warning.toJson()));
    return json;
  }
}
