package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views on the command line. */
class ViewsCommandTest {
  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void viewsAreListed() {
    server.on("GET /v1/views", "{\"items\": [{\"name\": \"shop.analytics.customers\"}]}");
    assertThat(lines.run("views").out()).contains("shop.analytics.customers");
    assertThat(lines.run("views", "list", "-o", "json").out())
        .contains("{\"name\":\"shop.analytics.customers\"}");
  }

  @Test
  void aViewIsShownWithItsText() {
    server.on(
        "GET /v1/views/shop.analytics.customers",
        """
        {"name": "shop.analytics.customers", "columns": [{"name": "customer", "type": "VARCHAR"}],
         "texts": [{"dialect": "spark", "sql": "SELECT customer FROM stage.orders"}]}
        """);
    assertThat(lines.run("views", "describe", "shop.analytics.customers").out())
        .contains("customer", "VARCHAR", "SELECT customer FROM stage.orders");
  }

  @Test
  void aViewIsDropped() {
    server.on("DELETE /v1/views/shop.analytics.customers", "");
    assertThat(lines.run("views", "drop", "shop.analytics.customers").out())
        .isEqualTo("dropped shop.analytics.customers\n");
    assertThat(server.lastAsked().line()).isEqualTo("DELETE /v1/views/shop.analytics.customers");
  }
}
