package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.events.ScheduleRule;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Sizes;
import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.Patience;
import io.hosu.pipelines.Reprocess;
import io.hosu.pipelines.Running;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Trigger;
import io.hosu.pipelines.Versions;
import java.util.List;

/** The shape of a pipeline's file. */
final class PipelineShape {
  static final String BY_HAND = "by_hand";

  static final Shape.Struct SCHEDULE =
      struct(
          "a schedule",
          required(
              "expression",
              text(TextForm.SCHEDULE),
              "`cron(minutes hours day-of-month month day-of-week year)`, `rate(value unit)`,"
                  + " `at(2026-11-25T18:00:00)`, or five fields of cron.",
              "cron(0 6 ? * MON-FRI *)"),
          optional("timezone", text(TextForm.ANY), "Where its local times are.", "Europe/Berlin")
              .otherwise("UTC"),
          optional(
              "start",
              text(TextForm.ANY),
              "The first moment; also where a rate begins to count.",
              "2026-12-01T00:00:00Z"),
          optional("end", text(TextForm.ANY), "The last moment.", "2027-01-01T00:00:00Z"),
          optional(
                  "jitter",
                  text(TextForm.DURATION),
                  "How much later than its moment it may start at most, each time another part of"
                      + " it.",
                  "5m")
              .otherwise("0s"),
          optional(
                  "catch_up",
                  Shape.words(ScheduleRule.CatchUp.class),
                  "What becomes of moments at which no server was there: `skip` passes over them,"
                      + " `once` runs for the last of them, `all` for each.",
                  "all")
              .otherwise("once"));

  private static final Shape.Struct EVENTS =
      Shape.oneOf(
          "a trigger",
          List.of(
              List.of("objects", "schedule"),
              List.of("all", "timeout", "partial"),
              List.of("manifest", "timeout", "partial"),
              List.of("tables", "when"),
              List.of("schedule", "objects", "pattern"),
              List.of("pattern", "schedule")),
          optional(
              "objects",
              Shape.oneOrMore(text(TextForm.OBJECTS)),
              "Objects that arrive under a key that matches one of the globs. A glob begins with"
                  + " a layer and the stage's own domain; `*` stands for a part of a key without"
                  + " `/`, `**` for any part. `{name}` is a capture: it stands for one or more"
                  + " characters without `/`, as many as it can, and the same name for the same"
                  + " characters again: it stands best alone between two slashes where it comes"
                  + " first, as a glob is refused where more than two of the `*`, `**` and captures"
                  + " before it comes again may end at any place. A brace of the key itself is"
                  + " written twice: `{{` or `}}`.",
              "raw/shop/orders/*.csv"),
          optional(
              "all",
              Shape.someOf(text(TextForm.OBJECTS)),
              "Sets of objects: globs without wildcards that all have the same captures. For each"
                  + " value of these the stage starts once there is an object for each glob, over"
                  + " all of them; objects that came before count as long as they are there. It"
                  + " starts again over the whole set when one of them comes with other bytes.",
              "[\"raw/shop/{day}/orders.csv\", \"raw/shop/{day}/items.csv\"]"),
          optional(
              "manifest",
              text(TextForm.OBJECTS),
              "Objects that list others of the domain, in the form of Amazon Redshift's manifests:"
                  + " `{\"entries\": [{\"url\": \"s3://raw/shop/1.csv\", \"size\": 12,"
                  + " \"sha256\": \"...\"}]}`. The stage starts once for each, over the objects"
                  + " that it lists, when all are there with the size and the checksum that it"
                  + " says; `\"mandatory\": false` is taken along, but not waited for.",
              "raw/shop/*.manifest.json"),
          optional(
                  "timeout",
                  text(TextForm.DURATION),
                  "How long after the first message of a set it must be complete.",
                  "2h")
              .otherwise("it is waited for without end"),
          optional(
                  "partial",
                  Shape.words(Patience.Partial.class),
                  "What becomes of a set that is not complete in time: `fail` makes dead letters"
                      + " that name what is missing, `run` starts with what is there, `skip` lets"
                      + " an execution say that it did nothing.",
                  "run")
              .otherwise("fail"),
          optional(
              "tables",
              Shape.oneOrMore(text(TextForm.TABLE)),
              "Tables that are refreshed: the stage starts once each of them was committed to"
                  + " since its last execution.",
              "[stage.orders, stage.customers]"),
          optional(
                  "when",
                  Shape.words(Trigger.Tables.When.class),
                  "Whether `all` tables must have been committed to since the last execution, or"
                      + " `any` of them.",
                  "any")
              .otherwise("all"),
          optional(
              "schedule",
              new Shape.Either(text(TextForm.SCHEDULE), SCHEDULE),
              "Times at which the stage runs over the tables that it reads, as Amazon EventBridge"
                  + " Scheduler writes them, or a cron expression of five fields. Beside `objects`"
                  + " or `pattern`: times at which it takes what they brought since; what comes"
                  + " later waits for the next time.",
              "rate(1 hour)"),
          optional(
              "pattern",
              new Shape.Free("an event pattern"),
              "Events on the domain's bus that match a pattern of EventBridge's language. `input`"
                  + " has a row for each event: the fields of its `detail`, and `_event` with `id`,"
                  + " `time`, `source`, `detail_type` and `resources`. Where `source` is"
                  + " `[hosu.objects]` and `detail-type` is `[Object Created]`, it has the rows of"
                  + " those objects instead.",
              "{ source: [com.example.billing] }"));

