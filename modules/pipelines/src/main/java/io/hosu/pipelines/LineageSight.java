package io.hosu.pipelines;

import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.util.function.Predicate;

/**
 * What somebody may know of lineage: the rest is as good as not there.
 *
 * @param stages which stages
 * @param named which tables and columns
 * @param part of which tables not all rows and cells are shown
 * @param objects which globs name objects that may be read
 */
record LineageSight(
    Predicate<StageName> stages,
    Predicate<Resource> named,
    Predicate<TableName> part,
    Predicate<String> objects) {
  /** Everything. */
  static final LineageSight ALL = new LineageSight(_ -> true, _ -> true, _ -> false, _ -> true);

  /** What {@code principal} may know of by {@code rights}. */
  static LineageSight of(Rights rights, Principal principal) {
    return new LineageSight(
        Seen.of(rights, principal).stages(),
        resource -> rights.visible(principal, resource),
        table -> rights.seesPart(principal, table),
        glob -> mayRead(glob, rights, principal));
  }

  private static boolean mayRead(String glob, Rights rights, Principal principal) {
    int wild = 0;
    while (wild < glob.length() && "*?{[".indexOf(glob.charAt(wild)) < 0) {
      wild++;
    }
    String prefix = glob.substring(0, wild);
    int slash = prefix.indexOf('/');
    return slash > 0
        && rights.reaches(
            principal,
            Permission.READ_OBJECTS,
            prefix.substring(0, slash),
            prefix.substring(slash + 1));
  }
}
