package io.hosu.objects;

import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.ObjectName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which keys of a bucket a principal may read, as its rights were at one moment. Belongs to one
 * thread.
 */
final class Sight {
  private final Rights rights;
  private final Principal principal;
  private final String bucket;
  private final Map<String, Extent> known = new HashMap<>();

  Sight(Rights rights, Principal principal, String bucket) {
    this.rights = rights;
    this.principal = principal;
    this.bucket = bucket;
  }

  /** How much of a group of keys is seen. */
  enum Extent {
    ALL,
    SOME,
    NOTHING
  }

  /**
   * What keys are seen like this one: the folder of a table's files, or the key up to and with its
   * second slash, or the whole key.
   */
  String group(String key) {
    Optional<ObjectName> folder = rights.tableFolder(new ObjectName(bucket, key));
    if (folder.isPresent()) {
      return folder.get().key();
    }
    int slash = key.indexOf('/', key.indexOf('/') + 1);
    return key.indexOf('/') < 0 || slash < 0 ? key : key.substring(0, slash + 1);
  }

  /**
   * How much is seen of the keys that begin with {@code group}, which ends in a slash; or of one
   * key.
   */
  Extent of(String group) {
    return known.computeIfAbsent(group, this::decide);
  }

  /** Whether this key is seen. */
  boolean sees(String key) {
    return may(new Resource.ObjectKey(new ObjectName(bucket, key)));
  }

  private Extent decide(String group) {
    Resource resource = new Resource.ObjectKey(new ObjectName(bucket, group));
    if (may(resource)) {
      return Extent.ALL;
    }
    return group.endsWith("/") && !isOfHiddenTable(group) && rights.visible(principal, resource)
        ? Extent.SOME
        : Extent.NOTHING;
  }

  private boolean isOfHiddenTable(String group) {
    return rights
        .tableOf(new ObjectName(bucket, group))
        .map(table -> rights.decide(principal, Permission.SELECT, Resource.of(table)))
        .filter(Decision.Denied.class::isInstance)
        .isPresent();
  }

  private boolean may(Resource resource) {
    return rights.decide(principal, Permission.READ_OBJECTS, resource) instanceof Decision.Allowed;
  }
}
