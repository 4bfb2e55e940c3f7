package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Set;
import java.util.TreeSet;

/** What must be so of a grant for it to mean something. */
final class GrantChecks {
  private GrantChecks() {}

  static void check(
      Grant.Effect effect, Grantee to, Set<Permission> permissions, Resource on, Terms terms) {
    if (permissions.isEmpty()) {
      throw invalid(
          "A grant on %s to %s allows nothing.".formatted(on, to),
          "Name at least one permission, for example SELECT.");
    }
    if (on instanceof Resource.Column(var table, String column)) {
      throw invalid(
          "A grant on a column names the table, and the column apart: %s.".formatted(on),
          "Write on: %s, columns: [%s]".formatted(table, column));
    }
    permissions.forEach(permission -> requireApplies(permission, on));
    if (terms.limits()) {
      requireTables(effect, permissions, on);
      requireMasks(effect, on, terms);
    }
  }

  private static void requireApplies(Permission permission, Resource on) {
    if (!permission.appliesTo(on)) {
      var fitting = new TreeSet<Permission>();
      for (Permission other : Permission.values()) {
        if (other.appliesTo(on)) {
          fitting.add(other);
        }
      }
      throw invalid(
          "%s means nothing on %s.".formatted(permission, on),
          "Use permissions that it has: %s.".formatted(fitting));
    }
  }

  private static void requireTables(Grant.Effect effect, Set<Permission> permissions, Resource on) {
    Set<Permission> fitting =
        effect == Grant.Effect.DENY
            ? Set.of(Permission.SELECT)
            : Set.of(Permission.SELECT, Permission.DESCRIBE);
    for (Permission permission : permissions) {
      if (!fitting.contains(permission)) {
        throw invalid(
            "%s on %s cannot be limited to columns or rows, nor masked: only SELECT can."
                .formatted(permission, on),
            "Write two grants: SELECT with columns, rows and masks, and %s without."
                .formatted(permission));
      }
    }
  }

  private static void requireMasks(Grant.Effect effect, Resource on, Terms terms) {
    if (effect == Grant.Effect.DENY && !terms.masks().isEmpty()) {
      throw invalid(
          "A deny on %s has masks, but what is denied is not seen at all.".formatted(on),
          "Remove masks, or write allow with masks.");
    }
    for (String column : terms.masks().keySet()) {
      if (!column.equals(Terms.EVERY) && !terms.columns().has(column)) {
        throw invalid(
            "The column '%s' is masked, but not among the columns of the grant on %s."
                .formatted(column, on),
            "Remove its mask, or name it in columns.");
      }
    }
  }

  private static Invalid invalid(String what, String remedy) {
    return new Invalid(GovernanceError.GRANT_INVALID, what, remedy);
  }
}
