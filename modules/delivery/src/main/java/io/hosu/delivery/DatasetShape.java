package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.tables.Compatibility;
import java.util.List;

/** The shape of a dataset's file. */
final class DatasetShape {
  static final Key PARTITION_BY =
      optional(
          "partition_by",
          Shape.listOf(text(TextForm.PARTITION)),
          "How the table is partitioned: columns, or `year(c)`, `month(c)`, `day(c)`, `hour(c)`,"
              + " `bucket(16, c)`, `truncate(4, c)` of them, as Iceberg has it.",
          "[month(day)]");
  static final Key SORT_BY =
      optional(
          "sort_by",
          Shape.listOf(text(TextForm.SORT)),
          "The columns by which the rows of a file are sorted, each with `asc` or `desc` after it"
              + " if wanted.",
          "[day, amount desc]");

  private static final Key FORMAT_VERSION =
      optional(
          "format_version",
          text(TextForm.FORMAT_VERSION),
          "The version of Iceberg's format that the table has at least: 2, unless this says 3. A"
              + " table of version 3 keeps columns of the type `VARIANT`, default values and the"
              + " lineage of rows, and engines delete its rows by vectors. There is no way back.",
          "3");

  private static final Key UPKEEP =
      optional(
              "upkeep",
              new Shape.Either(
                  text(TextForm.words(List.of(TableUpkeepYaml.OFF))),
                  struct(
                      "the upkeep of a table",
                      optional(
                              "compact",
                              new Shape.Flag(),
                              "Whether small files are merged by themselves; hosu tables compact does"
                                  + " it whatever this says.",
                              "false")
                          .otherwise("true"),
                      optional(
                              "target_file_size",
                              text(TextForm.SIZE),
                              "How large files become that are merged.",
                              "64MB")
                          .otherwise("as the setting `upkeep.target-file-size` has it"),
                      optional(
                              "expire_after",
                              text(TextForm.DURATION),
                              "How old snapshots become. Then there is no bound on how many there"
                                  + " are that are younger.",
                              "30d")
                          .otherwise("as the setting `upkeep.snapshot-age` has it"),
                      optional(
                              "keep_at_least",
                              new Shape.Count(1, true),
                              "How many snapshots of each branch stay however old.",
                              "10")
                          .otherwise("as the setting `upkeep.min-snapshots` has it"),
                      optional(
                              "orphan_delay",
                              text(TextForm.DURATION),
                              "How old files become that lie where the table has its own and that no"
                                  + " snapshot of it names; at least 1h.",
                              "3d")
                          .otherwise("as the setting `upkeep.orphan-delay` has it"))),
              "How the table is kept healthy: `off` leaves it alone. It is kept in the table's"
                  + " properties, where other engines see it. Merged files are sorted as `sort_by`"
                  + " says.",
              "{ target_file_size: 64MB, expire_after: 30d }")
          .otherwise("as the settings `upkeep.*` have it");

  private static final Shape COLUMN =
      new Shape.Either(
          text(TextForm.COLUMN_TYPE),
          struct(
              "a column",
              required("type", text(TextForm.COLUMN_TYPE), "Its SQL type.", "DECIMAL(18, 2)"),
              Key.DESCRIPTION,
              optional(
                      "nullable",
                      new Shape.Flag(),
                      "Whether rows may have no value of it. A table with rows cannot begin to"
                          + " require one.",
                      "false")
                  .otherwise("as the table has it; a new column may lack values"),
              optional(
                  "was",
                  text(TextForm.COLUMN_NAME),
                  "The name that the column had before: it keeps its values, and grants on it go"
                      + " on. May stay when it is renamed.",
                  "amount"),
              optional(
                  "renames",
                  new Shape.MapOf(
                      "a mapping of fields", TextForm.FIELD_PATH, text(TextForm.COLUMN_NAME), 1),
                  "Fields inside the column that get another name, by the path that they had in it:"
                      + " `element` is what a list holds, `key` and `value` what a map does.",
                  "{ address.zip: postcode }"),
              Key.TAGS));

  static final Shape.Struct TABLE =
      struct(
          "a table",
          Key.DESCRIPTION,
          Key.OWNER,
          required(
              "columns",
              new Shape.MapOf("a mapping of columns", TextForm.COLUMN_NAME, COLUMN, 1),
              "The columns in their order: an SQL type each, or a mapping where more is said.",
              "{ order_id: BIGINT }"),
          optional(
              "key",
              Shape.someOf(text(TextForm.ANY_COLUMN)),
              "The columns that make a row the same row. Stages that merge into the table use it.",
              "[order_id]"),
          PARTITION_BY,
          SORT_BY,
          optional(
              "compatibility",
              Shape.words(Compatibility.words()),
              "Puts the table under contract: it has exactly these columns, rows of stages that"
                  + " have others are refused, and changes of the columns are let through as this"
                  + " says. `backward`: what keeps all values that are there (add, drop, rename,"
                  + " widen, reorder). `forward`: what leaves readers their columns (add, reorder)."
                  + " `full`: what does both. `backward-transitive`, `forward-transitive` and"
                  + " `full-transitive` ask so from all columns that the table ever had, not only"
                  + " from those that it has. `none`: also another type, which begins a new column"
                  + " without the values of the old one. Without it, columns are added, widened,"
                  + " renamed and reordered, and those no longer declared stay.",
              "forward"),
          FORMAT_VERSION,
          UPKEEP,
          Key.TAGS);

  static final Shape.Struct FILE =
      struct(
          "a dataset",
          Key.DESCRIPTION,
          Key.OWNER,
          Key.TAGS,
          required(
              "tables",
              new Shape.MapOf("a mapping of tables", TextForm.OWN_TABLE, TABLE, 1),
              "The tables, named `layer.table`.",
              "{ stage.orders: { ... } }"));

  static final String EXAMPLE =
      """
      description: What customers ordered.
      tables:
        stage.orders:
          description: One row for each order, as it stands now.
          columns:
            order_id: { type: BIGINT, description: Given by the shop. }
            ordered_at: TIMESTAMP
            customer: VARCHAR
            amount: { type: "DECIMAL(18, 2)", tags: { currency: EUR } }
            region: VARCHAR
            phone: VARCHAR
            consent: BOOLEAN
            comment: VARCHAR
          key: [order_id]
          partition_by: [month(ordered_at)]
          sort_by: [ordered_at desc]
      """;

  private DatasetShape() {}
}
