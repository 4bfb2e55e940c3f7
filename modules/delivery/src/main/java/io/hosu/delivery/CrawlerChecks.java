package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.CrawlerDraft;
import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.DeclaredCrawlers;
import java.util.HashMap;
import java.util.Map;

/** Checks what each crawler refers to, and whether others are in its way. */
final class CrawlerChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final Map<TableName, String> writers = new HashMap<>();

  CrawlerChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
    for (StageDraft stage : draft.stages) {
      stage.target().ifPresent(table -> writers.putIfAbsent(table, "the stage " + stage.name()));
    }
  }

  void check() {
    for (CrawlerDraft crawler : draft.crawlers) {
      crawler.yaml().scalar("place").ifPresent(place -> place(crawler, place));
      crawler.yaml().scalar("into").ifPresent(into -> into(crawler, into));
      ScheduleYaml.check(crawler.yaml(), mistakes);
      window(crawler);
      name(crawler);
    }
  }

  private void place(CrawlerDraft crawler, Scalar place) {
    if (TextForm.PLACE.problem(place.text()).isPresent()) {
      return;
    }
    String[] parts = place.text().split("/", 3);
    if (NameChecks.requireLayer(draft, mistakes, parts[0], place.place())
        && !parts[1].equals(crawler.domain())) {
      mistakes.error(
          place.place(),
          "The place '%s' does not lie in the domain of its crawler.".formatted(place.text()),
          "Begin it with %s/%s/.".formatted(parts[0], crawler.domain()));
    }
  }

  private void into(CrawlerDraft crawler, Scalar into) {
    crawler
        .target()
        .ifPresent(table -> {
          NameChecks.requireLayer(draft, mistakes, table.layer(), into.place());
          String other = writers.putIfAbsent(table, "the crawler " + crawler.stage());
          if (other != null) {
            mistakes.error(
                into.place(),
                "The table %s is written by %s too.".formatted(table, other),
                "Crawl into a table of its own.");
          }
        });
  }

  private void window(CrawlerDraft crawler) {
    crawler
        .yaml()
        .entry("window")
        .filter(_ -> crawler.yaml().entry("schedule").isPresent())
        .ifPresent(window ->
            mistakes.error(
                window.place(),
                "'window' has no meaning here: the schedule says when it looks.",
                "Remove one of the two."));
  }

  /** Crawlers are stages of a pipeline that the lake makes. */
  private void name(CrawlerDraft crawler) {
    StageName name = crawler.stage();
    draft.stages.stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .ifPresent(stage ->
            mistakes.error(
                crawler.place(),
                "The crawler has the name of a stage, %s, which is declared at %s."
                    .formatted(name, stage.place()),
                "Rename the pipeline: the crawlers of a domain are stages of '%s'."
                    .formatted(DeclaredCrawlers.PIPELINE)));
  }
}
