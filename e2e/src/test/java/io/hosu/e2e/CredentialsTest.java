package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Credentials of a running server, at all of its doors. */
class CredentialsTest {
  private static final String KEY = "shop/orders/1.csv";
  private static final String ALL = "SELECT * FROM shop.stage.orders";

  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    lake = SmallLake.start(folder);
    lake.put(KEY, "id,name,amount\n1,a,1\n2,b,2\n");
    lake.put("shop/sifted/1.csv", "id,name,amount\n1,a,1\n");
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  @Test
  void whoActsAsARoleHasItsRightsAtEveryDoorUntilTheTrustEnds() throws Exception {
    done("principals", "create", "alice");
    done("principals", "create", "loader", "--kind", "role", "--trust", "user:alice");
    done("grant", "role:loader", "SELECT", "shop.stage");
    done("grant", "role:loader", "READ_OBJECTS", "raw/shop/");
    Path policy = folder.resolve("policy.yaml");
    Files.writeString(
        policy,
        """
        grants:
          - { allow: [SELECT], on: shop, columns: { except: [amount] }, rows: id > 1 }
          - { allow: [READ_OBJECTS], on: raw/shop/orders/ }
        """);
    Map<String, String> alice = Map.of("HOSU_TOKEN", done("token", "create", "alice").strip());
    var begun =
        lake.hosu.hosu(
            alice, "role", "assume", "loader", "--policy", policy.toString(), "-o", "json");
    assertThat(begun.exit()).as(begun.err()).isZero();
    JsonNode session = Json.parse(begun.out());
    Map<String, String> loader = Map.of("HOSU_TOKEN", session.path("token").asText());
    AwsSessionCredentials keys =
        AwsSessionCredentials.create(
            session.path("access_key_id").asText(),
            session.path("secret_access_key").asText(),
            session.path("session_token").asText());

    try (S3Client s3 = S3Clients.of(lake.hosu, keys)) {
      assertThat(sql(loader, ALL).out()).isEqualTo("id,name\n2,b\n");
      assertThat(sql(alice, ALL).err()).contains("TABLE_NOT_FOUND");
      assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key(KEY)).asUtf8String())
          .contains("1,a,1");
      assertThat(s3.listObjectsV2(r -> r.bucket("raw").prefix("shop/")).contents())
          .extracting(object -> object.key())
          .containsExactly(KEY);
      refused(
          "AccessDenied", () -> s3.getObjectAsBytes(r -> r.bucket("raw").key("shop/sifted/1.csv")));

      done("principals", "change", "loader", "--no-trust", "user:alice");
      assertThat(sql(loader, ALL).err()).contains("UNAUTHENTICATED");
      refused("ExpiredToken", () -> s3.getObjectAsBytes(r -> r.bucket("raw").key(KEY)));
    }
    assertThat(lake.array("audit", "--principal", "role:loader", "-o", "json"))
        .isNotEmpty()
        .allMatch(record -> record.path("person").asText().equals("user:alice"));
  }

  private static void refused(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  private static HosuProcess.Ran sql(Map<String, String> who, String sql) throws Exception {
    return lake.hosu.hosu(who, "sql", "-o", "csv", "-c", sql + " ORDER BY id");
  }

  private static String done(String... command) throws Exception {
    var ran = lake.hosu.hosu(command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }
}
