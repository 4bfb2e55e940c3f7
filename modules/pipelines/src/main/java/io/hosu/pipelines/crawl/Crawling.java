package io.hosu.pipelines.crawl;

import io.hosu.events.DeadLetters;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.objects.Objects;
import io.hosu.pipelines.CrawledStages;
import io.hosu.pipelines.CrawledStages.Crawled;
import io.hosu.pipelines.DriftPolicy;
import io.hosu.pipelines.Execution;
import io.hosu.pipelines.Faults;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.Retry;
import io.hosu.pipelines.Running;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Stages;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Transforming;
import io.hosu.query.engine.Looker;
import io.hosu.store.Transaction;
import io.hosu.tables.LakeTable;
import io.hosu.tables.TablesError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What declared crawlers do: they look at the objects that came since they looked last, have a
 * stage load them, and let the table become what their policy allows; the rest they propose. May be
 * used from any thread.
 */
public final class Crawling implements Transforming {
  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(2);

  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  private final Stages stages;
  private final Crawler crawler;
  private final Proposing proposing;
  private final DeclaredTables declared;
  private final Placing placing;

  /** Crawlers of the stages of a lake, whose engines look at the objects. */
  public Crawling(
      Pipelines.Parts parts,
      Pipelines.Work work,
      Stages stages,
      Objects objects,
      Looker looker,
      DeclaredTables declared) {
    this.parts = parts;
    this.work = work;
    this.stages = stages;
    this.crawler = new Crawler(objects, work.files(), looker);
    this.declared = declared;
    this.proposing = new Proposing(parts.events(), parts.ids(), parts.clock(), declared);
    this.placing =
        new Placing(
            work,
            new PlacedObjects(objects, work.files(), looker),
            parts.database(),
            proposing,
            declared);
  }

  @Override
  public Prepared prepare(Work attempt) {
    if (!(attempt.stage().transform() instanceof Transform.Crawl crawl)) {
      throw new IllegalStateException(attempt.stage().name() + " is no crawler.");
    }
    return switch (crawl.load()) {
      case BY_STAGE -> new Attempt(attempt, crawl).prepare();
      case IN_PLACE -> placing.prepare(attempt, crawl);
    };
  }

  /** One attempt under way. */
  private final class Attempt {
    private final Work attempt;
    private final Crawler.Where where;
    private final TableName target;
    private final Optional<LakeTable> table;
    private final DriftPolicy policy;
    private final Outcome outcome;

    Attempt(Work attempt, Transform.Crawl crawl) {
      this.attempt = attempt;
      this.where = Crawler.Where.parse(crawl.place());
      this.target = attempt.stage().into().table();
      this.table = work.tables().find(target);
      this.policy = declared.declares(target) ? DriftPolicy.NEVER : crawl.drift();
      this.outcome = new Outcome(attempt, work.tables(), proposing);
    }

    Prepared prepare() {
      Optional<StageSpec> before = parts.database().read(this::loading);
      Crawler.Found found = crawler.look(where, attempt.objects());
      outcome.looked(found);
      if (found.tables().isEmpty()) {
        return outcome;
      }
      CrawledTable one = Crawler.only(found);
      StageSpec now = stage(one);
      if (before.isPresent()) {
        Optional<StageSpec> merged = Merging.of(before.get(), now, one, table);
        if (merged.isEmpty()) {
          found = crawler.crawl(outcome.caller(work.policy()), where, _ -> {});
          outcome.lookedAtAll(found);
          one = Crawler.only(found);
        }
        CrawledTable all = one;
        now = merged.orElseGet(() -> stage(all));
      }
      deviate(one, before, now);
      return outcome;
    }

