package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.governance.Permission;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who asks in the permission matrix; made when they are needed first. */
final class MatrixPeople {
  private static final String ELSEWHERE =
      "{\"grants\": [{\"allow\": [\"SELECT\"], \"on\": \"depot\"}]}";

  private final MatrixLake lake;
  private final Map<String, Credentials> known = new HashMap<>();
  private final Credentials person;
  private int made;

  MatrixPeople(MatrixLake lake) throws Exception {
    this.lake = lake;
    lake.principal("nobody", Map.of());
    this.person = lake.principal("person", Map.of());
  }

  /** Makes somebody who is not there yet. */
  private interface Making {
    Credentials make(String name) throws Exception;
  }

  private Credentials of(String what, Making making) throws Exception {
    Credentials there = known.get(what);
    if (there == null) {
      there = making.make("one_" + ++made);
      known.put(what, there);
    }
    return there;
  }

  /** Somebody of the team that owns the domain. */
  Credentials owner() throws Exception {
    return of("owner", name -> lake.principal(name, Map.of("groups", List.of("shop"))));
  }

  /** Somebody of a team that owns another domain. */
  Credentials otherTeam() throws Exception {
    return of("other team", name -> lake.principal(name, Map.of("groups", List.of("depot"))));
  }

  /** Somebody who has nothing. */
  Credentials stranger() throws Exception {
    return of("stranger", name -> lake.principal(name, Map.of()));
  }

  /** Somebody who has ADMIN on the lake and nothing else. */
  Credentials administrator() throws Exception {
    return having(Set.of(Permission.ADMIN), "lake");
  }

  /** Somebody who has these permissions and nothing else. */
  Credentials having(Set<Permission> permissions, String on) throws Exception {
    return of(
        "%s on %s".formatted(permissions, on),
        name -> {
          Credentials one = lake.principal(name, Map.of());
          grant(name, permissions, on);
          return one;
        });
  }

  /** Somebody who had these permissions until a moment ago. */
  Credentials ended(Set<Permission> permissions, String on) throws Exception {
    return of(
        "%s on %s until then".formatted(permissions, on),
        name -> {
          Credentials one = lake.principal(name, Map.of());
          Instant end = Instant.now().plusMillis(700);
          lake.doors()
              .done(
                  "POST /v1/grants",
                  Json.print(
                      Map.of(
                          "principal",
                          name,
                          "permissions",
                          permissions,
                          "on",
                          on,
                          "until",
                          end.toString())));
          String can =
              "GET /v1/can?permission=%s&resource=%s".formatted(permissions.iterator().next(), on);
          assertThat(lake.doors().api(one, can, "").text()).contains("\"allowed\"");
          while (Instant.now().isBefore(end)) {
            Thread.onSpinWait();
          }
          return one;
        });
  }

  /** Somebody who acts as a role that has these permissions and nothing else. */
  Credentials temporary(Set<Permission> permissions, String on) throws Exception {
    return of(
        "role with %s on %s".formatted(permissions, on),
        name -> session(role(name, permissions, on), "{}"));
  }

  /** The same in a session whose policy allows something else alone. */
  Credentials narrowed(Set<Permission> permissions, String on) throws Exception {
    return of(
        "narrowed role with %s on %s".formatted(permissions, on),
        name -> session(role(name, permissions, on), "{\"policy\": %s}".formatted(ELSEWHERE)));
  }

  /** Makes a role that {@code person} may act as. */
  String role(String name, Set<Permission> permissions, String on) throws Exception {
    lake.principal(name, Map.of("kind", "role", "trust", List.of("user:person")));
    grant("role:" + name, permissions, on);
    return name;
  }

  /** Begins a session as {@code person}. */
  Credentials session(String role, String body) throws Exception {
    var answer = lake.doors().api(person, "POST /v1/principals/%s/sessions".formatted(role), body);
    return Credentials.of(Json.parse(answer.text()));
  }

  /** Grants, and returns the id of the grant. */
  String grant(String to, Set<Permission> permissions, String on) throws Exception {
    return lake.doors()
        .done(
            "POST /v1/grants",
            Json.print(Map.of("principal", to, "permissions", permissions, "on", on)))
        .path("id")
        .asText();
  }
}
