package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.TablePlaces;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lake that was made before places of tables were kept. */
class PlacesUpgradeTest {
  private static void table(Database database, String domain, String name, String metadata) {
    database.perform(tx ->
        tx.update(
            "INSERT INTO tables (domain, layer, name, id, metadata_location, created_at,"
                + " changed_at) VALUES (?, 'stage', ?, ?, ?, 1, 1)",
            domain,
            name,
            name,
            metadata));
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void placesOfTheTablesThatThereAreAreKnownFromThenOn(TestDatabase kind, @TempDir Path folder) {
    String url = kind.newUrl(folder);
    List<Migration> all = TestLake.migrations();
    List<Migration> before =
        all.stream().filter(step -> !step.module().equals("tables") || step.version() < 4).toList();
    try (Database older = Databases.temporary(url, before)) {
      table(older, "air", "flights", "s3://stage/air/flights/metadata/v1.metadata.json");
      table(older, "air", "trips", "s3://stage/air/rides-01abc/metadata/00002-x.metadata.json");
      table(older, "system", "audit", "s3://system/system/audit/metadata/v1.metadata.json");
    }
    try (Database newer = Databases.temporary(url, all)) {
      assertThat(find(newer, "stage/air/flights/")).contains(TableName.parse("air.stage.flights"));
      assertThat(find(newer, "stage/air/rides-01abc/"))
          .contains(TableName.parse("air.stage.trips"));
      assertThat(find(newer, "system/system/audit/")).isEmpty();
    }
  }

  private static Optional<TableName> find(Database database, String place) {
    return database.read(tx -> TablePlaces.find(tx, ObjectName.parse(place)));
  }
}
