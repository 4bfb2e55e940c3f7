package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;

import io.hosu.pipelines.Team;
import java.util.List;
import java.util.Optional;

/** Every kind of YAML file in a lake project. */
final class Kinds {
  static final List<String> STANDARD_LAYERS = List.of("raw", "stage", "analytics");

  private static final Shape.Struct TEAM =
      Shape.struct(
          "a team",
          optional(
                  "weight",
                  new Shape.Count(1, true),
                  "How many executions of the team start for one of a team of weight 1, when both"
                      + " have work; at most %d. A team that has nothing running gets the next free"
                          .formatted(Team.HIGHEST_WEIGHT)
                      + " place, however much waits for others.",
                  "3")
              .otherwise("1"),
          optional(
                  "concurrency",
                  new Shape.Count(1, true),
                  "How many executions of all stages of the team may run at the same time, on all"
                      + " servers together.",
                  "4")
              .otherwise("as many as the servers run"));

  static final Kind LAKE =
      new Kind(
          "lake",
          "lake.yaml",
          "The lake itself. Every lake project has exactly one.",
          Shape.struct(
              "a lake",
              required("name", Shape.text(TextForm.LAKE_NAME), "What the lake is called.", "shop"),
              Key.DESCRIPTION,
              optional(
                      "layers",
                      Shape.someOf(Shape.text(TextForm.NAME)),
                      "The layers, from what arrives to what is asked. Each is a bucket for"
                          + " objects, and a schema for tables in every domain.",
                      "[raw, stage, analytics]")
                  .otherwise("[raw, stage, analytics]"),
              optional(
                  "teams",
                  new Shape.MapOf("a mapping of teams", TextForm.OWNER, TEAM, 1),
                  "What the owners of domains may take of the servers. The domains of one owner"
                      + " share it; whoever is not named here has weight 1 and no limit.",
                  "{ sales: { weight: 3, concurrency: 4 } }")),
          """
          name: shop
          description: What the shop sells, from order files to daily sales.
          layers: [raw, stage, analytics]
          teams:
            sales: { weight: 3, concurrency: 4 }
          """);

  static final Kind DOMAIN =
      new Kind(
          "domain",
          "domains/DOMAIN/domain.yaml",
          "A domain, named by its folder: a unit of ownership, and the catalog of its tables.",
          Shape.struct(
              "a domain",
              optional(
                  "owner",
                  Shape.text(TextForm.ANY),
                  "Who answers for the domain and may do everything in it: a group or user by name,"
                      + " or a principal such as `role:loader`.",
                  "sales"),
              Key.DESCRIPTION,
              Key.TAGS),
          """
          owner: sales
          description: Orders, customers and what is sold.
          tags: { cost_center: 4711 }
          """);

  static final Kind DATASET =
      new Kind(
          "dataset",
          "domains/DOMAIN/datasets/DATASET.yaml",
          "Tables that belong together. A table that only a stage writes need not be declared: the"
              + " first execution makes it with the columns that its SQL gives.",
          DatasetShape.FILE,
          DatasetShape.EXAMPLE);

  static final Kind PIPELINE =
      new Kind(
          "pipeline",
          "domains/DOMAIN/pipelines/PIPELINE.yaml",
          "A graph of stages. Each stage reads what starts it, runs one SQL statement and writes one"
              + " table; what it publishes may start the next.",
          PipelineShape.FILE,
          PipelineShape.EXAMPLE);

  static final Kind CRAWLER =
      new Kind(
          "crawler",
          "domains/DOMAIN/crawlers/CRAWLER.yaml",
          "A crawler: it looks at objects that nobody described, has them become a table, and"
              + " proposes what is to become of the table when objects come that are unlike it.",
          CrawlerShape.FILE,
          CrawlerShape.EXAMPLE);

  static final Kind ACCESS =
      new Kind(
          "access",
          "access/NAME.yaml",
          "Who may do what. The lists of all files in the folder count together.",
          AccessShape.FILE,
          AccessShape.EXAMPLE);

  static final Kind ACCESS_TEST =
      new Kind(
          "test",
          "tests/access/NAME.yaml",
          "What must be possible and what must not: `hosu test` compares it with what access/ says.",
          Shape.struct(
              "an access test",
              required(
                  "expect",
                  Shape.oneOrMore(Shape.text(TextForm.EXPECTATION)),
                  "Sentences: WHO `can` or `cannot` PERMISSION RESOURCE. WHO is a principal by name,"
                      + " or `group:NAME` for somebody who is in that group alone. After `can` may"
                      + " stand `in full`, `masked` or `filtered`, as `hosu can` says it.",
                  "[bob cannot SELECT shop.stage.orders.comment]")),
          """
          expect:
            - bob can SELECT shop.stage.orders masked
            - bob cannot SELECT shop.stage.orders.comment
            - group:analysts cannot WRITE_OBJECTS raw/shop/
          """);

  static final List<Kind> ALL =
      List.of(LAKE, DOMAIN, DATASET, PIPELINE, CRAWLER, ACCESS, ACCESS_TEST);

  private Kinds() {}

  /** The kind of the file of this path. */
  static Optional<Kind> of(String file) {
    return ALL.stream().filter(kind -> kind.matches(file)).findFirst();
  }
}
