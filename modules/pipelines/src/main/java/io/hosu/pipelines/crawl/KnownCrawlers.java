package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.CrawledStages;
import io.hosu.pipelines.CrawledStages.Crawled;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.StageStatus;
import io.hosu.pipelines.Stages;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Crawlers as they are told of: those that a lake project declares, and those made by hand. */
final class KnownCrawlers {
  private KnownCrawlers() {}

  /**
   * A crawler.
   *
   * @param by the declared crawler, or else the stage that loads what was crawled by hand
   * @param json all that is told of it
   */
  record Known(StageName by, TableName target, ObjectNode json) {}

  /** Every one, by table. */
  static List<Known> of(Transaction tx, Stages stages, Function<StageSpec, StageStatus> status) {
    List<Known> all = new ArrayList<>();
    List<Crawled> crawled = CrawledStages.after(tx, "", Integer.MAX_VALUE);
    for (StageSpec stage : stages.crawlers().list(tx)) {
      if (stage.transform() instanceof Transform.Crawl crawl) {
        Optional<Crawled> made =
            crawled.stream()
                .filter(one -> one.crawler().equals(Optional.of(stage.name())))
                .findFirst();
        all.add(
            new Known(
                stage.name(),
                stage.into().table(),
                declared(stage, crawl, made)
                    .put("proposals", Proposals.open(tx, stage.name()))
                    .put("status", status.apply(stage).name())));
      }
    }
    for (Crawled one : crawled) {
      if (one.crawler().isEmpty()) {
        all.add(new Known(one.stage(), one.target(), byHand(one)));
      }
    }
    all.sort(Comparator.comparing(known -> known.target().toString()));
    return all;
  }

  static ObjectNode json(Known known) {
    return known.json();
  }

  private static ObjectNode declared(
      StageSpec stage, Transform.Crawl crawl, Optional<Crawled> made) {
    ObjectNode json = Json.object().put("name", stage.name().toString());
    json.put("table", stage.into().table().toString()).put("place", crawl.place());
    json.put("stage", made.map(one -> one.stage().toString()).orElse(null));
    json.put("load", crawl.load().word());
    json.put("drift", crawl.drift().word());
    json.put("schedule", schedule(stage));
    json.put("principal", "role:" + stage.name());
    json.put("crawled_at", made.map(one -> Instants.print(one.at())).orElse(null));
    return json;
  }

  private static @Nullable String schedule(StageSpec stage) {
    return stage.on() instanceof Trigger.Gathered gathered
        ? gathered.at().schedule().expression()
        : null;
  }

  private static ObjectNode byHand(Crawled crawled) {
    ObjectNode json = Crawls.json(crawled);
    json.putNull("name").put("load", "by-stage").putNull("drift").putNull("schedule");
    return json.put("proposals", 0).putNull("status");
  }
}
