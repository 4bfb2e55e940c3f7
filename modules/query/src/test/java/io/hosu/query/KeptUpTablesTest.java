package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.TestEngines;
import io.hosu.query.engine.WriteResult;
import io.hosu.tables.CommitContext;
import io.hosu.tables.CompactionPlan;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.MetadataTable;
import io.hosu.tables.PreparedUpkeep;
import io.hosu.tables.TableUpkeep;
import io.hosu.tables.Wear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables whose files were merged and whose snapshots expired, with columns of odd names, in SQL.
 */
@Timeout(120)
class KeptUpTablesTest {
  private static final TableName ODD = TableName.parse("aviation.stage.odd");
  private static final List<String> NAMES =
      List.of("a.b", "größe", "say \"x\"", "日本", "it's", "x$y", "select", "A B");

  @TempDir Path directory;
  private QueryLake lake;
  private final Principal ann = Principal.user("ann");
  private long first;
  private long last;

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    Grant grant =
        new Grant("", Grantee.of(ann), Set.of(Permission.SELECT), Resource.of(ODD), Grant.CLI);
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
    append(1);
    first = snapshot();
    append(2);
    append(3);
    last = snapshot();
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private long snapshot() {
    return lake.tables.require(ODD).snapshot().orElseThrow();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private void append(int value) throws IOException {
    StringBuilder select = new StringBuilder("SELECT %d AS id".formatted(value));
    NAMES.forEach(name -> select.append(", %d AS %s".formatted(value, quoted(name))));
    lake.append(ODD, select.toString());
  }

  private String ask(String sql) {
    return lake.csv(ann, sql);
  }

  private void keepUp() throws IOException {
    TableUpkeep upkeep = lake.tables.upkeep();
    CompactionPlan plan = upkeep.planCompaction(ODD, Wear.ANY, 1 << 20, 10);
    Path staging = Files.createDirectories(lake.blobs.staging().resolve(lake.ids.next()));
    CompactionPlan.Bin bin = plan.bins().getFirst();
    EngineView rows = new EngineView(List.of("rows"), bin.sql(), bin.paths());
    var request = new SessionRequest("", List.of(rows), null, staging, Duration.ofSeconds(20));
    try (EngineSession session = TestEngines.shared().open(request)) {
      WriteResult written =
          session.write(
              "SELECT * FROM rows", _ -> TableWriting.request(plan.shape(), staging, 1 << 20));
      List<FileStatistics> files = written.files().stream().map(FileStatistics::fromJson).toList();
      var rewritten = new TableUpkeep.Rewritten(bin, lake.tables.adopt(plan.target(), files));
      publish(upkeep.prepareCompaction(CommitContext.of("upkeep"), plan, List.of(rewritten)));
    }
    publish(upkeep.prepareForgetting(CommitContext.of("upkeep"), ODD));
  }

  private void publish(Optional<PreparedUpkeep> prepared) {
    try (PreparedUpkeep upkeep = prepared.orElseThrow()) {
      lake.database.perform(upkeep::publish);
    }
  }

  @Test
  void columnsOfOddNamesAreReadAfterAMergeAsBefore() throws IOException {
    String all = "SELECT * FROM aviation.stage.odd ORDER BY id";
    String before = ask(all);
    assertThat(before.lines()).hasSize(4);
    keepUp();

    assertThat(ask(all)).isEqualTo(before);
    for (String name : NAMES) {
      assertThat(
              ask(
                  "SELECT id FROM aviation.stage.odd WHERE %s >= 2 ORDER BY 1"
                      .formatted(quoted(name))))
          .as(name)
          .isEqualTo("id\n2\n3\n");
    }
  }

  @Test
  void whatIsKeptOfTheTableIsReadByTheNamesOfItsColumns() throws IOException {
    keepUp();

    for (String name : NAMES) {
      assertThat(
              ask(
                  "SELECT readable_metrics.%s.upper_bound AS most, record_count AS n %s"
                      .formatted(quoted(name), "FROM aviation.stage.\"odd$files\"")))
          .as(name)
          .isEqualTo("most,n\n3,3\n");
    }
    assertThat(ask("SELECT operation FROM aviation.stage.\"odd$snapshots\""))
        .isEqualTo("operation\nreplace\n");
    assertThat(ask("SELECT count(*) AS n FROM aviation.stage.\"odd$history\"")).isEqualTo("n\n1\n");
    assertThat(
            ask("SELECT record_count AS n, file_count AS f FROM aviation.stage.\"odd$partitions\""))
        .isEqualTo("n,f\n3,1\n");
    for (String kind : MetadataTable.kinds()) {
      assertThat(ask("SELECT * FROM \"aviation\".\"stage\".\"odd$%s\"".formatted(kind)))
          .as(kind)
          .isNotEmpty();
    }
  }

  private void refused(String sql, String what, String remedy) {
    assertThatThrownBy(() -> ask(sql))
        .as(sql)
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> {
              assertThat(e.what()).as(sql).contains(what);
              assertThat(e.remedy()).as(sql).contains(remedy);
            });
  }

  @Test
  void namesThatNoTableCanHaveAreToldAsTheyWereWritten() {
    for (String name : List.of("ödd$files", "o.dd$files", "o\"\"dd$files", "odd $files")) {
      String written = name.replace("\"\"", "\"").replace("$files", "");
      refused("SELECT * FROM aviation.stage.\"%s\"".formatted(name), written, "hosu sql");
    }
  }

  @Test
  void whatHasExpiredSaysSoAndWhatToDo() throws IOException {
    keepUp();
    String history = "hosu tables history aviation.stage.odd";
    String table = "SELECT * FROM aviation.stage.odd ";

    refused(table + "FOR VERSION AS OF " + first, "has expired", history);
    refused(table + "FOR VERSION AS OF " + last, "has expired", history);
    refused(table + "FOR VERSION AS OF 17", "has no snapshot 17", history);
    refused(
        table + "FOR VERSION AS OF 'größe.1'",
        "no branch or tag 'größe.1'",
        "hosu tables refs aviation.stage.odd");
    refused(
        table + "FOR TIMESTAMP AS OF TIMESTAMP '2001-01-01 00:00:00 UTC'",
        "2001-01-01T00:00:00Z",
        history);
    refused(
        "SELECT * FROM aviation.stage.\"odd$größe\"", "It has snapshots, history, files", "SQL");
    refused("SELECT * FROM aviation.stage.\"odd$file\"", "did you mean 'files'?", "SQL");
  }
}
