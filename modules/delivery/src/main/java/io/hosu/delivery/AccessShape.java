package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.listOf;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import java.util.List;

/** The shape of a file that says who may do what. */
final class AccessShape {
  static final List<String> PERMISSIONS =
      List.of(
          "DESCRIBE",
          "SELECT",
          "INSERT",
          "DELETE",
          "ALTER",
          "DROP",
          "CREATE_TABLE",
          "READ_OBJECTS",
          "WRITE_OBJECTS",
          "RUN",
          "REDRIVE",
          "GRANT",
          "ADMIN");

  private static final Shape PRINCIPAL =
      struct(
          "a principal",
          required("name", text(TextForm.NAME), "The user's name.", "alice"),
          optional(
              "groups",
              Shape.someOf(text(TextForm.NAME)),
              "The groups that the user belongs to.",
              "[analysts]"));

  private static final Shape GRANT =
      struct(
          "a grant",
          required("to", text(TextForm.PRINCIPAL), "Who gets it.", "group:analysts"),
          required(
              "allow",
              Shape.someOf(Shape.words(PERMISSIONS)),
              "What it allows.",
              "[DESCRIBE, SELECT]"),
          required(
              "on",
              text(TextForm.RESOURCE),
              "What it is on, with all that lies in it: `lake`, a domain, a layer of a domain, or"
                  + " a table.",
              "shop.analytics"));

  static final Shape.Struct FILE =
      struct(
          "an access file",
          optional(
              "principals", listOf(PRINCIPAL), "Users, with their groups.", "[{ name: alice }]"),
          optional(
              "groups", listOf(text(TextForm.NAME)), "Groups that users belong to.", "[analysts]"),
          optional(
              "roles",
              listOf(text(TextForm.NAME)),
              "Principals that programs act as, with keys and tokens of their own.",
              "[loader]"),
          optional(
              "grants",
              listOf(GRANT),
              "What is allowed; whatever no grant allows is refused.",
              "[{ to: group:analysts, allow: [SELECT], on: shop.analytics }]"));

  static final String EXAMPLE =
      """
      principals:
        - { name: alice, groups: [sales] }
        - { name: bob, groups: [analysts] }
      groups: [sales, analysts]
      roles: [loader]
      grants:
        - { to: group:sales, allow: [DESCRIBE, SELECT, RUN, REDRIVE], on: shop }
        - { to: group:analysts, allow: [DESCRIBE, SELECT], on: shop.analytics }
        - { to: role:loader, allow: [WRITE_OBJECTS], on: shop.raw }
      """;

  private AccessShape() {}
}
