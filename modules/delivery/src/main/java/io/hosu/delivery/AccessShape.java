package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.listOf;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.governance.Permission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The shape of a file that says who may do what. */
final class AccessShape {
  static final List<String> PERMISSIONS =
      Arrays.stream(Permission.values()).map(Permission::name).toList();

  private static final Key GROUPS =
      optional(
          "groups",
          Shape.someOf(text(TextForm.PRINCIPAL_NAME)),
          "The groups that it belongs to: what is granted to one is granted to it.",
          "[analysts]");
  private static final Key ATTRIBUTES =
      optional(
          "attributes",
          new Shape.MapOf("a mapping of attributes", TextForm.NAME, text(TextForm.VALUE), 0),
          "What grants may ask about it: `principal.region` in `rows`, `when`, `where`, and"
              + " `principal:\"region = EU\"` in `to`.",
          "{ region: EU }");
  private static final Key TAGS =
      optional(
          "tags",
          new Shape.MapOf("a mapping of tags", TextForm.NAME, text(TextForm.VALUE), 0),
          "More of its attributes: a tag of a principal is an attribute by another name.",
          "{ cost_center: 4711 }");

  private static final Shape PRINCIPAL =
      struct(
          "a principal",
          required("name", text(TextForm.PRINCIPAL_NAME), "Its name.", "alice"),
          optional(
                  "kind",
                  Shape.words(List.of("user", "service")),
                  "Whether it is a person or a program.",
                  "service")
              .otherwise("user"),
          optional(
                  "keeps_limits",
                  new Shape.Flag(),
                  "Whether a service is an engine that leaves out by itself what must not be seen"
                      + " of a table: it gets the files, with Iceberg's `read-restrictions`.",
                  "true")
              .otherwise("false"),
          GROUPS,
          ATTRIBUTES,
          TAGS);

  private static final Shape.Struct ROLE =
      struct(
          "a role",
          required("name", text(TextForm.NAME), "Its name.", "loader"),
          optional(
              "trust",
              Shape.someOf(text(TextForm.PRINCIPAL)),
              "Who may act as it, with `hosu role assume`: users, services, groups, or all who have"
                  + " such attributes, `principal:\"team = ops\"`.",
              "[user:alice, group:sales]"),
          GROUPS,
          ATTRIBUTES,
          TAGS);

  private static final Shape COLUMNS =
      new Shape.Either(
          Shape.someOf(text(TextForm.ANY_COLUMN)),
          struct(
              "columns that are left out",
              required(
                  "except",
                  Shape.oneOrMore(text(TextForm.ANY_COLUMN)),
                  "All columns but these.",
                  "[ssn]")));

  private static final Shape MASK =
      new Shape.Either(
          text(TextForm.MASK),
          struct(
              "a mask",
              required("mask", text(TextForm.MASK), "What is seen in its place.", "last(4)"),
              optional(
                  "when",
                  text(TextForm.ANY),
                  "An SQL condition over the columns of the table: where it is FALSE, the column is"
                      + " in the clear. Left out: it is always masked.",
                  "country = 'DE'")));

  private static final List<String> TERMS = List.of("on", "columns", "rows", "where", "until");

  private static final Key TO =
      required(
          "to",
          text(TextForm.PRINCIPAL),
          "Who gets it; `principal:\"region = EU\"` are all who have such attributes,"
              + " `domain:sales` all stages of a domain.",
          "group:analysts");

