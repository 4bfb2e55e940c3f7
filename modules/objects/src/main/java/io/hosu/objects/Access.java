package io.hosu.objects;

import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.Optional;

/** Who may do what with objects, by the one policy. */
final class Access {
  private final Policy policy;

  Access(Policy policy) {
    this.policy = policy;
  }

  /**
   * Refuses who may not read the object. A file of a table that the caller may not know of looks as
   * if nothing were there.
   *
   * @throws Denied with what is missing
   * @throws NotFound {@link ObjectsError#OBJECT_NOT_FOUND}
   */
  void requireRead(Caller caller, ObjectName name) {
    Rights rights = policy.rights();
    Optional<TableName> table = rights.tableOf(name);
    if (table.isPresent()
        && caller.principal().acting().files().isEmpty()
        && !rights.visible(caller.principal(), Resource.of(table.get()))
        && rights.reaches(caller.principal(), Permission.READ_OBJECTS, name.bucket(), name.key())) {
      policy.hide(caller, Permission.READ_OBJECTS, new Resource.ObjectKey(name));
      throw Objects.notFound(name);
    }
    require(caller, Permission.READ_OBJECTS, name);
  }

  /**
   * Passes on a version that may be read. Nobody knows any more of which table a file was whose
   * table was dropped before places of tables were kept: it can be read by nobody.
   *
   * @throws NotFound {@link ObjectsError#OBJECT_NOT_FOUND}
   */
  ObjectVersion requireReadable(Caller caller, ObjectVersion version) {
    if (!isInPlace(caller, version)) {
      requireOwn(caller, version);
    }
    if (version.tableFile() && policy.rights().tableOf(version.name()).isEmpty()) {
      throw Objects.notFound(version.name());
    }
    return version;
  }

  /** Whether the table for whose files the caller has a key has this one where it lies. */
  private static boolean isInPlace(Caller caller, ObjectVersion version) {
    return caller
        .principal()
        .acting()
        .files()
        .filter(files -> files.location().toString().equals(version.inPlace()))
        .isPresent();
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
