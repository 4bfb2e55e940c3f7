package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** plan. */
class PlanCommandTest {
  private static final String ANSWER =
      """
      {"lake": "x", "dry_run": true,
       "changes": [{"verb": "create", "kind": "grant", "name": "user:eva on shop", "differences": [], "notes": []}],
       "access": {"changes": [
         {"effect": "gains", "permission": "SELECT", "on": "shop.stage.orders", "before": "nothing",
          "after": "all of it", "people": 6,
          "principals": ["role:loader", "user:a", "user:b", "user:c", "user:d", "user:e", "user:eva"]},
         {"effect": "loses", "permission": "RUN", "on": "shop", "before": "allowed",
          "after": "nothing", "people": 1, "principals": ["user:a"]}],
        "warnings": %s},
       "mistakes": []}
      """;
  private static final String WARNING =
      "[{\"about\": \"shop.stage.orders.customer\", \"what\": \"It is personal.\", \"remedy\": \"Mask it.\"}]";

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
    lines.run("init", "lake");
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void aPlanCountsPeopleAndNamesWhatChangesForWhom() {
    server.on("POST /v1/apply", ANSWER.formatted("[]"));

    CommandLines.Result result = lines.run("plan", "--project", "lake", "--strict");

    assertThat(result.out())
        .isEqualTo(
            """
            would make 1 change
              + grant user:eva on shop
            access: gained by 6 people, lost by 1 person, other than before for 0 people
              + SELECT shop.stage.orders: nothing -> all of it (role:loader, user:a, user:b, user:c, user:d and 2 more)
              - RUN shop: allowed -> nothing (user:a)
            """);
    assertThat(result.exit()).isZero();
    assertThat(Json.parse(server.lastAsked().body()).path("dry_run").asBoolean()).isTrue();
  }

  @Test
  void warningsAreErrorsWhereOneIsStrict() {
    server.on("POST /v1/apply", ANSWER.formatted(WARNING));

    CommandLines.Result mild = lines.run("plan", "--project", "lake");
    CommandLines.Result strict = lines.run("plan", "--project", "lake", "--strict");

    assertThat(mild.exit()).isZero();
    assertThat(mild.err())
        .contains("warning: shop.stage.orders.customer: It is personal. Mask it.");
    assertThat(strict.exit()).isEqualTo(1);
    assertThat(strict.out()).isEqualTo(mild.out());
  }
}
