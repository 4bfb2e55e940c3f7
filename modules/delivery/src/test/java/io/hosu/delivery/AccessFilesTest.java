package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hosu.delivery.LakeProject.Reading;
import io.hosu.governance.Decision;
import io.hosu.governance.Grantee;
import io.hosu.governance.Limits;
import io.hosu.governance.Mask;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import io.hosu.kernel.Settings;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.SqlParser;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Grants with terms, tags and attributes in the files of access/. */
class AccessFilesTest {
  private static final TableName PEOPLE = new TableName("air", "stage", "people");
  private static final List<String> COLUMNS = List.of("id", "ssn", "email", "region");
  private static final String DATASET =
      """
      tags: { team: hr }
      tables:
        stage.people:
          columns:
            id: BIGINT
            ssn: { type: VARCHAR, tags: { pii: high } }
            email: VARCHAR
            region: VARCHAR
      """;
  private static final String ACCESS =
      """
      groups: [analysts]
      principals: [{ name: alice, groups: [analysts], attributes: { region: EU, level: 3 } }]
      tags:
        - { on: lake, pii: none }
        - { on: air.stage.people.email, pii: low }
      grants:
        - to: group:analysts
          allow: [SELECT]
          on: dataset:air.hr
          columns: { except: [id] }
          rows: region = principal.region
          masks: { email: email, ssn: null, region: { mask: last(1), when: "region <> 'EU'" } }
          where: resource.team = hr
          until: 2100-01-01
        - { to: 'principal:"level = 3"', deny: [SELECT], on: 'tag:"pii = high"' }
        - { to: group:analysts, allow: [SELECT], on: tag:"pii = none", masks: { "*": hash } }
      """;

