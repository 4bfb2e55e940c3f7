package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.pipelines.DriftPolicy;
import java.util.Arrays;
import java.util.List;

/** The shape of a crawler's file. */
final class CrawlerShape {
  static final String IN_PLACE = "in-place";
  static final String STANDARD_WINDOW = "10s";
  static final DriftPolicy STANDARD_DRIFT = DriftPolicy.ADD_COLUMNS;

  static final Shape.Struct FILE =
      struct(
          "a crawler",
          Key.DESCRIPTION,
          required(
              "place",
              text(TextForm.PLACE),
              "The folder whose objects it looks at, with all below it. It begins with a layer and"
                  + " the crawler's own domain.",
              "raw/shop/visits/"),
          required(
              "into",
              text(TextForm.OWN_TABLE),
              "The table that they become. No stage and no other crawler writes it; it is made when"
                  + " it is not there.",
              "stage.visits"),
          optional(
                  "load",
                  Shape.words(List.of("by-stage", IN_PLACE)),
                  "How their rows get into the table. `by-stage`: a stage loads them, which the"
                      + " crawler makes and keeps up to date. `in-place`: the objects, which must be"
                      + " Parquet, become files of the table where they lie.",
                  IN_PLACE)
              .otherwise("by-stage"),
          optional(
                  "schedule",
                  new Shape.Either(text(TextForm.SCHEDULE), PipelineShape.SCHEDULE),
                  "Times at which it looks at what came since. Without it, it looks at what comes as"
                      + " it comes.",
                  "rate(1 hour)")
              .otherwise("as it comes"),
          optional(
                  "window",
                  text(TextForm.DURATION),
                  "Without a schedule: how long the first object that comes waits for others, so"
                      + " that they are looked at together.",
                  "1m")
              .otherwise(STANDARD_WINDOW),
          optional(
                  "drift",
                  Shape.words(Arrays.stream(DriftPolicy.values()).map(DriftPolicy::word).toList()),
                  "What may become of the table's columns by itself when objects have others:"
                      + " `never` anything; `add-columns`: columns are added, and nothing else;"
                      + " `widen`: they get types that hold more, too; `all`: where no type holds"
                      + " the values of both, too, a column begins anew without the values that are"
                      + " there. All else becomes a proposal: hosu crawlers proposals. A table that"
                      + " a dataset declares never changes by itself.",
                  "widen")
              .otherwise(STANDARD_DRIFT.word()),
          optional(
                  "enabled",
                  new Shape.Flag(),
                  "Whether it runs; a crawler that does not keeps what came.",
                  "false")
              .otherwise("true"));

  static final String EXAMPLE =
      """
      description: What the counters at the doors send.
      place: raw/shop/visits/
      into: stage.visits
      schedule: rate(1 hour)
      drift: widen
      """;

  private CrawlerShape() {}
}
