package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.CrawledStages;
import io.hosu.pipelines.CrawledStages.Crawled;
import io.hosu.pipelines.Execution;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Transform.Crawl.Load;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Crawls objects, and has a stage load what was found: it takes up at once what lies there, and
 * what comes later as it comes; or has what lies there become files of tables in place. May be used
 * from any thread.
 */
public final class Crawls {
  private final Database database;
  private final Crawler crawler;
  private final Pipelines pipelines;
  private final Tables tables;
  private final Policy policy;
  private final InstantSource clock;
  private final RunningLooks looks;
  private final InPlaceCrawl inPlace;

  public Crawls(
      Database database,
      Crawler crawler,
      Pipelines pipelines,
      Tables tables,
      Policy policy,
      InstantSource clock,
      RunningLooks looks,
      FilesInPlace files) {
    this.database = database;
    this.crawler = crawler;
    this.pipelines = pipelines;
    this.tables = tables;
    this.policy = policy;
    this.clock = clock;
    this.looks = looks;
    this.inPlace = new InPlaceCrawl(files);
  }

  /** What is asked for: where, and what becomes of what is found. */
  record Wanted(Crawler.Where where, Optional<TableName> into, Load load, boolean dryRun) {}

  /**
   * Crawls, and has what was found loaded, or made files of tables where it lies.
   *
   * @throws Invalid {@link PipelinesError#CRAWL_NOT_ONE_TABLE} when there is no table to load, or
   *     more than one; {@link TablesError#FILE_UNFIT} when objects cannot stay where they lie
   * @throws Conflict {@link PipelinesError#CRAWL_TARGET_TAKEN}
   */
  ObjectNode crawl(Caller caller, Wanted wanted) {
    wanted.into().ifPresent(target -> requireDomain(wanted.where(), target));
    if (wanted.load() == Load.BY_STAGE && wanted.into().isPresent()) {
      requireLoading(caller, wanted.where(), wanted.into().get());
    }
    return looks.during(caller, wanted.where().toString(), seen -> crawl(caller, wanted, seen));
  }

  private ObjectNode crawl(Caller caller, Wanted wanted, LongConsumer seen) {
    Crawler.Found found = crawler.crawl(caller, wanted.where(), seen);
    ObjectNode json = Json.object().put("place", wanted.where().toString());
    json.put("dry_run", wanted.dryRun());
    ArrayNode array = json.putArray("tables");
    if (wanted.load() == Load.IN_PLACE) {
      registered(caller, wanted, InPlaceCrawl.data(found), seen).forEach(array::add);
    } else if (wanted.into().isPresent()) {
      array.add(load(caller, wanted, Crawler.only(found), wanted.into().get()));
    } else {
      found.tables().forEach(table -> array.add(proposed(table, table.name(), wanted)));
    }
    json.set("left_out", found.leftOut().toJson());
    return json.put("left_out_count", found.leftOut().count());
  }

  /** Without a name, each table has the one under which it was found. */
  private List<ObjectNode> registered(
      Caller caller, Wanted wanted, Crawler.Found found, LongConsumer seen) {
    List<CrawledTable> tables =
        wanted.into().isPresent() || found.tables().isEmpty()
            ? List.of(Crawler.only(found))
            : found.tables();
    List<InPlaceCrawl.Registered> all =
        tables.stream()
            .map(table -> {
              TableName target = wanted.into().orElse(table.name());
              ObjectNode json = table.toJson().put("name", target.toString());
              Map<String, String> types = table.types();
              InPlaceCrawl.unnamed(table).forEach(types::remove);
              json.set("drift", drift(caller, target, types));
              ObjectNode files = json.putObject("proposal");
              LoadingYaml.crawler(target, wanted.where().toString()).forEach(files::put);
              return new InPlaceCrawl.Registered(table, target, json);
            })
            .toList();
    inPlace.register(caller, all, wanted.dryRun(), seen);
    return all.stream().map(InPlaceCrawl.Registered::json).toList();
  }

  private static void requireDomain(Crawler.Where where, TableName target) {
    if (!target.domain().equals(where.domain())) {
      throw new Invalid(
          PipelinesError.CRAWL_INVALID,
          "Objects of domain %s cannot become table %s.".formatted(where.domain(), target),
          "Name a table of the same domain: --into LAYER.TABLE");
    }
  }

  /** All that the stage will read must be the caller's to read, also what comes later. */
  private void requireLoading(Caller caller, Crawler.Where where, TableName target) {
    String prefix = where.prefix().substring(0, where.prefix().lastIndexOf('/') + 1);
    policy.require(caller, Permission.READ_OBJECTS, Resource.objects(where.layer(), prefix));
    policy.require(caller, Permission.CREATE_TABLE, Resource.of(target));
    boolean own = database.read(tx -> CrawledStages.into(tx, target)).isPresent();
    if (!own && tables.find(target).isPresent()) {
      policy.require(caller, Permission.INSERT, Resource.of(target));
    }
  }

  private ObjectNode proposed(CrawledTable table, TableName target, Wanted wanted) {
    ObjectNode json = table.toJson();
    Loading loading = new Loading(table, target);
    ObjectNode files = json.putObject("proposal");
    try {
      LoadingYaml.of(loading.stage(), wanted.where().toString()).forEach(files::put);
    } catch (Invalid e) {
      json.withArray("warnings").add(e.what() + " " + e.remedy());
    }
    return json;
  }

