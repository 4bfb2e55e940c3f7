package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.LakeProject.Reading;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the role of a stage may do: what is declared of the stage, and nothing else. */
class StageRightsTest {
  private static final Principal STAGE = Principal.role("sales.daily.sum");
  private static final String READS = "SELECT * FROM stage.orders, hr.stage.people";
  private static final String GRANT =
      "grants: [{ to: domain:sales, allow: [SELECT], on: hr.stage.people }]";

  private final Map<String, String> files = new TreeMap<>();
  private TestServer server;

  @BeforeEach
  void open(@TempDir Path folder) {
    server = new TestServer(TestDatabase.SQLITE, folder);
    files.put("lake.yaml", "name: x");
    files.put("domains/hr/domain.yaml", "description: People.");
    files.put(
        "domains/hr/datasets/all.yaml",
        "tables: { stage.people: { columns: { id: BIGINT } }, stage.pay: { columns: { id: BIGINT } } }");
    files.put(
        "domains/sales/datasets/all.yaml",
        "tables: { stage.orders: { columns: { id: BIGINT } }, stage.other: { columns: { id: BIGINT } } }");
    files.put(
        "domains/sales/pipelines/daily.yaml",
        "stages: { sum: { on: { tables: [hr.stage.people] }, sql: s.sql, into: { table: analytics.sum, mode: overwrite } } }");
    files.put("domains/sales/transforms/s.sql", READS);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Reading.Sound read() {
    SqlCheck check =
        (_, _) -> new SqlCheck.Verdict.Reads(Set.of("stage.orders", "hr.stage.people"));
    return (Reading.Sound) LakeProject.read(ProjectFiles.of(files), check);
  }

  private boolean may(Permission permission, String on) {
    return server.governance.policy().decide(STAGE, permission, Resource.parse(on))
        instanceof Decision.Allowed;
  }

  @Test
  void itReadsTheTablesOfItsDomainThatItsSqlNamesAndWritesItsTarget() {
    server.delivery.apply(read(), server.admin());

    assertThat(may(Permission.SELECT, "sales.stage.orders")).isTrue();
    assertThat(may(Permission.INSERT, "sales.analytics.sum")).isTrue();
    assertThat(may(Permission.SELECT, "sales.stage.other")).isFalse();
    assertThat(may(Permission.SELECT, "sales.analytics.sum")).isFalse();
    assertThat(may(Permission.INSERT, "sales.stage.orders")).isFalse();
    assertThat(may(Permission.DROP, "sales.analytics.sum")).isFalse();
    assertThat(may(Permission.READ_OBJECTS, "raw/sales/")).isFalse();
    assertThat(may(Permission.RUN, "pipeline:sales.daily")).isFalse();
  }

  @Test
  void anotherDomainsTableIsReadByGrantAloneAlsoWhereItStartsTheStage() {
    server.delivery.apply(read(), server.admin());
    assertThat(may(Permission.SELECT, "hr.stage.people")).isFalse();

    files.put("access/a.yaml", GRANT);
    server.delivery.apply(read(), server.admin());

    assertThat(may(Permission.SELECT, "hr.stage.people")).isTrue();
    assertThat(may(Permission.SELECT, "hr.stage.pay")).isFalse();
    assertThat(
            server
                .governance
                .policy()
                .decide(
                    Principal.role("hr.daily.sum"),
                    Permission.SELECT,
                    Resource.parse("hr.stage.people")))
        .isInstanceOf(Decision.Denied.class);
  }

  @Test
  void aTableOfAnotherDomainThatNothingLetsItReadIsWarnedOf() {
    assertThat(read().mistakes())
        .filteredOn(mistake -> mistake.why().contains("another domain"))
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.isError()).isFalse();
          assertThat(mistake.place().file()).isEqualTo("domains/sales/pipelines/daily.yaml");
          assertThat(mistake.why())
              .isEqualTo(
                  "The stage sales.daily.sum reads hr.stage.people of another domain, and nothing in access/ lets it.");
          assertThat(mistake.remedy())
              .isEqualTo(
                  "Have the owner of hr add to grants: { to: domain:sales, allow: [SELECT], on: hr.stage.people }");
        });
    files.put("access/a.yaml", GRANT);
    assertThat(read().mistakes()).noneMatch(one -> one.why().contains("another domain"));
    files.put("access/a.yaml", GRANT.replace("domain:sales", "role:sales.daily.sum"));
    assertThat(read().mistakes()).noneMatch(one -> one.why().contains("another domain"));
    files.put("access/a.yaml", GRANT.replace("domain:sales", "domain:sale"));
    assertThat(LakeProject.read(ProjectFiles.of(files)).mistakes())
        .anyMatch(one -> one.why().contains("did you mean 'sales'?"));
  }
}
