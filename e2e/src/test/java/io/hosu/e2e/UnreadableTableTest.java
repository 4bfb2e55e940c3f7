package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table whose metadata is damaged, in a lake with others. */
class UnreadableTableTest {
  private static final String GRANT =
      """
      grants:
        - { to: group:shop, allow: [SELECT], on: shop.stage, rows: "id > 0" }
        - { to: group:shop, allow: [SELECT], on: shop.stage.orders, rows: "id > 0" }
      """;

  @TempDir Path folder;

  /** Writes other bytes over each metadata file of the table shop.stage.orders. */
  private void damage() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
      files = all.filter(Files::isRegularFile).filter(UnreadableTableTest::isMetadata).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      Files.writeString(file, "damaged");
    }
  }

  private static boolean isMetadata(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return text.startsWith("{\"format-version\"")
          && text.contains("\"location\":\"s3://stage/shop/orders\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theServerStartsAndServesAllOthers() throws Exception {
    try (SmallLake lake = SmallLake.start(folder)) {
      lake.put("shop/orders/1.csv", "id,name,amount\n1,a,2\n");
      lake.put("shop/whole/1.csv", "id,name,amount\n7,a,2\n");
    }
    damage();
    SmallLake.write(folder.resolve("project"), "access/grants.yaml", GRANT);
    try (SmallLake lake = SmallLake.again(folder.resolve("project"), folder.resolve("data"))) {
      assertThat(lake.hosu.hosu("tables", "list").out())
          .contains("shop.stage.orders", "shop.stage.whole");
      assertThat(lake.hosu.hosu("search", "amount").out()).contains("shop.stage.whole");
      assertThat(lake.hosu.sql("SELECT id FROM shop.stage.whole")).containsExactly("7");
      lake.put("shop/whole/2.csv", "id,name,amount\n8,a,2\n");
      assertThat(lake.hosu.sql("SELECT id FROM shop.stage.whole")).contains("8");
      var refused = lake.hosu.hosu("sql", "-c", "SELECT id FROM shop.stage.orders");
      assertThat(refused.exit()).isNotZero();
      assertThat(refused.err())
          .contains(
              "s3://stage/shop/orders/metadata/",
              "shop.stage.orders",
              "damaged or gone",
              "[FILE_UNREADABLE]");
    }
  }
}
