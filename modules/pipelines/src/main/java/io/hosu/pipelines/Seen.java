package io.hosu.pipelines;

import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.StageName;
import java.util.function.Predicate;

/**
 * What somebody may know of: the rest is as good as not there.
 *
 * @param stages of which stages
 * @param domains of the events of which domains; the empty name is that of no domain
 */
public record Seen(Predicate<StageName> stages, Predicate<String> domains) {
  /** Everything. */
  public static final Seen ALL = new Seen(_ -> true, _ -> true);

  /** What {@code principal} may know of by {@code rights}. */
  public static Seen of(Rights rights, Principal principal) {
    return new Seen(
        stage -> rights.visible(principal, pipeline(stage)),
        domain ->
            domain.isEmpty()
                ? rights.decide(principal, Permission.DESCRIBE, new Resource.Lake())
                    instanceof Decision.Allowed
                : rights.visible(principal, new Resource.Domain(domain)));
  }

  /** What rights on the pipeline of a stage are on. */
  static Resource pipeline(StageName stage) {
    return new Resource.Pipeline(stage.domain(), stage.pipeline());
  }
}
