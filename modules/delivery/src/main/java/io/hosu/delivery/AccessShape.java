package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.listOf;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.governance.Permission;
import java.util.Arrays;
import java.util.List;

/** The shape of a file that says who may do what. */
final class AccessShape {
  static final List<String> PERMISSIONS =
      Arrays.stream(Permission.values()).map(Permission::name).toList();

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
              "groups",
              Shape.someOf(text(TextForm.PRINCIPAL_NAME)),
              "The groups that it belongs to: what is granted to one is granted to it.",
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
              "What it is on, with all that lies in it: `lake`, a domain, a layer of a domain"
                  + " (its tables and its objects), a table, objects (`raw/shop/orders/`), or"
                  + " `pipeline:shop.orders`.",
              "shop.analytics"));

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
              listOf(text(TextForm.NAME)),
              "Rights that work is done with, with keys and tokens of their own.",
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
        - { to: group:sales, allow: [SELECT, RUN, REDRIVE], on: shop }
        - { to: group:analysts, allow: [DESCRIBE, SELECT], on: shop.analytics }
        - { to: role:loader, allow: [WRITE_OBJECTS], on: raw/shop/orders/ }
      """;

  private AccessShape() {}
}