  /** All keys of a grant but to whom it is. */
  private static final List<Key> TERM_KEYS =
      List.of(
          optional(
              "allow",
              Shape.someOf(Shape.words(PERMISSIONS)),
              "What it allows.",
              "[DESCRIBE, SELECT]"),
          optional(
              "deny",
              Shape.someOf(Shape.words(PERMISSIONS)),
              "What it denies, whatever else allows it.",
              "[SELECT]"),
          required(
              "on",
              text(TextForm.RESOURCE),
              "What it is on, with all that lies in it: `lake`, a domain, a layer of a domain (its"
                  + " tables and its objects), a table, objects (`raw/shop/orders/`),"
                  + " `dataset:shop.orders`, `pipeline:shop.orders`, or `tag:\"pii = low\"`: all"
                  + " that is tagged so, in tables column by column.",
              "shop.analytics"),
          optional(
              "columns",
              COLUMNS,
              "Only these columns of tables, or all but some. Goes with SELECT alone, as `rows` and"
                  + " `masks` do.",
              "[order_id, amount]"),
          optional(
              "rows",
              text(TextForm.ANY),
              "Only rows for which this SQL condition over the table's columns is TRUE.",
              "region = principal.region"),
          optional(
              "masks",
              new Shape.MapOf("a mapping of masks", TextForm.MASKED, MASK, 1),
              "What is seen in the place of columns.",
              "{ email: email, ssn: last(4) }"),
          optional(
              "where",
              text(TextForm.ANY),
              "What must hold of the attributes of the principal and the tags of what it is on.",
              "principal.project = resource.project"),
          optional(
              "until",
              text(TextForm.ANY),
              "When it ends by itself: a day, whose beginning in UTC it is, or a point in time.",
              "2027-01-01"));

  private static final Shape GRANT =
      Shape.oneOf(
          "a grant",
          List.of(form("allow", "to", "masks"), form("deny", "to")),
          Stream.concat(Stream.of(TO), TERM_KEYS.stream()).toArray(Key[]::new));

  /** What of its rights a role may use in a session. */
  static final Shape.Struct SESSION_POLICY =
      struct(
          "a session policy",
          required(
              "grants",
              listOf(
                  Shape.oneOf(
                      "a grant",
                      List.of(form("allow", "masks"), form("deny")),
                      TERM_KEYS.toArray(Key[]::new))),
              "What the session may use of what its role has.",
              "[{ allow: [SELECT], on: shop.analytics }]"));

  static final Shape.Struct FILE =
      struct(
          "an access file",
          optional(
              "principals",
              listOf(PRINCIPAL),
              "Users and services, with their groups.",
              "[{ name: alice }]"),
          optional(
              "groups",
              listOf(text(TextForm.PRINCIPAL_NAME)),
              "Groups that principals belong to.",
              "[analysts]"),
          optional(
              "roles",
              listOf(new Shape.Either(text(TextForm.NAME), ROLE)),
              "Rights that work is done with, by keys and tokens of their own or by whom they"
                  + " trust: a name, or a mapping.",
              "[loader]"),
          optional(
              "grants",
              listOf(GRANT),
              "What is allowed; whatever no grant allows is refused.",
              "[{ to: group:analysts, allow: [SELECT], on: shop.analytics }]"),
          optional(
              "tags",
              listOf(new Shape.Free("a tag")),
              "Tags on the lake, a domain, a layer or dataset of it, a table or a column: `on`, and"
                  + " any number of keys with their values.",
              "[{ on: shop.stage.orders.customer, pii: high }]"));

  static final String EXAMPLE =
      """
      principals:
        - { name: alice, groups: [sales] }
        - { name: bob, groups: [analysts], attributes: { region: EU } }
      groups: [sales, analysts]
      roles:
        - loader
        - { name: steward, trust: [user:alice, group:sales] }
      grants:
        - { to: group:sales, allow: [SELECT, RUN, REDRIVE], on: shop }
        - { to: group:analysts, allow: [DESCRIBE, SELECT], on: shop.analytics }
        - { to: role:loader, allow: [WRITE_OBJECTS], on: raw/shop/orders/ }
        - { to: group:analysts, deny: [SELECT], on: 'tag:"pii = high"' }
        - to: group:analysts
          allow: [SELECT]
          on: shop.stage
          columns: { except: [comment] }
          rows: region = principal.region
          masks: { customer: hash, phone: { mask: last(2), when: "consent IS NULL" } }
          until: 2027-01-01
      tags:
        - { on: shop, pii: none }
        - { on: shop.stage, pii: low, team: sales }
      """;

  private static List<String> form(String head, String... more) {
    List<String> form = new ArrayList<>(List.of(head));
    form.addAll(TERMS);
    form.addAll(List.of(more));
    return form;
  }

  private AccessShape() {}
}
