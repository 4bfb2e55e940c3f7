package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.LakeProject.Reading;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.Caller;
import io.hosu.kernel.Settings;
import io.hosu.query.Guard;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.SqlParser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags follow the data that they are about. */
class ClassificationTest {
  private static SqlParser parser;
  private static SqlCheck check;

  private final Map<String, String> files = new TreeMap<>();

  @BeforeAll
  static void start(@TempDir Path folder) {
    parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), folder));
    check = new GuardedSqlCheck(new Guard(parser));
  }

  @AfterAll
  static void stop() {
    parser.close();
  }

  @BeforeEach
  void open() {
    files.put("lake.yaml", "name: x");
    files.put("domains/shop/domain.yaml", "description: A shop.");
    files.put(
        "domains/shop/datasets/people.yaml",
        """
        tables:
          stage.people:
            columns:
              id: BIGINT
              mail: { type: VARCHAR, tags: { pii: high } }
              age: { type: BIGINT, tags: { pii: low, unit: years } }
              region: VARCHAR
        """);
    stages("");
    sql("letters", "SELECT id, lower(mail) AS Address, region FROM stage.people WHERE age > 17");
    sql("ages", "SELECT region, avg(age) AS mean FROM stage.people GROUP BY region");
    sql("both", "SELECT l.*, mean FROM analytics.letters l JOIN analytics.ages USING (region)");
    access("");
  }

  private void stages(String more) {
    files.put(
        "domains/shop/pipelines/p.yaml",
        """
        stages:
          letters:
            on: by_hand
            sql: letters.sql
            into: { table: analytics.letters, mode: overwrite }
        %s  ages:
            on: by_hand
            sql: ages.sql
            into: { table: analytics.ages, mode: overwrite }
          both:
            on: { tables: [analytics.letters, analytics.ages] }
            sql: both.sql
            into: { table: analytics.both, mode: overwrite }
        """
            .formatted(more));
  }

  private void sql(String name, String text) {
    files.put("domains/shop/transforms/%s.sql".formatted(name), text);
  }

  private void access(String grants) {
    files.put(
        "access/a.yaml",
        """
        groups: [analysts]
        principals:
          - { name: ann, groups: [analysts] }
          - { name: bob }
        grants:
          - { to: user:bob, allow: [SELECT], on: shop.stage.people }
        %s\
        """
            .formatted(grants));
  }

  private Reading.Sound read() {
    Reading reading = LakeProject.read(ProjectFiles.of(files), check);
    assertThat(reading.mistakes().stream().filter(Mistake::isError)).isEmpty();
    return (Reading.Sound) reading;
  }

  private List<String> tags() {
    return read().project().desired().declared().stream()
        .filter(Declared.Tags.class::isInstance)
        .map(Declared.Tags.class::cast)
        .map(tags -> tags.name() + " " + tags.tags())
        .sorted()
        .toList();
  }

  private List<String> warnings() {
    return read().mistakes().stream().map(Mistake::toString).toList();
  }

  @Test
  void tagsOfAColumnGoToAllThatIsMadeOfItOverAnyNumberOfStages() {
    assertThat(tags())
        .containsExactly(
            "shop.analytics.ages.mean {pii=low, unit=years}",
            "shop.analytics.both.address {pii=high}",
            "shop.analytics.both.mean {pii=low, unit=years}",
            "shop.analytics.letters.address {pii=high}",
            "shop.stage.people.age {pii=low, unit=years}",
            "shop.stage.people.mail {pii=high}");
    assertThat(warnings()).isEmpty();
  }

  @Test
  void ofSeveralTagsOfOneKeyTheHighestIsTakenOver() {
    sql("letters", "SELECT mail || age AS Address FROM stage.people");

    assertThat(tags()).contains("shop.analytics.letters.address {pii=high, unit=years}");
  }

  @Test
  void aStageThatRemovesWhatIsProtectedSaysSoWithAReason() {
    stages("    declassify: { address: Only the letters of a test. }\n");

    assertThat(tags())
        .containsExactly(
            "shop.analytics.ages.mean {pii=low, unit=years}",
            "shop.analytics.both.mean {pii=low, unit=years}",
            "shop.stage.people.age {pii=low, unit=years}",
            "shop.stage.people.mail {pii=high}");
    assertThat(warnings()).isEmpty();

    stages("    declassify: { region: It is none. }\n");
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("Nothing that shop.analytics.letters.region is made of has a tag");
  }

  @Test
  void whoReadsInTheClearWhatIsHiddenWhereItComesFromIsNamedWithBothColumns() {
    access(
        """
          - { to: group:analysts, allow: [SELECT], on: shop.stage.people, masks: { mail: hash } }
          - { to: group:analysts, allow: [SELECT], on: shop.analytics }
          - { to: user:bob, allow: [SELECT], on: shop.analytics }
        """);

    assertThat(warnings())
        .hasSize(2)
        .last()
        .asString()
        .contains(
            "The column shop.analytics.both.address, made of shop.stage.people.mail (pii: high),"
                + " can be read in the clear by user:ann, who cannot read shop.stage.people.mail so.")
        .contains("declassify: { address:");
    assertThat(warnings().getFirst()).contains("The column shop.analytics.letters.address");

    access(
        """
          - { to: group:analysts, allow: [SELECT], on: shop.analytics, masks: { address: hash, mean: null } }
        """);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aTagOfItsOwnThatSaysLessIsToldAndHidesNothingFurtherOn() {
    files.put("access/tags.yaml", "tags:\n  - { on: shop.analytics.letters.address, pii: none }\n");

    assertThat(tags())
        .contains(
            "shop.analytics.letters.address {pii=none}", "shop.analytics.both.address {pii=high}");
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("is tagged pii: none, and is made of shop.stage.people.mail, which is tagged");
  }

  @Test
  void whatIsAppliedKeepsTheTagsAndThePlanSaysWhoSeesThem(@TempDir Path folder) {
    access("  - { to: group:analysts, allow: [SELECT], on: 'tag:\"pii = low\"' }\n");
    try (TestServer server = new TestServer(folder)) {
      assertThat(server.delivery.plan(read()).access().changes())
          .extracting(change -> change.on() + " " + change.principals())
          .contains("shop.analytics.ages [user:ann]");
      server.delivery.apply(read(), server.admin());

      assertThat(server.governance.tags().list())
          .extracting(tag -> "%s %s=%s".formatted(tag.on(), tag.key(), tag.value()))
          .contains("shop.analytics.both.address pii=high");
      assertThat(server.delivery.plan(read()).changes()).isEmpty();

      stages("    declassify: { address: Letters of a test. }\n");
      Caller admin = server.admin();
      server.delivery.apply(read(), admin);
      admin.trail().keep();
      assertThat(server.governance.tags().list())
          .extracting(tag -> tag.on().toString())
          .doesNotContain("shop.analytics.both.address", "shop.analytics.letters.address");
      assertThat(
              server
                  .governance
                  .auditRecords()
                  .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 100))
          .extracting(row -> row.text("action") + " " + row.text("resource"))
          .contains("DECLASSIFY shop.analytics.letters.address");
    }
  }
}
