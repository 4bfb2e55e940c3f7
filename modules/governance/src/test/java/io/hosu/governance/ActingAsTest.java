package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Administrators who ask as somebody else. */
class ActingAsTest {
  private TestApi api;

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    api = new TestApi(TestDatabase.SQLITE, data);
    api.user("eva");
    api.keep(Principal.user("boss").asAdministrator());
    api.grant("user:eva", Permission.SELECT, "shop");
    api.grant("user:eva", Permission.RUN, "shop");
    api.grant("user:boss", Permission.SELECT, "shop.stage");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private String decision(String permission, String on) throws Exception {
    return api.as(api.token("boss"), "eva", "/v1/can?permission=%s&on=%s".formatted(permission, on))
        .text("decision");
  }

  @Test
  void theyHaveTheFewerRightsOfTheTwo() throws Exception {
    assertThat(decision("SELECT", "shop.stage")).isEqualTo("allowed");
    assertThat(decision("SELECT", "shop.analytics")).isEqualTo("denied");
    assertThat(decision("RUN", "shop")).isEqualTo("allowed");
    assertThat(decision("ADMIN", "lake")).isEqualTo("denied");
    assertThat(api.as(api.token("boss"), "eva", "/v1/me").text("name")).isEqualTo("eva");
    assertThat(api.as(api.token("boss"), "eva", "/v1/me").text("person")).isEqualTo("user:boss");
  }

  @Test
  void bothAreOnRecord() throws Exception {
    api.as(api.token("boss"), "eva", "/v1/sql");

    JsonNode record = api.get(api.admin, "/v1/audit?principal=eva").json().path("items").path(0);
    assertThat(record.path("principal").asText()).isEqualTo("user:eva");
    assertThat(record.path("person").asText()).isEqualTo("user:boss");
  }

  @Test
  void whoIsNoAdministratorIsRefusedAndThatIsOnRecord() throws Exception {
    TestApi.Answer answer = api.as(api.token("eva"), "boss", "/v1/me");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("ADMIN").doesNotContain("boss");
    JsonNode record = api.get(api.admin, "/v1/audit?principal=eva").json().path("items").path(0);
    assertThat(record.path("decision").asText()).isEqualTo("denied");
    assertThat(record.path("action").asText()).isEqualTo("ADMIN");
  }

  @Test
  void nobodyIsAsNobody() throws Exception {
    assertThat(api.as(api.admin, "nobody", "/v1/me").status()).isEqualTo(404);
    assertThat(api.as("wrong", "eva", "/v1/me").status()).isEqualTo(401);
  }
}
