package io.hosu.objects;

import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.ObjectName;

/** Who may do what with objects, by the one policy. */
final class Access {
  private final Policy policy;

  Access(Policy policy) {
    this.policy = policy;
  }

  /**
   * Refuses who may not read the object.
   *
   * @throws Denied with what is missing
   */
  void requireRead(Caller caller, ObjectName name) {
    require(caller, Permission.READ_OBJECTS, name);
  }

  /**
   * Refuses who may not write the object.
   *
   * @throws Denied with what is missing
   */
  void requireWrite(Caller caller, ObjectName name) {
    require(caller, Permission.WRITE_OBJECTS, name);
  }

  /**
   * Refuses who acts by a key for the files of a table, when {@code version} is neither such a file
   * nor was put by the same principal: there may be other objects where the table lies.
   *
   * @throws Denied {@link ObjectsError#NOT_OF_TABLE}
   */
  static void requireOwn(Caller caller, ObjectVersion version) {
    Principal principal = caller.principal();
    if (principal.acting().files().isPresent()
        && !version.tableFile()
        && !version.principal().equals(principal.name())) {
      throw new Denied(
          ObjectsError.NOT_OF_TABLE,
          "%s is no file of the table that this key is for, and %s did not put it."
              .formatted(version.name(), principal),
          "Use an access key of your own, with a grant of READ_OBJECTS or WRITE_OBJECTS there.");
    }
  }

  /**
   * Refuses who may read nothing of what could begin with {@code prefix}. What there is does not
   * count: the answer must not tell it.
   *
   * @throws Denied with what is missing
   */
  void requireList(Caller caller, String bucket, String prefix) {
    policy.requireList(caller, bucket, prefix);
  }

  /** What the caller sees of {@code bucket} now. */
  Sight sight(Caller caller, String bucket) {
    return new Sight(policy.rights(), caller.principal(), bucket);
  }

  /** Whether the caller may write the object. */
  boolean mayWrite(Caller caller, ObjectName name) {
    Resource resource = new Resource.ObjectKey(name);
    return policy.decide(caller.principal(), Permission.WRITE_OBJECTS, resource)
        instanceof Decision.Allowed;
  }

  private void require(Caller caller, Permission permission, ObjectName name) {
    policy.require(caller, permission, new Resource.ObjectKey(name));
  }
}