  private static Map<String, String> project(String access) {
    Map<String, String> files = new TreeMap<>();
    files.put("lake.yaml", "name: x");
    files.put("domains/air/domain.yaml", "owner: analysts\ntags: { cost: 4711 }");
    files.put("domains/air/datasets/hr.yaml", DATASET);
    files.put("domains/sea/domain.yaml", "description: Water.");
    files.put("access/a.yaml", access);
    return files;
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatIsDeclaredHoldsAndADifferenceIsShown(TestDatabase kind, @TempDir Path folder)
      throws IOException {
    Map<String, String> files = project(ACCESS);
    files.put("domains/air/domain.yaml", "tags: { cost: 4711 }");
    try (TestServer server = new TestServer(kind, folder)) {
      assertThat(server.applied(files))
          .contains(
              "create dataset air.hr",
              "create tag air",
              "create tag air.stage.people.ssn",
              "create tag dataset:air.hr",
              "create tag lake",
              "create grant deny principal:\"level = 3\" on tag:\"pii = high\"");
      assertThat(server.applied(files)).isEmpty();

      Principal alice = server.governance.principals().require("alice");
      assertThat(alice.attributes()).containsEntry("level", "3");
      Limits limits =
          ((Decision.Allowed) server.governance.policy().sight(alice, PEOPLE, COLUMNS)).limits();
      assertThat(limits.columns()).containsOnlyKeys("id", "email", "region");
      assertThat(limits.columns().get("id"))
          .containsExactly(new Limits.Sight(null, new Mask.Hash()));
      assertThat(limits.columns().get("email"))
          .containsExactly(new Limits.Sight("region = principal.region", new Mask.Email()));

      files.put("access/a.yaml", ACCESS.replace("pii: low", "pii: none").replace("2100", "2101"));
      assertThat(server.applied(files))
          .anyMatch(change -> change.equals("change tag air.stage.people.email"))
          .anyMatch(change -> change.startsWith("create grant") && change.contains("2101-01-01"))
          .anyMatch(change -> change.startsWith("remove grant") && change.contains("2100-01-01"));
      files.put("access/a.yaml", "groups: [analysts]");
      server.apply(files);
      assertThat(server.governance.grants().list()).noneMatch(g -> g.source().equals("git"));
      assertThat(server.governance.tags().list())
          .extracting(tag -> tag.on() + " " + tag.key())
          .containsExactly("air cost", "air.stage.people.ssn pii", "dataset:air.hr team");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "to: group:analysts, allow: [SELECT], on: 'tag:\"pii low\"'          | lacks =, != or in",
        "to: 'principal:\"region\"', allow: [SELECT], on: air                | lacks =, != or in",
        "to: group:analysts, allow: [SELECT], deny: [SELECT], on: air      | exactly one of",
        "to: group:analysts, on: air                                      | exactly one of",
        "to: group:analysts, deny: [SELECT], on: air, masks: { a: hash }   | 'masks' does not go",
        "to: group:analysts, allow: [SELECT], on: dataset:air.hrr          | mean 'air.hr'?",
        "to: group:analysts, allow: [SELECT], on: air, rows: \"a = (\"        | lacks a ')'",
        "to: group:analysts, allow: [SELECT], on: air, until: tomorrow     | point in time",
        "to: group:analysts, allow: [SELECT], on: air, where: a = b        | principal.NAME or",
        "to: group:analysts, allow: [SELECT], on: air, masks: { a: lst(4) } | is not a mask",
        "to: group:analysts, allow: [SELECT], on: air, masks: { a: last(x) } | whole number",
        "to: group:analysts, allow: [INSERT], on: air, rows: a             | cannot be limited",
        "to: group:analysts, allow: [SELECT], on: raw/air/                 | means nothing",
        "to: group:analysts, allow: [SELECT], on: air.stage.people, columns: [snn] | mean 'ssn'?",
        "to: group:analysts, allow: [SELECT], on: air.stage.people, masks: { emial: hash } |"
            + " 'email'?",
        "to: group:analysts, allow: [SELECT], on: air, colums: [a]         | mean 'columns'?",
        "to: group:analysts, allow: [SELECT], on: air, columns: [a], masks: { b: hash } | not among"
      })
  void aMistakenGrantIsToldWithItsReason(String grant, String told) {
    assertThat(mistakes(project("{ groups: [analysts], grants: [{ %s }] }".formatted(grant))))
        .singleElement()
        .asString()
        .contains(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ on: air }                              | has no key and value",
        "{ pii: high }                            | key 'on' is missing",
        "{ on: raw/air/, pii: high }              | has no tags",
        "{ on: air, PII: high }                   | cannot name a tag",
        "{ on: air, pii: [high] }                 | where a value is expected",
        "{ on: ari, pii: high }                   | did you mean 'air'?",
        "{ on: air.stage.poeple, pii: high }      | did you mean 'air.stage.people'?",
        "{ on: air.stage.people.snn, pii: high }  | did you mean 'ssn'?",
        "{ on: air.stage.people.ssn, pii: low }   | is 'high' at domains/air/datasets/hr.yaml"
      })
  void aMistakenTagIsToldWithItsReason(String tag, String told) {
    List<String> mistakes =
        mistakes(project("{ groups: [analysts], tags: [%s] }".formatted(tag))).stream()
            .map(text -> text.replace("'low' here, and 'high' at", "'high' at"))
            .map(text -> text.replace("is 'high' here, and 'low' at access", "is 'low' at access"))
            .toList();
    assertThat(mistakes).anyMatch(text -> text.contains(told));
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void aRoleSaysWhoMayActAsIt(TestDatabase kind, @TempDir Path folder) throws IOException {
    String access =
        """
        groups: [analysts]
        principals: [{ name: alice, tags: { desk: 4 } }, { name: bob, groups: [analysts] }]
        roles:
          - plain
          - name: loader
            trust: [user:alice, 'principal:"team = ops"']
            attributes: { region: EU }
            groups: [analysts]
        """;
    try (TestServer server = new TestServer(kind, folder)) {
      server.apply(project(access));
      assertThat(server.applied(project(access))).isEmpty();
      assertThat(kept(server, "alice").principal().attributes()).containsEntry("desk", "4");
      assertThat(kept(server, "plain").about().trust()).isEmpty();
      assertThat(kept(server, "loader").about().trust())
          .extracting(Grantee::toString)
          .containsExactlyInAnyOrder("user:alice", "principal:\"team = ops\"");
      assertThat(kept(server, "loader").principal().attributes()).containsEntry("region", "EU");
      assertThat(kept(server, "loader").principal().groups()).containsExactly("analysts");

      String less = access.replace("trust: [user:alice,", "trust: [");
      assertThat(server.applied(project(less))).containsExactly("change principal loader");
      assertThat(kept(server, "loader").about().trust()).hasSize(1);
    }
  }

  private static Principals.Kept kept(TestServer server, String name) {
    return server.governance.principals().list().stream()
        .filter(kept -> kept.principal().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ name: loader, trust: [user:alcie] }      | no user alcie; did you mean 'user:alice'",
        "{ name: loader, trust: [role:other] }      | roles do not act as roles",
        "{ name: air.p.clean, trust: [user:eva] }   | names with a dot are those of the roles",
        "{ name: loader, trust: [domain:air] }      | roles do not act as roles",
        "{ name: loader, trust: ['principal:\"x\"'] } | lacks =, != or in",
        "{ name: loader, trusts: [user:alice] }     | did you mean 'trust'?",
        "{ name: loader, groups: [analyst] }        | did you mean 'analysts'?",
        "{ name: loader, attributes: { a: x }, tags: { a: y } } | which are the same",
        "{ trust: [user:alice] }                    | key 'name' is missing",
        "{ name: other }                            | declared twice",
        "{ name: alice }                            | is also a principal",
      })
  void aMistakenRoleIsToldWithItsReason(String role, String told) {
    String access =
        "{ groups: [analysts], principals: [{ name: alice }], roles: [other, %s] }".formatted(role);
    assertThat(mistakes(project(access))).anyMatch(text -> text.contains(told));
  }

