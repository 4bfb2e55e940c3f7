package io.hosu.pipelines.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ObjectLook;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.Tally;
import io.hosu.tables.SqlColumn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys, names, drift, and many objects at once. */
class CrawlPartsTest {

  @Test
  void foldersOfHiveAndOfDatesArePartitionsAndOthersAreNot() {
    KeyShape key = KeyShape.of("shop/orders/2026/region=eu%2Fwest/x/1.csv.gz");

    assertThat(key.folders()).containsExactly("shop", "orders", "x");
    assertThat(key.template()).containsExactly("shop", "orders", "*", "region=*", "x");
    assertThat(key.partitions())
        .containsExactlyInAnyOrderEntriesOf(Map.of("partition_0", "2026", "region", "eu/west"));
    assertThat(key.suffix()).isEqualTo(".csv.gz");
  }

  @Test
  void aDatasetWhoseNameIsANumberIsNoPartition() {
    assertThat(KeyShape.of("shop/2026/1.csv").folders()).containsExactly("shop", "2026");
  }

  @Test
  void whateverAFolderIsCalledItsTableHasAName() {
    assertThat(TableNames.name("Köln & Bonn")).isEqualTo("koln_bonn");
    assertThat(TableNames.name("2026-orders")).isEqualTo("t_2026_orders");
    assertThat(TableNames.name("日本")).isEqualTo("table");
    assertThat(TableNames.name("x".repeat(100))).hasSize(63);
  }

  @Test
  void driftTellsWhatATableTakesAndWhatItDoesNot() {
    List<SqlColumn> table =
        List.of(
            new SqlColumn("id", "INTEGER"),
            new SqlColumn("at", "TIMESTAMP WITH TIME ZONE"),
            new SqlColumn("amount", "DOUBLE"),
            new SqlColumn("note", "VARCHAR"),
            new SqlColumn("gone", "DATE"));
    Map<String, String> found = new LinkedHashMap<>();
    found.put("ID", "BIGINT");
    found.put("at", "TIMESTAMPTZ");
    found.put("amount", "VARCHAR");
    found.put("note", "BIGINT");
    found.put("more", "TIME");

    assertThat(Drift.between(table, found))
        .extracting(one -> one.column() + " " + one.change())
        .containsExactly(
            "id wider", "amount incompatible", "note fits", "gone missing", "more new");
  }

  @Test
  void ofAHundredThousandObjectsOnlySomeAreLookedAtAndAllAreCounted() {
    Folders folders = new Folders();
    long looked = 0;
    for (int i = 0; i < 100_000; i++) {
      KeyShape key = KeyShape.of("shop/visits/day=%d/%d.csv".formatted(i % 5000, i));
      if (folders.wants(key)) {
        looked++;
        folders.add(look("raw/shop/visits/" + i), key, 10);
      } else {
        folders.count(key, 10);
      }
    }

    List<Folders.Found> tables = folders.tables();

    assertThat(tables).hasSize(1);
    Cluster cluster = tables.getFirst().cluster();
    assertThat(cluster.objects()).isEqualTo(100_000);
    assertThat(cluster.bytes()).isEqualTo(1_000_000);
    assertThat(cluster.looked()).isEqualTo(looked).isLessThan(10_000);
    assertThat(cluster.isWhole()).isFalse();
    assertThat(cluster.partition("day").type()).isEqualTo("BIGINT");
  }

  @Test
  void moreFoldersThanCanBeHeldAreRefused() {
    Folders folders = new Folders();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                folders.wants(KeyShape.of("shop/f%dx/1.csv".formatted(i)));
              }
            })
        .isInstanceOf(HosuException.class)
        .hasMessageContaining("2,000 folders");
  }

  private static ObjectLook look(String object) {
    Tally id = new Tally();
    id.text("1", object, 2);
    Form form = new Form(FileFormat.CSV, ",", "\"", true, "us-ascii");
    return new ObjectLook(object, form, Map.of("id", id), 1, true, "", "");
  }
}
