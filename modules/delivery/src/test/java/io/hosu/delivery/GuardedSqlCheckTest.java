package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.LakeProject.Reading;
import io.hosu.delivery.SqlCheck.Verdict;
import io.hosu.kernel.Settings;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.SqlParser;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class GuardedSqlCheckTest {
  private Path directory;
  private SqlParser parser;
  private SqlCheck check;

  @BeforeAll
  void open(@TempDir Path folder) {
    directory = folder;
    parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), directory));
    check = new GuardedSqlCheck(new Guard(parser));
  }

  @AfterAll
  void close() {
    parser.close();
  }

  @Test
  void whatAStatementReadsIsNamedInFull() {
    assertThat(check.check("shop", "SELECT * FROM input, stage.a JOIN other.stage.b USING (id)"))
        .isEqualTo(new Verdict.Reads(Set.of("input", "shop.stage.a", "other.stage.b")));
  }

  @Test
  void aMistakeHasItsPlaceAndRemedy() {
    assertThat(check.check("shop", "SELECT a\nFROM input\nWHERE )"))
        .isInstanceOfSatisfying(
            Verdict.Wrong.class,
            wrong -> {
              assertThat(wrong.line()).isEqualTo(3);
              assertThat(wrong.remedy()).isNotBlank();
            });
  }

  @Test
  void whatNoStageMayDoIsAMistake() {
    for (String text :
        new String[] {"DROP TABLE stage.a", "SELECT 1; SELECT 2", "SELECT * FROM '/etc/passwd'"}) {
      assertThat(check.check("shop", text)).as(text).isInstanceOf(Verdict.Wrong.class);
    }
  }

  @Test
  void theExampleAndTheScaffoldPassWithTheirSql() {
    Scaffold.create(directory.resolve("scaffold"));

    for (Path lake :
        new Path[] {
          directory.resolve("scaffold"), Regenerate.repository().resolve("examples/aviation")
        }) {
      Reading reading = LakeProject.read(ProjectFiles.in(lake), check);
      assertThat(reading.mistakes()).as("%s", lake).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ objects: raw/shop/* }",
        "{ all: [raw/shop/a, raw/shop/b] }",
        "{ manifest: raw/shop/* }",
        "{ pattern: { source: [shop] } }"
      })
  void whatBringsRowsHasAnInput(String on) {
    Map<String, String> files =
        Map.of(
            "lake.yaml",
            "name: shop",
            "domains/shop/transforms/x.sql",
            "SELECT * FROM input",
            "domains/shop/pipelines/p.yaml",
            "stages: { a: { on: %s, sql: x.sql, into: { table: stage.a } } }".formatted(on));

    assertThat(LakeProject.read(ProjectFiles.of(files), check).mistakes()).isEmpty();
  }

  private Reading ofRule(String violations) {
    return LakeProject.read(
        ProjectFiles.of(
            Map.of(
                "lake.yaml",
                "name: shop",
                "domains/shop/transforms/x.sql",
                "SELECT * FROM input",
                "domains/shop/pipelines/p.yaml",
                """
                stages:
                  a:
                    on: { objects: "raw/shop/*" }
                    sql: x.sql
                    into: { table: stage.a }
                    bad_records: quarantine
                    publish: after-rules
                    rules: [{ name: r, violations: "%s" }]
                """
                    .formatted(violations))),
        check);
  }

  @Test
  void aRuleIsOverTablesAsTheyWouldBe() {
    for (String rule :
        new String[] {
          "SELECT * FROM stage.a WHERE id IS NULL",
          "SELECT count(*) FROM stage.a_quarantine HAVING count(*) > 3",
          "SELECT 1 FROM stage.a JOIN stage.a AS b FOR VERSION AS OF 'main' USING (id)"
        }) {
      assertThat(ofRule(rule).mistakes()).as(rule).isEmpty();
    }
  }

  @Test
  void theTablesOfARuleAreTablesThatItsStageReads() {
    assertThat(ofRule("SELECT * FROM stage.a WHERE id IS NULL"))
        .isInstanceOfSatisfying(
            Reading.Sound.class,
            sound ->
                assertThat(sound.project().desired().declared())
                    .filteredOn(Declared.Stage.class::isInstance)
                    .singleElement()
                    .satisfies(stage ->
                        assertThat(((Declared.Stage) stage).spec().audit().rules())
                            .singleElement()
                            .satisfies(rule ->
                                assertThat(rule.reads())
                                    .containsExactly(TableName.parse("shop.stage.a")))));
  }

  @Test
  void aRuleThatCannotBeAskedIsAMistake() {
    for (String rule :
        new String[] {
          "SELECT * FROM input",
          "SELECT * FROM changes('stage.a')",
          "SELECT * FROM stage.b",
          "SELEC 1",
          "DROP TABLE stage.a"
        }) {
      assertThat(ofRule(rule)).as(rule).isInstanceOf(Reading.Mistaken.class);
    }
  }
}