  private static final Shape TRIGGER = new Shape.Either(Shape.words(List.of(BY_HAND)), EVENTS);

  private static final Shape BATCH =
      struct(
          "a batch",
          optional(
                  "max",
                  new Shape.Count(1, true),
                  "The most messages that one execution takes.",
                  "100")
              .otherwise("" + Batch.STANDARD.max()),
          optional(
                  "window",
                  text(TextForm.DURATION),
                  "How long the first message waits for others before the execution starts. Beside"
                      + " a schedule: after how long it goes with the next time even if fewer than"
                      + " `min` wait.",
                  "1s")
              .otherwise(Durations.print(Batch.STANDARD.window())),
          optional(
                  "min",
                  new Shape.Count(1, true),
                  "Beside a schedule alone: fewer messages than this wait for its next time.",
                  "10")
              .otherwise("" + Batch.STANDARD.min()),
          optional(
                  "max_bytes",
                  text(TextForm.SIZE),
                  "The most bytes of the objects of one execution; the others go with the next."
                      + " One object that is larger makes an execution of its own. A table that is"
                      + " overwritten is made of all objects that match, however many.",
                  "256MB")
              .otherwise(Sizes.print(Batch.STANDARD.maxBytes())));

  private static final Shape FORMAT =
      struct(
          "a format",
          optional("type", Shape.words(FormatSpec.Type.class), "What the objects are.", "csv")
              .otherwise("by the ending of the key; .gz and .zst after it say how it is packed"),
          optional("delimiter", text(TextForm.ANY), "What stands between two fields.", "\";\"")
              .otherwise("found out"),
          optional(
                  "quote",
                  text(TextForm.ANY),
                  "What stands around a field; \"\": nothing.",
                  "\"'\"")
              .otherwise("a double quote"),
          optional(
                  "escape",
                  text(TextForm.ANY),
                  "What stands before a quote inside a field.",
                  "\"\\\\\"")
              .otherwise("the quote itself"),
          optional("header", new Shape.Flag(), "Whether the first line names the columns.", "false")
              .otherwise("true"),
          optional("encoding", text(TextForm.ANY), "The character set.", "latin-1")
              .otherwise("UTF-8"),
          optional("null_text", text(TextForm.VALUE), "The text that stands for NULL.", "NA")
              .otherwise("the empty field"),
          optional(
                  "columns",
                  new Shape.MapOf(
                      "a mapping of columns to types",
                      TextForm.ANY_COLUMN,
                      text(TextForm.COLUMN_TYPE),
                      1),
                  "Every column of the objects with its SQL type, in their order.",
                  "{ id: BIGINT, zip: VARCHAR }")
              .otherwise("found out"));

