package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * What of a role's rights a session may use: grants as a lake project writes them, but to nobody.
 *
 * @param grants what it may use, and what it may not
 */
record SessionPolicy(List<Grant> grants) {
  private static final int MOST_GRANTS = 100;
  private static final List<String> FIELDS =
      List.of("allow", "deny", "on", "columns", "rows", "masks", "where", "until");

  SessionPolicy {
    grants = List.copyOf(grants);
  }

  /**
   * Reads {@code {"grants": [...]}}.
   *
   * @param role whose rights are narrowed
   * @throws Invalid with the first mistake
   */
  static SessionPolicy parse(JsonNode json, Principal role) {
    if (!json.isObject() || !json.path("grants").isArray() || json.size() != 1) {
      throw wrong(
          "A session policy has a list of grants, and nothing else.",
          "Write grants: [{ allow: [SELECT], on: DOMAIN.LAYER }]");
    }
    if (json.path("grants").size() > MOST_GRANTS) {
      throw wrong(
          "A session policy has more than %d grants.".formatted(MOST_GRANTS),
          "Say the same with fewer, or give the role less.");
    }
    List<Grant> grants = new ArrayList<>();
    for (JsonNode one : json.path("grants")) {
      grants.add(grant(one, role, "session-%d".formatted(grants.size() + 1)));
    }
    return new SessionPolicy(grants);
  }

  private static Grant grant(JsonNode json, Principal role, String id) {
    if (!(json instanceof ObjectNode fields)) {
      throw wrong(
          "A grant of a session policy is not a mapping.", "Write { allow: [SELECT], on: DOMAIN }");
    }
    fields
        .fieldNames()
        .forEachRemaining(name -> {
          if (!FIELDS.contains(name)) {
            throw wrong(
                "A grant of a session policy has no '%s'%s"
                    .formatted(name, Suggestions.ending(name, FIELDS)),
                "Give only: %s.".formatted(String.join(", ", FIELDS)));
          }
        });
    boolean denies = fields.has("deny");
    if (denies == fields.has("allow")) {
      throw wrong(
          "A grant of a session policy needs either allow or deny.",
          "Write { allow: [SELECT], on: DOMAIN }");
    }
    EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
    TermsText.texts(denies ? "deny" : "allow", fields.path(denies ? "deny" : "allow"))
        .forEach(text -> permissions.add(Permission.parse(text)));
    return new Grant(
        id,
        denies ? Grant.Effect.DENY : Grant.Effect.ALLOW,
        Grantee.of(role),
        permissions,
        Resource.parse(TermsText.text(fields, "on").orElse("")),
        Terms.fromJson(fields),
        "session");
  }

  private static Invalid wrong(String what, String remedy) {
    return new Invalid(GovernanceError.GRANT_INVALID, what, remedy);
  }

  /** As {@link #parse} reads it. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    var all = json.putArray("grants");
    for (Grant grant : grants) {
      ObjectNode one = all.addObject();
      one.set(grant.denies() ? "deny" : "allow", Json.mapper().valueToTree(grant.permissions()));
      one.put("on", grant.on().toString());
      one.setAll(grant.terms().toJson());
    }
    return json;
  }
}
