package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** How the nouns of this module look in JSON answers. */
final class GovernanceJson {
  private GovernanceJson() {}

  static ObjectNode principal(Principal principal) {
    ObjectNode json = Json.object();
    json.put("name", principal.name());
    json.put("kind", word(principal.kind()));
    json.put("administrator", principal.administrator());
    json.set("groups", Json.mapper().valueToTree(principal.groups()));
    json.set("attributes", Json.mapper().valueToTree(principal.attributes()));
    return json;
  }

  static ObjectNode principal(Principals.Kept kept) {
    ObjectNode json = principal(kept.principal());
    if (kept.principal().kind() == Principal.Kind.ROLE) {
      var trust = json.putArray("trust");
      kept.about().trust().forEach(trusted -> trust.add(trusted.toString()));
    }
    if (kept.principal().kind() == Principal.Kind.SERVICE) {
      json.put("keeps_limits", kept.about().keepsLimits());
    }
    json.put("source", kept.source());
    json.put("created_at", Instants.print(kept.createdAt()));
    addClaim(json, kept);
    return json;
  }

  /** Adds the groups that count for it when it signs in as it last did, and when that was. */
  static void addClaim(ObjectNode json, Principals.Kept kept) {
    Principals.Claim claim = kept.claim();
    if (!claim.groups().isEmpty()) {
      claim.groups().forEach(json.putArray("claimed_groups")::add);
      json.put("claimed_at", print(claim.at()));
    }
  }

  static ObjectNode lifetime(Lifetime lifetime, Instant now) {
    ObjectNode json = Json.object();
    json.put("status", lifetime.status(now).toString());
    json.put("created_at", Instants.print(lifetime.createdAt()));
    json.put("expires_at", print(lifetime.expiresAt()));
    json.put("last_used_at", print(lifetime.lastUsedAt()));
    return json;
  }

  static ObjectNode grant(Grant grant) {
    ObjectNode json = Json.object();
    json.put("id", grant.id());
    json.put("principal", grant.to().toString());
    json.set("permissions", Json.mapper().valueToTree(grant.permissions()));
    json.put("on", grant.on().toString());
    json.put("effect", word(grant.effect()));
    json.setAll(grant.terms().toJson());
    json.put("source", grant.source());
    return json;
  }

  /**
   * How much of a decision is told.
   *
   * @param grants the form of a grant; empty: it is not told
   */
  record Telling(
      Function<Grant, Optional<ObjectNode>> grants,
      UnaryOperator<String> conditions,
      Function<Mask, String> masks) {
    static final Telling ALL =
        new Telling(
            grant -> Optional.of(GovernanceJson.grant(grant)),
            UnaryOperator.identity(),
            Mask::toString);
  }

  static ObjectNode decision(
      Principal principal, Permission permission, Resource resource, Decision decision) {
    return decision(principal, permission, resource, decision, Telling.ALL);
  }

  static ObjectNode decision(
      Principal principal,
      Permission permission,
      Resource resource,
      Decision decision,
      Telling telling) {
    ObjectNode json = Json.object();
    json.put("principal", principal.toString());
    json.put("permission", permission.name());
    json.put("on", resource.toString());
    switch (decision) {
      case Decision.Allowed(var given, Limits limits) -> {
        json.put("decision", word(limits));
        List<ObjectNode> told =
            given.stream().map(telling.grants).flatMap(Optional::stream).toList();
        json.set("grant", told.isEmpty() ? json.nullNode() : told.getFirst());
        json.putNull("reason").putNull("remedy"); // scripts rely on all four
        if (!limits.isNone() || told.size() > 1) {
          told.stream().skip(1).forEach(json.putArray("more")::add);
        }
        if (!limits.isNone()) {
          json.set("limits", limits(limits, telling));
        }
      }
      case Decision.Denied(String reason, String remedy, _, _) -> {
        json.put("decision", "denied");
        json.putNull("grant");
        json.put("reason", reason);
        json.put("remedy", remedy);
      }
    }
    return json;
  }

  /** Masked when some cell is seen otherwise than it is, filtered when something is left out. */
  static String word(Limits limits) {
    boolean masked =
        limits.columns().values().stream()
            .flatMap(List::stream)
            .anyMatch(sight -> sight.mask() != null);
    return limits.isNone() ? "allowed" : masked ? "masked" : "filtered";
  }

  /** Columns that grants name, with what is seen of them; {@code *} stands for all others. */
  private static ObjectNode limits(Limits limits, Telling telling) {
    ObjectNode json = Json.object();
    ObjectNode columns = json.putObject("columns");
    limits
        .columns()
        .forEach((name, sights) -> {
          ArrayNode all =
              columns.putArray(name.isEmpty() ? Terms.EVERY : ColumnNames.written(name));
          sights.forEach(sight ->
              all.addObject()
                  .put("when", sight.when() == null ? null : telling.conditions.apply(sight.when()))
                  .put("mask", sight.mask() == null ? null : telling.masks.apply(sight.mask())));
        });
    limits.rows().stream().map(telling.conditions).forEach(json.putArray("rows")::add);
    limits.deniedRows().stream().map(telling.conditions).forEach(json.putArray("denied_rows")::add);
    return json;
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @org.jspecify.annotations.Nullable
  static String print(Optional<Instant> instant) {
    return instant.map(Instants::print).orElse(null);
  }
}
