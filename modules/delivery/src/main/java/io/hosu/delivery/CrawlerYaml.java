package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.CrawlerDraft;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.kernel.Durations;
import io.hosu.pipelines.DeclaredCrawlers;
import io.hosu.pipelines.DriftPolicy;
import io.hosu.pipelines.Retry;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes the declaration of a crawler from YAML that was checked. */
final class CrawlerYaml {
  private CrawlerYaml() {}

  static StageSpec read(CrawlerDraft crawler) {
    Mapping yaml = crawler.yaml();
    DriftPolicy drift =
        yaml.text("drift")
            .map(word -> DriftPolicy.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
            .orElse(CrawlerShape.STANDARD_DRIFT);
    Transform.Crawl crawl =
        new Transform.Crawl(
            crawler.placeText(),
            drift,
            yaml.text("load").equals(Optional.of(CrawlerShape.IN_PLACE))
                ? Transform.Crawl.Load.IN_PLACE
                : Transform.Crawl.Load.BY_STAGE);
    Optional<Trigger.Scheduled> at = yaml.find("schedule").map(_ -> ScheduleYaml.read(yaml));
    return DeclaredCrawlers.stage(
        crawler.domain(),
        crawler.name(),
        crawl,
        new Target(
            crawler.target().orElseThrow(),
            Target.Mode.APPEND,
            List.of(),
            List.of(),
            List.of(),
            drift),
        at,
        at.isPresent()
            ? Duration.ZERO
            : Durations.parse(yaml.text("window").orElse(CrawlerShape.STANDARD_WINDOW)),
        StageReader.running(yaml, Retry.STANDARD));
  }
}
