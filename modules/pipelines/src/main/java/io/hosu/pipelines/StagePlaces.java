package io.hosu.pipelines;

import io.hosu.governance.Resource;
import io.hosu.kernel.Glob;
import java.util.List;

/** Where the objects lie that a stage may read; its whole domain where that is not known closer. */
final class StagePlaces {
  private StagePlaces() {}

  static List<Resource> of(StageSpec stage) {
    if (stage.transform() instanceof Transform.Crawl crawl) {
      return List.of(place(stage, crawl.place()));
    }
    return switch (stage.on().source()) {
      case Trigger.Objects(var globs) -> places(stage, globs);
      case Trigger.All(var globs, _) -> places(stage, globs);
      case Trigger.Tables _ -> List.of();
      case Trigger.Manifest _,
          Trigger.Pattern _,
          Trigger.Scheduled _,
          Trigger.Gathered _,
          Trigger.ByHand _ ->
          List.of(new Resource.Domain(stage.name().domain()));
    };
  }

  private static List<Resource> places(StageSpec stage, List<String> globs) {
    return globs.stream().map(glob -> place(stage, Glob.of(glob).prefix())).toList();
  }

  private static Resource place(StageSpec stage, String prefix) {
    int slash = prefix.indexOf('/');
    return slash < 0
        ? new Resource.Domain(stage.name().domain())
        : Resource.objects(prefix.substring(0, slash), prefix.substring(slash + 1));
  }
}
