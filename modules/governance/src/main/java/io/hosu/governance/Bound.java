package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What narrows the rights with which a principal acts. A bound never adds any. */
public sealed interface Bound {

  /** Only what lies in these domains: the scope of a credential. */
  record Domains(NavigableSet<String> names) implements Bound {
    public Domains {
      names = Collections.unmodifiableNavigableSet(new TreeSet<>(names));
    }
  }

  /** Only what these grants allow, whoever they are to: the policy of a session. */
  record Session(List<Grant> grants) implements Bound {
    public Session {
      grants = List.copyOf(grants);
    }
  }

  /**
   * Only the files of one table: reading them is a matter of {@code SELECT} from all of the table,
   * writing new ones of {@code INSERT} or {@code DELETE}, instead of rights on objects.
   *
   * @param location where the table lies; ends in {@code /}. Its files are below {@code data/} and
   *     {@code metadata/} there
   * @param permissions what of {@code READ_OBJECTS} and {@code WRITE_OBJECTS} it is for
   * @param keepsLimits whether an engine reads by it that leaves out itself what must not be seen,
   *     so that it takes {@code SELECT} from a part of the table alone
   * @param inPlace an object elsewhere that it is for as well, to read: one that the table has
   *     among its files where it lies
   */
  record TableFiles(
      TableName table,
      ObjectName location,
      Set<Permission> permissions,
      boolean keepsLimits,
      Optional<ObjectName> inPlace)
      implements Bound {
    public TableFiles {
      permissions = Set.copyOf(permissions);
    }

    /** Whether an object lies where the table has the files of its own. */
    public boolean isPlaceOf(ObjectName name) {
      return name.bucket().equals(location.bucket())
          && (name.key().startsWith(location.key() + "data/")
              || name.key().startsWith(location.key() + "metadata/"));
    }

    /** Whether it is for doing this to {@code resource}, a file or the prefix of such. */
    boolean covers(Permission permission, Resource resource) {
      return permissions.contains(permission)
          && resource instanceof Resource.ObjectKey(ObjectName name)
          && (isPlaceOf(name)
              || (permission == Permission.READ_OBJECTS && inPlace.equals(Optional.of(name))));
    }

    TableFiles with(ObjectName other) {
      return new TableFiles(table, location, permissions, keepsLimits, Optional.of(other));
    }
  }

  /** Only what {@code other} may do too. */
  record Other(Principal other) implements Bound {}
}
