package io.hosu.e2e;

import io.hosu.e2e.MatrixDoors.Answer;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.governance.Permission;
import java.util.EnumSet;
import java.util.Set;

/**
 * One request that asks for a permission.
 *
 * @param door by which it comes
 * @param permission what it asks for
 * @param also what it asks for besides
 * @param on the resource on which a grant is enough for it: the lake, or the domain {@code shop}
 * @param what what it does, for people
 * @param shows what an answer holds to whom it is allowed; empty: its success says that
 * @param request sends it
 */
record MatrixAct(
    String door,
    Permission permission,
    Set<Permission> also,
    String on,
    String what,
    String shows,
    Request request) {

  /** Sends a request as somebody. */
  @FunctionalInterface
  interface Request {
    Answer send(MatrixDoors doors, Credentials who) throws Exception;
  }

  /** What it takes. */
  Set<Permission> needed() {
    EnumSet<Permission> all = EnumSet.of(permission);
    all.addAll(also);
    return all;
  }

  /** All that can be had there, but what it asks for and what includes that. */
  Set<Permission> allBut() {
    EnumSet<Permission> all = EnumSet.allOf(Permission.class);
    all.remove(permission);
    if (!permission.isData()) {
      all.remove(Permission.ADMIN);
    }
    return all;
  }

  /** Whether something else than it can be had there without it: all else includes DESCRIBE. */
  boolean canLack() {
    return permission != Permission.DESCRIBE;
  }

  /** Whether whoever is an administrator and nothing else may do it. */
  boolean isForAdministrators() {
    return needed().stream().noneMatch(Permission::isData);
  }

  /** Whether the answer is that of a request that was allowed. */
  boolean isAllowed(Answer answer) {
    return answer.isSuccess() && answer.text().contains(shows);
  }
}
