package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What somebody asked to be allowed.
 *
 * @param asker who asked
 * @param why in their words
 * @param until how long they want it
 * @param answer what was decided; empty while it is open
 */
record AccessRequest(
    String id,
    Asker asker,
    Set<Permission> permissions,
    Resource on,
    String why,
    Instant until,
    Instant madeAt,
    Status status,
    Optional<Answer> answer) {

  /**
   * Who asked.
   *
   * @param principal with the kind
   * @param life which of those that bear the name one after the other
   */
  record Asker(String principal, String life) {
    static Asker of(Principal who) {
      return new Asker(who.toString(), who.life());
    }
  }

  /** What became of a request. */
  enum Status {
    OPEN,
    APPROVED,
    REFUSED,
    /** By who asked. */
    WITHDRAWN
  }

  /**
   * A decision.
   *
   * @param by who decided, with the kind
   * @param why in their words; may be empty
   * @param grant the id of the grant that was given; empty when none was
   */
  record Answer(String by, Instant at, String why, String grant) {}

  AccessRequest {
    permissions = Collections.unmodifiableSet(new TreeSet<>(permissions));
  }

  /** Who asked, with the kind. */
  String principal() {
    return asker.principal;
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("id", id).put("principal", principal());
    json.set("permissions", Json.mapper().valueToTree(permissions));
    json.put("on", on.toString()).put("why", why);
    json.put("until", Instants.print(until)).put("made_at", Instants.print(madeAt));
    json.put("status", GovernanceJson.word(status));
    answer.ifPresent(given -> {
      json.put("decided_by", given.by()).put("decided_at", Instants.print(given.at()));
      json.put("answer", given.why()).put("grant", given.grant());
    });
    return json;
  }
}
