package io.hosu.pipelines;

import io.hosu.kernel.Ids;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The stages that are crawlers of a lake project: those of the pipeline {@value #PIPELINE}, which
 * look at objects and have other stages load them. May be used from any thread.
 */
public final class DeclaredCrawlers {
  /** The pipeline of a domain that all its crawlers are stages of. */
  public static final String PIPELINE = "crawlers";

  /** At most how many objects one execution looks at. */
  public static final int MOST_OBJECTS = 10_000;

  private final Stages stages;
  private final DispatcherInbox inbox;
  private final InstantSource clock;
  private final Ids ids;

  DeclaredCrawlers(Stages stages, DispatcherInbox inbox, InstantSource clock, Ids ids) {
    this.stages = stages;
    this.inbox = inbox;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * The stage that a declared crawler is.
   *
   * @param name in its domain
   * @param at when it looks at what came; empty: as it comes
   * @param window how long the first object waits for others
   */
  public static StageSpec stage(
      String domain,
      String name,
      Transform.Crawl crawl,
      Target into,
      Optional<Trigger.Scheduled> at,
      Duration window,
      Running running) {
    Trigger objects =
        new Trigger.Objects(List.of(crawl.place().replace("{", "{{").replace("}", "}}") + "**"));
    return new StageSpec(
        new StageName(domain, PIPELINE, name),
        at.<Trigger>map(time -> new Trigger.Gathered(objects, time)).orElse(objects),
        new Batch(MOST_OBJECTS, window, 1, Optional.empty(), Long.MAX_VALUE),
        new Input(
            FormatSpec.BY_ENDING,
            BadRecords.FAIL,
            Input.standardTolerance(BadRecords.FAIL),
            Reprocess.CHANGED,
            Versions.KEEP,
            Input.STANDARD.maxRecordBytes()),
        crawl,
        into,
        running);
  }

  /** Whether a stage is a crawler. */
  public static boolean isCrawler(StageSpec stage) {
    return stage.transform() instanceof Transform.Crawl;
  }

  /** Every crawler as this transaction sees it, by name. */
  public List<StageSpec> list(Transaction tx) {
    return stages.list(tx).stream().filter(DeclaredCrawlers::isCrawler).toList();
  }

  /**
   * Makes a crawler part of the lake, or puts it in the place of the one of its name. It begins
   * with what lies there and was not looked at; what it had loaded elsewhere is loaded no longer.
   */
  public void put(Transaction tx, StageSpec crawler) {
    if (stages.put(tx, crawler)) {
      CrawledStages.of(tx, crawler.name()).stream()
          .filter(made -> isObsolete(made, crawler))
          .forEach(made -> end(tx, made));
      if (crawler.running().enabled()) {
        start(tx, crawler.name(), Execution.By.CRAWL);
      }
    }
  }

  private static boolean isObsolete(CrawledStages.Crawled made, StageSpec crawler) {
    return !made.target().equals(crawler.into().table())
        || (crawler.transform() instanceof Transform.Crawl crawl
            && crawl.load() == Transform.Crawl.Load.IN_PLACE);
  }

  /** Takes a crawler out of the lake, with the stage that loads what it found. Its table stays. */
  public void remove(Transaction tx, StageName crawler) {
    CrawledStages.of(tx, crawler).forEach(made -> end(tx, made));
    stages.remove(tx, crawler);
  }

  private void end(Transaction tx, CrawledStages.Crawled made) {
    stages.remove(tx, made.stage());
    CrawledStages.forget(tx, made.stage());
  }

  /** Has a stage process what lies there and was not processed. */
  public Execution start(Transaction tx, StageName stage, Execution.By by) {
    Instant now = clock.instant();
    var start = new ExecutionRows.Start(ids.next(), stage, by, null);
    Execution execution = ExecutionRows.insertPending(tx, start, List.of(), 0, 0, now);
    tx.afterCommit(() -> inbox.waiting(new ExecutionRows.Waiting(execution.id(), stage, now)));
    return execution;
  }

  /** Has a crawler look again at all objects that it looked at, at once. */
  public void startAgain(Transaction tx, StageName crawler) {
    StageInputs.deleteAll(tx, crawler);
    start(tx, crawler, Execution.By.CRAWL);
  }
}
