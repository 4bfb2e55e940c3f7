package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess.Ran;
import io.hosu.testing.OidcServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People of an OIDC provider at a running server, with the real program. */
class OidcSignInTest {
  private static final String ALL = "SELECT * FROM shop.stage.orders";

  /** Enough to run for seconds: what runs is looked at again every second. */
  private static final String LONG =
      "SELECT count(*) FROM shop.stage.orders o, range(1000000000) r WHERE o.id > 0";

  @TempDir static Path folder;
  private static OidcServer provider;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    provider = new OidcServer(InstantSource.system());
    lake =
        SmallLake.start(
            folder,
            "--set",
            "oidc.issuer=" + provider.issuer(),
            "--set",
            "oidc.client-id=" + OidcServer.CLIENT);
    lake.put("shop/orders/1.csv", "id,name,amount\n1,a,1\n2,b,2\n");
    Ran granted = lake.hosu.hosu("grant", "group:readers", "SELECT", "shop.stage");
    assertThat(granted.exit()).as(granted.err()).isZero();
  }

  @AfterAll
  static void stop() {
    lake.close();
    provider.close();
  }

  /** A command of somebody who has no token but what a sign-in left in {@code home}. */
  private static Ran run(String home, String... words) throws Exception {
    String configuration = folder.resolve(home).toString();
    return lake.hosu.hosu(Map.of("HOSU_TOKEN", "", "XDG_CONFIG_HOME", configuration), words);
  }

  @Test
  void whoSignsInOnADeviceReadsWhatTheirGroupMay() throws Exception {
    provider.devices().letIn("1", claims("ann", "readers"), Duration.ofHours(1));

    Ran login = run("ann", "login");

    assertThat(login.exit()).as(login.err()).isZero();
    assertThat(login.out()).startsWith("Open ").contains("as user:ann until");
    assertThat(Json.parse(run("ann", "whoami", "-o", "json").out()).path("groups").toString())
        .isEqualTo("[\"readers\"]");
    assertThat(run("ann", "sql", "-c", ALL, "-o", "csv").out())
        .isEqualTo("id,name,amount\n1,a,1\n2,b,2\n");
    Ran counted = run("ann", "sql", "-c", LONG, "-o", "csv");
    assertThat(counted.out()).as(counted.err()).endsWith("\n2000000000\n");

    assertThat(run("ann", "logout").exit()).isZero();
    assertThat(run("ann", "sql", "-c", ALL).err()).contains("UNAUTHENTICATED");
  }

  @Test
  void aProgramSendsTheTokenOfTheProviderAsItsOwn() throws Exception {
    String token = provider.token("7", claims("robot", "readers"));
    String without = provider.token("7", claims("robot"));

    assertThat(lake.hosu.hosu(Map.of("HOSU_TOKEN", token), "sql", "-c", ALL).out()).contains("b");
    assertThat(lake.hosu.hosu(Map.of("HOSU_TOKEN", without), "sql", "-c", ALL).err())
        .contains("TABLE_NOT_FOUND");
  }

  private static Map<String, Object> claims(String name, String... groups) {
    return Map.of("preferred_username", name, "groups", List.of(groups));
  }
}