  @Test
  void allMistakesAreToldAtOnceEachAtItsPlace() {
    String access =
        """
        groups: [analysts]
        grants:
          - { to: group:analyst, allow: [SELECT], on: air, rows: "a = (" }
          - { to: group:analysts, allow: [SELCT], on: 'tag:"pii"' }
        tags:
          - { on: sae, pii: high }
        """;
    assertThat(LakeProject.read(ProjectFiles.of(project(access))).mistakes())
        .extracting(mistake -> mistake.place().line())
        .containsExactly(3, 3, 4, 4, 6);
  }

  @Test
  void theGuardChecksTheSqlOfGrants(@TempDir Path folder) {
    try (SqlParser parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), folder))) {
      SqlCheck check = new GuardedSqlCheck(new Guard(parser));
      String access =
          """
          groups: [analysts]
          grants:
            - { to: group:analysts, allow: [SELECT], on: air, rows: "%s" }
            - { to: group:analysts, allow: [SELECT], on: air, masks: { a: "sql(%s)" } }
            - { to: group:analysts, allow: [SELECT], on: air, masks: { a: { mask: hash, when: "%s" } } }
          """;
      for (String sql :
          List.of(
              "region = = 1",
              "region IN (SELECT region FROM stage.people)",
              "(SELECT 1 FROM read_csv('/etc/passwd')) = 1",
              "getenv('HOME') = 'x'")) {
        Reading reading =
            LakeProject.read(ProjectFiles.of(project(access.formatted(sql, sql, sql))), check);
        assertThat(reading.mistakes()).as(sql).hasSize(3);
        assertThat(reading.mistakes()).extracting(m -> m.place().line()).containsExactly(3, 4, 5);
      }
      String good = "region = principal.region AND coalesce(upper(email), '') <> 'X'";
      Reading reading =
          LakeProject.read(ProjectFiles.of(project(access.formatted(good, good, good))), check);
      assertThat(reading.mistakes()).isEmpty();
      // What limits are made of passes the guard, too.
      assertThat(check.check("air", "SELECT NOT coalesce((%s), TRUE) FROM input".formatted(good)))
          .isInstanceOf(SqlCheck.Verdict.Reads.class);
    }
  }

  @Test
  void conditionsAndMasksAreComparedWithTheColumnsOfTheirTable(@TempDir Path folder) {
    try (SqlParser parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), folder))) {
      Map<TableName, Map<String, String>> lake =
          Map.of(PEOPLE, Map.of("salary", "BIGINT"), TableName.parse("air.stage.old"), Map.of());
      SqlCheck check =
          new GuardedSqlCheck(new Guard(parser), name -> lake.getOrDefault(name, Map.of()));
      String access =
          """
          groups: [analysts]
          grants:
            - { to: group:analysts, allow: [SELECT], on: air.stage.people, rows: "regoin = 'EU' AND idd = 1" }
            - { to: group:analysts, allow: [SELECT], on: air.stage.people, masks: { ssn: "sql(upper(emial))" } }
            - { to: group:analysts, allow: [SELECT], on: air.stage.people, masks: { ssn: { mask: hash, when: "id > DATE '2026-01-01'" } } }
            - { to: group:analysts, allow: [SELECT], on: air.stage.people, rows: "salary > id AND region = principal.region" }
          """;
      Reading reading = LakeProject.read(ProjectFiles.of(project(access)), check);
      assertThat(reading.mistakes())
          .extracting(m -> m.place().line() + " " + m.why())
          .satisfiesExactlyInAnyOrder(
              text -> assertThat(text).startsWith("3 ").contains("did you mean 'region'?"),
              text -> assertThat(text).startsWith("3 ").contains("did you mean 'id'?"),
              text -> assertThat(text).startsWith("4 ").contains("did you mean 'email'?"),
              text -> assertThat(text).startsWith("5 ").contains("BIGINT", "DATE"));
      assertThat(reading.mistakes().getFirst().remedy()).contains("id BIGINT", "salary BIGINT");
    }
  }

  @Test
  void aGrantOnManyTablesIsComparedWithEachOfThem(@TempDir Path folder) {
    try (SqlParser parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), folder))) {
      Map<TableName, Map<String, String>> lake =
          Map.of(PEOPLE, Map.of("level", "BIGINT"), TableName.parse("sea.stage.ships"), Map.of());
      SqlCheck check =
          new GuardedSqlCheck(new Guard(parser), name -> lake.getOrDefault(name, Map.of()));
      String access =
          """
          groups: [analysts]
          grants:
            - { to: group:analysts, allow: [SELECT], on: air, rows: "levl = 1" }
            - { to: group:analysts, allow: [SELECT], on: air.stage, rows: "level" }
            - { to: group:analysts, allow: [SELECT], on: lake, rows: "level > 1" }
          """;
      assertThat(LakeProject.read(ProjectFiles.of(project(access)), check).mistakes())
          .extracting(m -> "%d %s %s".formatted(m.place().line(), m.isError(), m.why()))
          .satisfiesExactlyInAnyOrder(
              text ->
                  assertThat(text)
                      .startsWith("3 false")
                      .contains("1 of the tables in air: air.stage.people", "'level'?"),
              text ->
                  assertThat(text)
                      .startsWith("4 false")
                      .contains("air.stage.people", "BIGINT, which is no truth value"));
    }
  }

  @Test
  void columnsThatATableOfTheLakeDoesNotHaveAreWarnings(@TempDir Path folder) {
    try (SqlParser parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), folder))) {
      TableName made = TableName.parse("air.stage.flights");
      SqlCheck check =
          new GuardedSqlCheck(
              new Guard(parser),
              name -> name.equals(made) ? Map.of("id", "BIGINT", "city", "VARCHAR") : Map.of());
      String access =
          """
          groups: [analysts]
          grants:
            - { to: group:analysts, allow: [SELECT], on: air.stage.flights, columns: { except: [citty] } }
            - { to: group:analysts, allow: [SELECT], on: air.stage.flights, masks: { CITY: hash, idd: hash } }
          """;
      Map<String, String> files = project(access);
      files.put("domains/air/transforms/clean.sql", "SELECT * FROM input");
      files.put(
          "domains/air/pipelines/fl.yaml",
          """
          stages:
            clean:
              on: { objects: raw/air/flights/*.csv }
              sql: clean.sql
              into: { table: stage.flights }
          """);
      Reading reading = LakeProject.read(ProjectFiles.of(files), check);
      assertThat(reading.mistakes())
          .extracting(Mistake::severity, m -> m.place().line() + " " + m.why())
          .containsExactlyInAnyOrder(
              tuple(
                  Mistake.Severity.WARNING,
                  "3 The table air.stage.flights has no column 'citty' now; did you mean 'city'?"),
              tuple(
                  Mistake.Severity.WARNING,
                  "4 The table air.stage.flights has no column 'idd' now; did you mean 'id'?"));
    }
  }

  private static List<String> mistakes(Map<String, String> files) {
    return LakeProject.read(ProjectFiles.of(files)).mistakes().stream()
        .map(mistake -> mistake.why() + " " + mistake.remedy())
        .toList();
  }
}