  private ObjectNode load(Caller caller, Wanted wanted, CrawledTable table, TableName target) {
    StageSpec stage = new Loading(table, target).stage();
    ObjectNode json = proposed(table, target, wanted);
    json.put("name", target.toString());
    json.set("drift", drift(caller, target, table.types()));
    json.put("stage", stage.name().toString());
    if (!wanted.dryRun()) {
      database.write(tx -> {
        caller.trail().keepIn(tx);
        put(tx, stage, wanted, caller);
        return stage;
      });
      Execution execution = pipelines.run(stage.name());
      json.put("execution", execution.id());
    }
    return json;
  }

  private ArrayNode drift(Caller caller, TableName target, Map<String, String> types) {
    return Drift.toJson(
        tables
            .find(target)
            .map(LakeTable::columns)
            .map(columns -> Drift.between(visible(caller, target, columns), types))
            .orElse(List.of()));
  }

  /** A column that is hidden from the caller is one that the table does not have. */
  private List<SqlColumn> visible(Caller caller, TableName table, List<SqlColumn> columns) {
    Rights rights = policy.rights();
    return columns.stream()
        .filter(
            column -> rights.visible(caller.principal(), new Resource.Column(table, column.name())))
        .toList();
  }

  private void put(Transaction tx, StageSpec stage, Wanted wanted, Caller caller) {
    TableName target = stage.into().table();
    boolean own = CrawledStages.names(tx).contains(stage.name());
    Optional<StageName> other =
        pipelines.stages().list(tx).stream()
            .filter(one -> one.into().table().equals(target))
            .map(StageSpec::name)
            .filter(name -> !own || !name.equals(stage.name()))
            .findFirst();
    if (other.isPresent() || (!own && pipelines.stages().find(tx, stage.name()).isPresent())) {
      throw new Conflict(
          PipelinesError.CRAWL_TARGET_TAKEN,
          "Table %s is written by stage %s.".formatted(target, other.orElse(stage.name())),
          "Crawl into another table, or without --into to compare what is found.");
    }
    pipelines.stages().put(tx, stage);
    CrawledStages.put(
        tx,
        new Crawled(
            stage.name(),
            wanted.where().toString(),
            target,
            caller.principal().toString(),
            clock.instant(),
            Optional.empty()));
  }

  /** What the caller has crawled right now. */
  List<ObjectNode> running(Caller caller) {
    return looks.of(caller);
  }

  /** The crawlers whose pipeline the caller sees, by table. */
  Page<ObjectNode> list(Caller caller, String after, int limit) {
    List<ObjectNode> seen =
        known(caller).stream()
            .filter(one -> policy.rights().visible(caller.principal(), pipeline(one.by())))
            .filter(one -> one.target().toString().compareTo(after) > 0)
            .limit(limit + 1L)
            .map(KnownCrawlers::json)
            .toList();
    boolean more = seen.size() > limit;
    List<ObjectNode> items = more ? seen.subList(0, limit) : seen;
    return new Page<>(items, more ? items.getLast().path("table").asText() : null);
  }

  /** Of proposals that the caller does not see it is not told either that there are any. */
  private List<KnownCrawlers.Known> known(Caller caller) {
    List<KnownCrawlers.Known> all =
        database.read(tx -> KnownCrawlers.of(tx, pipelines.stages(), pipelines.status(tx)));
    Rights rights = policy.rights();
    all.stream()
        .filter(one -> one.json().path("proposals").asLong() > 0)
        .filter(one -> !Proposals.seesColumns(rights, tables, caller, one.target()))
        .forEach(one -> one.json().put("proposals", 0));
    return all;
  }

  /**
   * One of them.
   *
   * @param name of the crawler, or of its table
   * @throws NotFound {@link PipelinesError#CRAWLER_NOT_FOUND}
   */
  ObjectNode show(Caller caller, String name) {
    return known(caller).stream()
        .filter(one -> policy.rights().visible(caller.principal(), pipeline(one.by())))
        .filter(one -> one.by().toString().equals(name) || one.target().toString().equals(name))
        .findFirst()
        .map(KnownCrawlers::json)
        .orElseThrow(() ->
            new NotFound(
                PipelinesError.CRAWLER_NOT_FOUND,
                "There is no crawler '%s'.".formatted(name),
                "See those that there are with: hosu crawlers list"));
  }

  /**
   * Takes a crawler's stage out of the lake; its table stays.
   *
   * @throws NotFound {@link PipelinesError#CRAWLER_NOT_FOUND}
   */
  ObjectNode remove(Caller caller, TableName target) {
    Crawled crawled =
        database
            .read(tx -> CrawledStages.into(tx, target))
            .filter(one -> policy.rights().visible(caller.principal(), pipeline(one.stage())))
            .orElseThrow(() ->
                new NotFound(
                    PipelinesError.CRAWLER_NOT_FOUND,
                    "No crawler loads table %s.".formatted(target),
                    "See those that there are with: hosu crawlers list"));
    policy.require(caller, Permission.CREATE_TABLE, Resource.of(target));
    if (crawled.crawler().isPresent()) {
      throw new Conflict(
          PipelinesError.STAGE_DECLARED,
          "Crawler %s is part of the lake project.".formatted(crawled.crawler().get()),
          "Remove its file from the project, then: hosu apply");
    }
    database.write(tx -> {
      caller.trail().keepIn(tx);
      pipelines.stages().remove(tx, crawled.stage());
      CrawledStages.forget(tx, crawled.stage());
      return crawled;
    });
    return json(crawled);
  }

  private static Resource pipeline(StageName stage) {
    return new Resource.Pipeline(stage.domain(), stage.pipeline());
  }

  static ObjectNode json(Crawled crawled) {
    return Json.object()
        .put("table", crawled.target().toString())
        .put("place", crawled.place())
        .put("stage", crawled.stage().toString())
        .put("principal", crawled.principal())
        .put("crawled_at", Instants.print(crawled.at()));
  }
}
