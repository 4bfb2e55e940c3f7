package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.util.List;
import java.util.Map;

/**
 * The difference of effective rights between two states: who gains or loses what, whatever grants,
 * groups, tags, attributes or owners make it so.
 *
 * @param changes of all principals, those of the same kind as one
 * @param warnings about grants as they will be, and about what will be seen
 */
public record AccessChanges(List<AccessChange> changes, List<AccessWarning> warnings) {
  /** No difference, and nothing to warn of. */
  public static final AccessChanges NONE = new AccessChanges(List.of(), List.of());

  public AccessChanges {
    changes = List.copyOf(changes);
    warnings = List.copyOf(warnings);
  }

  /**
   * Compares two states.
   *
   * @param tables all tables that there are before or after, with the columns that each has or will
   *     have, as far as they are known; of others nothing is said
   */
  public static AccessChanges between(
      AccessState before, AccessState after, Map<TableName, List<String>> tables) {
    AccessComparison comparison = new AccessComparison(before, after, tables);
    return new AccessChanges(comparison.changes(), comparison.warnings());
  }
}
