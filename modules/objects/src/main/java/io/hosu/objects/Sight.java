package io.hosu.objects;

import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.ObjectName;
import java.util.HashMap;
import java.util.Map;

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
    return group.endsWith("/") && rights.visible(principal, resource)
        ? Extent.SOME
        : Extent.NOTHING;
  }

  private boolean may(Resource resource) {
    return rights.decide(principal, Permission.READ_OBJECTS, resource) instanceof Decision.Allowed;
  }
}