  private static final Shape INTO =
      struct(
          "a target",
          required(
              "table",
              text(TextForm.TABLE),
              "The table, of the stage's own domain. The first execution makes it if no dataset"
                  + " declares it.",
              "stage.orders"),
          optional(
                  "mode",
                  Shape.words(Target.Mode.class),
                  "How the new rows meet the old ones: `append` adds them; `overwrite` replaces all"
                      + " rows; `merge` replaces the rows with the same key and adds the others.",
                  "merge")
              .otherwise("append"),
          optional(
              "key",
              Shape.someOf(text(TextForm.ANY_COLUMN)),
              "The columns that make a row the same row; with `merge` alone, which needs it unless"
                  + " a dataset declares the table's key.",
              "[order_id]"),
          DatasetShape.PARTITION_BY,
          DatasetShape.SORT_BY);

  static final Shape.Struct STAGE =
      struct(
          "a stage",
          required(
              "on",
              TRIGGER,
              "What starts it; `by_hand`: nothing but `hosu run`.",
              "{ objects: raw/shop/orders/*.csv }"),
          optional("batch", BATCH, "How many messages one execution takes.", "{ max: 100 }"),
          optional(
              "group_by",
              text(TextForm.ANY),
              "A capture that each glob has, or, on a `pattern`, the path of a field of the event"
                  + " (`detail.order_id`): messages that have the same there are a group. A group"
                  + " is worked on in the order of its events, one execution after another on all"
                  + " servers together, also while one waits for a retry; other groups go on, up"
                  + " to `concurrency`. Events without the field are one group. When a message"
                  + " becomes a dead letter, those behind it go on; redriven, it comes before those"
                  + " that still wait.",
              "airport"),
          optional(
              "format",
              FORMAT,
              "How the objects are read, where that cannot be found out.",
              "{ delimiter: \";\", encoding: latin-1 }"),
          optional(
                  "bad_records",
                  Shape.words(BadRecords.class),
                  "What happens to records that cannot be read: `fail` sets the object aside as a"
                      + " dead letter that names the line; `quarantine` keeps them, with reason and"
                      + " line, in the table `TARGET_quarantine` and writes the others.",
                  "quarantine")
              .otherwise("fail"),
          optional(
                  "tolerate",
                  text(TextForm.TOLERANCE),
                  "How many records of a batch may be bad: a share of all its records, or a number."
                      + " With `bad_records: quarantine` more of them fail the batch, and none is"
                      + " set aside. With `bad_records: fail` so many are left out, which the"
                      + " execution tells with their number. For CSV, TSV and JSON Lines.",
                  "5%")
              .otherwise("0, and with `quarantine` 100%"),
          optional(
                  "reprocess",
                  Shape.words(Reprocess.class),
                  "Whether bytes that were processed under the same key are processed again when"
                      + " they arrive again: `changed` only takes other bytes, `always` any.",
                  "always")
              .otherwise("changed"),
          optional(
                  "versions",
                  Shape.words(Versions.class),
                  "What becomes of the rows of an object that is overwritten, in a table that rows"
                      + " are appended to: `replace` replaces all that the execution added which"
                      + " processed the object last, and so reads again what it read besides, in"
                      + " the same versions; `keep` adds the new rows beside the old ones. An"
                      + " object that is deleted leaves its rows there.",
                  "keep")
              .otherwise("replace"),
          optional(
                  "max_record_bytes",
                  new Shape.Count(1, true),
                  "The longest record, in bytes, at most %d; a longer one is a bad record. Engines"
                          .formatted(Input.MOST_RECORD_BYTES)
                      + " hold some such records in memory at once.",
                  "33554432")
              .otherwise("" + Input.STANDARD.maxRecordBytes()),
          required(
              "sql",
              text(TextForm.SQL_FILE),
              "A file of the domain's folder `transforms` with one SELECT. The relation `input`"
                  + " holds the rows of the objects, with `_object` and `_line` beside them."
                  + " `changes('layer.table')` holds the rows that came to a table since the"
                  + " stage's last published execution, without those that were only written anew;"
                  + " at first all.",
              "clean_orders.sql"),
          required("into", INTO, "What it writes.", "{ table: stage.orders }"),
          RulesShape.PUBLISH,
          RulesShape.RULES,
          RulesShape.KEEP,
          optional(
              "declassify",
              new Shape.MapOf(
                  "a mapping of columns to reasons", TextForm.ANY_COLUMN, text(TextForm.VALUE), 1),
              "Columns of the target that take over no tags from the columns that they are made of,"
                  + " because the SQL removes what these tags are about, and the reason, which is"
                  + " kept in the audit log.",
              "{ customers: \"Counted, never fewer than 20.\" }"),
          optional(
              "retry", RetryShape.RETRY, "What happens after a soft failure.", "{ attempts: 5 }"),
          optional(
              "breaker",
              RetryShape.BREAKER,
              "When it stops trying for a while, because what it depends on (engine, disk, state"
                  + " database) keeps failing. What fails meanwhile is not counted as an attempt.",
              "{ failures: 5, wait: 1m }"),
          optional("timeout", text(TextForm.DURATION), "How long one attempt may take.", "15m")
              .otherwise(Durations.print(Running.STANDARD.timeout())),
          optional(
                  "memory",
                  text(TextForm.SIZE),
                  "What an engine may use for the data of one attempt before it uses disk, at least"
                      + " 64MB; where the setting `query.memory` is less, that holds.",
                  "512MB")
              .otherwise("what `query.memory` says"),
          optional(
                  "concurrency",
                  new Shape.Count(1, true),
                  "How many executions of the stage may run at the same time.",
                  "2")
              .otherwise("" + Running.STANDARD.concurrency()),
          optional(
                  "priority",
                  new Shape.Count(Running.LOWEST_PRIORITY, true),
                  "Which stages of a team start first when several have work: those of the highest"
                      + " priority, at most %d. Every %dth start is that of the one that has waited"
                          .formatted(Running.HIGHEST_PRIORITY, Running.STARTS_BY_PRIORITY + 1)
                      + " longest, whatever its priority, so that none starves.",
                  "10")
              .otherwise("" + Running.STANDARD.priority()),
          optional(
                  "enabled",
                  new Shape.Flag(),
                  "Whether it runs; a stage that does not keeps its messages.",
                  "false")
              .otherwise("true"));

  static final Shape.Struct FILE =
      struct(
          "a pipeline",
          Key.DESCRIPTION,
          required(
              "stages",
              new Shape.MapOf("a mapping of stages", TextForm.NAME, STAGE, 1),
              "The stages by name.",
              "{ clean: { ... } }"));

  static final String EXAMPLE =
      """
      description: Orders from the files of the shop to sales by day.
      stages:
        clean:
          on: { objects: raw/shop/orders/*.csv }
          batch: { max: 100, window: 1s }
          format: { delimiter: ";", encoding: latin-1, null_text: NA }
          bad_records: quarantine
          sql: clean_orders.sql
          into: { table: stage.orders, mode: merge, key: [order_id] }
          retry: { attempts: 3, interval: 10s, backoff: 1.5 }
          timeout: 15m
        sales:
          on: { tables: [stage.orders] }
          sql: sales_by_day.sql
          into: { table: analytics.sales_by_day, mode: overwrite, partition_by: [month(day)] }
        archive:
          on: by_hand
          sql: archive.sql
          into: { table: analytics.archive, mode: append }
          enabled: false
      """;

  private PipelineShape() {}
}