    /** What the objects do not fit, and what loads them from now on. */
    private void deviate(CrawledTable one, Optional<StageSpec> before, StageSpec now) {
      Deviations deviations =
          table.map(it -> Deviations.of(it, one.valued(), policy)).orElse(Deviations.NONE);
      outcome.noteAll(deviations.impossible());
      boolean changes = before.isEmpty() || !before.get().equals(now);
      // A stage that reads what the table does not take yet would have all of it fail.
      boolean waits = before.isPresent() && !deviations.others().isEmpty();
      if (!deviations.others().isEmpty()) {
        Optional<Proposal> open =
            parts.database().read(tx -> ProposalRows.open(tx, attempt.stage().name(), target));
        Optional<Proposing.Stages> stage =
            waits && changes
                ? Optional.of(new Proposing.Stages(before.orElseThrow(), now, where.toString()))
                : Optional.empty();
        outcome.propose(
            proposing.draft(
                attempt.stage().name(),
                attempt.execution(),
                table.orElseThrow(),
                deviations.others(),
                stage,
                open));
      }
      if (changes && !waits) {
        outcome.then(tx -> load(tx, before, now));
      }
      if (before.isPresent() && !deviations.allowed().isEmpty()) {
        String by = "role:" + attempt.stage().name();
        DeadLetters letters = new DeadLetters(parts.queues());
        outcome.then(tx -> Unfitting.putBack(tx, letters, now.name(), by));
      }
      table.ifPresent(it -> outcome.allow(it, deviations.allowed()));
    }

    /** The stage that loads the table, if this crawler made one. */
    private Optional<StageSpec> loading(Transaction tx) {
      StageName name = Loading.stageFor(target);
      Optional<StageSpec> there = stages.find(tx, name);
      boolean own =
          CrawledStages.of(tx, attempt.stage().name()).stream()
              .anyMatch(made -> made.stage().equals(name));
      Optional<StageName> other =
          stages.list(tx).stream()
              .filter(one -> one.into().table().equals(target))
              .map(StageSpec::name)
              .filter(one -> !one.equals(attempt.stage().name()) && !(own && one.equals(name)))
              .findFirst();
      if (other.isPresent()) {
        throw new Invalid(
            PipelinesError.CRAWL_TARGET_TAKEN,
            "Table %s is written by stage %s.".formatted(target, other.get()),
            "Crawl into another table, or end what loads it: hosu crawlers remove " + target);
      }
      return there;
    }

    private StageSpec stage(CrawledTable one) {
      StageSpec found = new Loading(one, target).stage();
      boolean isNew = table.isEmpty();
      Target into = found.into();
      return new StageSpec(
          found.name(),
          found.on(),
          found.batch(),
          found.input(),
          found.transform(),
          new Target(
              target,
              into.mode(),
              into.key(),
              isNew ? into.partitionBy() : partitionBy(),
              into.sortBy(),
              policy),
          running(found.running()));
    }

    /** Where this crawler lets columns begin anew, what does not fit may fit in a moment. */
    private Running running(Running standard) {
      Retry.Waits waits = standard.retry().waits();
      return policy == DriftPolicy.ALL
          ? new Running(
              new Retry(
                  ATTEMPTS,
                  new Retry.Waits(FIRST_WAIT, waits.backoff(), waits.maxDelay(), waits.jitter()),
                  null,
                  Faults.of(List.of(TablesError.SCHEMA_INCOMPATIBLE.name()), List.of())),
              standard.timeout(),
              standard.concurrency(),
              standard.enabled(),
              standard.memory(),
              standard.breaker(),
              standard.priority())
          : standard;
    }

    /** What made the table said how it is partitioned. */
    private List<String> partitionBy() {
      return parts
          .database()
          .read(tx -> stages.find(tx, Loading.stageFor(target)))
          .map(there -> there.into().partitionBy())
          .orElse(List.of());
    }

    private void load(Transaction tx, Optional<StageSpec> before, StageSpec now) {
      if (!stages.find(tx, now.name()).equals(before)) {
        throw new Conflict(
            PipelinesError.CRAWL_TARGET_TAKEN,
            "Stage %s was changed meanwhile.".formatted(now.name()),
            "Look again.");
      }
      stages.put(tx, now);
      CrawledStages.put(
          tx,
          new Crawled(
              now.name(),
              where.toString(),
              target,
              "role:" + attempt.stage().name(),
              parts.clock().instant(),
              Optional.of(attempt.stage().name())));
      stages.crawlers().start(tx, now.name(), Execution.By.CRAWL);
    }
  }
}
