package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.TableName;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.TableUpdate;
import io.hosu.tables.UpkeepRules;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.iceberg.MetadataUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dataset says of the upkeep of its tables. */
class TableUpkeepTest {
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");

  private final Map<String, String> shop = new TreeMap<>();
  @TempDir private Path directory;
  private TestServer server;

  @BeforeEach
  void open() {
    server = new TestServer(TestDatabase.SQLITE, directory);
    shop.put("lake.yaml", "name: shop");
    shop.put("domains/shop/domain.yaml", "description: A shop.");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void upkeep(String text) {
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { columns: { id: BIGINT }%s } }"
            .formatted(text.isEmpty() ? "" : ", upkeep: " + text));
  }

  private Map<String, String> properties() {
    return server.tables.require(ORDERS).metadata().properties();
  }

  private List<Change> planned() {
    return server.delivery.plan(TestServer.sound(shop)).changes();
  }

  @Test
  void whatIsSaidHoldsForTheTableAndIsSeenByOtherEngines() {
    upkeep(
        "{ compact: false, target_file_size: 1.25MB, expire_after: 36h, keep_at_least: 3,"
            + " orphan_delay: 90m }");
    server.apply(shop);

    assertThat(server.tables.require(ORDERS).upkeep())
        .isEqualTo(
            new UpkeepRules(
                true,
                false,
                OptionalLong.of(1280 << 10),
                Optional.of(Duration.ofHours(36)),
                OptionalInt.of(3),
                Optional.of(Duration.ofMinutes(90))));
    assertThat(properties())
        .containsEntry("write.target-file-size-bytes", "1310720")
        .containsEntry("history.expire.max-snapshot-age-ms", "129600000")
        .containsEntry("history.expire.min-snapshots-to-keep", "3");
    assertThat(planned()).isEmpty();
  }

  @Test
  void whatIsSaidNoMoreIsAsTheLakeHasItAndWhatAnEngineSetStays() {
    upkeep("{ expire_after: 36h, keep_at_least: 3 }");
    server.apply(shop);
    MetadataUpdate set =
        new MetadataUpdate.SetProperties(Map.of("write.target-file-size-bytes", "5000000"));
    try (PreparedUpdates prepared =
        server
            .tables
            .open()
            .prepare(
                CommitContext.of("engine"),
                List.of(new TableUpdate(ORDERS, List.of(), List.of(set))))) {
      server.database.perform(prepared::publish);
    }

    upkeep("");
    server.apply(shop);

    assertThat(properties())
        .containsEntry("write.target-file-size-bytes", "5000000")
        .doesNotContainKey("history.expire.max-snapshot-age-ms")
        .doesNotContainKey("history.expire.min-snapshots-to-keep")
        .doesNotContainKey("hosu.upkeep.defined");
    assertThat(planned()).isEmpty();
  }

  @Test
  void aTableCanBeLeftAlone() {
    upkeep("off");
    server.apply(shop);
    assertThat(server.tables.require(ORDERS).upkeep().byItself()).isFalse();
    assertThat(planned()).isEmpty();

    upkeep("{ compact: true }");
    assertThat(planned()).hasSize(1);
    server.apply(shop);
    assertThat(server.tables.require(ORDERS).upkeep()).isEqualTo(UpkeepRules.NONE);
    assertThat(properties().keySet()).noneMatch(name -> name.startsWith("hosu.upkeep"));
  }

  @Test
  void whatCannotBeIsAMistakeThatSaysWhatCan() {
    upkeep("{ target_file_size: 10KB, expire_after: 1s, orphan_delay: 5m }");
    assertThat(mistakes())
        .containsExactlyInAnyOrder(
            "'target_file_size' of upkeep is 10KB.",
            "'expire_after' of upkeep is 1s.",
            "'orphan_delay' of upkeep is 5m.");

    upkeep("{ keep_at_least: 0 }");
    assertThat(mistakes()).hasSize(1);
    upkeep("never");
    assertThat(mistakes()).hasSize(1);
    upkeep("{ expire: 1d }");
    assertThat(mistakes()).singleElement().asString().contains("'expire'");
  }

  private List<String> mistakes() {
    return LakeProject.read(ProjectFiles.of(shop)).mistakes().stream().map(Mistake::why).toList();
  }
}
