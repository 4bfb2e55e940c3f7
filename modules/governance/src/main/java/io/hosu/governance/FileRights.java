package io.hosu.governance;

import io.hosu.kernel.ObjectName;

/**
 * What somebody may do by a key for the files of one table: to objects, what it may do to the
 * table, as its grants are now. Belongs to one thread.
 */
final class FileRights {
  private final Rights rights;
  private final Principal principal;
  private final Bound.TableFiles files;

  FileRights(Rights rights, Principal principal, Bound.TableFiles files) {
    this.rights = rights;
    this.principal = principal;
    this.files = files;
  }

  /** As {@link Rights#decide} has it. */
  Decision decide(Permission permission, Resource resource) {
    if (!files.covers(permission, resource)) {
      Decision.Denied why = Refusals.missing(principal, permission, resource, Givers.UNKNOWN);
      return Refusals.bounded(principal, permission, resource, files, why);
    }
    Resource table = table();
    Principal wider = principal.acting(principal.acting().without(files));
    if (permission == Permission.READ_OBJECTS) {
      return select(wider);
    }
    Decision deletes = rights.decide(wider, Permission.DELETE, table);
    return deletes instanceof Decision.Allowed
        ? deletes
        : rights.decide(wider, Permission.INSERT, table);
  }

  /** As {@link Rights#visible} has it: the files, and the way to them. */
  boolean visible(Resource resource) {
    boolean onTheWay =
        resource instanceof Resource.ObjectKey(ObjectName name)
            && files.location().location().startsWith(name.location());
    return (onTheWay || files.covers(Permission.READ_OBJECTS, resource))
        && select(principal.acting(principal.acting().without(files))) instanceof Decision.Allowed;
  }

  private Decision select(Principal wider) {
    return files.keepsLimits()
        ? rights.explain(wider, Permission.SELECT, table())
        : rights.decide(wider, Permission.SELECT, table());
  }

  /** Under which name the table lies there now. */
  private Resource table() {
    ObjectName file = new ObjectName(files.location().bucket(), files.location().key() + "data/");
    return Resource.of(rights.tableOf(file).orElse(files.table()));
  }
}
