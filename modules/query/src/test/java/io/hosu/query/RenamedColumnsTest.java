package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.TestEngines;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.TableUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.SnapshotRefType;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of columns that an engine renamed, dropped or made anew. */
class RenamedColumnsTest {
  private static final TableName PEOPLE = TableName.parse("hr.stage.people");
  private static final Principal ALICE = Principal.user("alice");
  private static final Principal BOSS = Principal.user("boss");

  private QueryLake lake;
  private String first;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new QueryLake(directory);
    lake.database.write(tx -> {
      lake.governance.principals().create(tx, ALICE, Grant.CLI);
      return lake.governance.principals().create(tx, BOSS, Grant.CLI);
    });
    give(BOSS, Terms.none());
    lake.append(
        PEOPLE,
        "SELECT 1 AS id, 's1' AS ssn, 'EU' AS region, {'city': 'Oslo', 'zip': '9'} AS home");
    first = String.valueOf(lake.tables.require(PEOPLE).snapshot().orElseThrow());
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void give(Principal to, Terms terms) {
    give(
        new Grant(
            "",
            Grant.Effect.ALLOW,
            Grantee.of(to),
            EnumSet.of(Permission.SELECT),
            Resource.of(PEOPLE),
            terms,
            Grant.CLI));
  }

  private void give(Grant grant) {
    lake.database.<Grant>write(tx -> lake.governance.grants().put(tx, grant));
  }

  private void tag(String column, String value) {
    Tags.Tag tag = new Tags.Tag(new Resource.Column(PEOPLE, column), "pii", value, Grant.CLI);
    lake.database.write(tx -> {
      lake.governance.tags().put(tx, tag);
      return true;
    });
  }

  /** An engine changes the columns. */
  private void change(UnaryOperator<UpdateSchema> change) {
    var schema = change.apply(lake.tables.require(PEOPLE).table().updateSchema()).apply();
    lake.tables.require(PEOPLE).metadata().schemas().stream()
        .filter(schema::sameSchema)
        .findFirst()
        .ifPresentOrElse(
            known -> commit(new MetadataUpdate.SetCurrentSchema(known.schemaId())),
            () ->
                commit(
                    new MetadataUpdate.AddSchema(schema), new MetadataUpdate.SetCurrentSchema(-1)));
  }

  private void commit(MetadataUpdate... updates) {
    try (PreparedUpdates prepared =
        lake.tables
            .open()
            .prepare(
                CommitContext.of("engine"),
                List.of(new TableUpdate(PEOPLE, List.of(), List.of(updates))))) {
      lake.database.perform(prepared::publish);
    }
  }

  private void rename(String from, String to) {
    change(update -> update.renameColumn(from, to));
  }

  private String seen(Principal who) {
    return seen(who, "");
  }

  private String seen(Principal who, String order) {
    return lake.csv(who, "SELECT * FROM " + PEOPLE + order);
  }

  private String seenAt(Principal who, String snapshot) {
    return lake.csv(who, "SELECT * FROM %s FOR VERSION AS OF %s".formatted(PEOPLE, snapshot));
  }

  @Test
  void limitsHoldAtBranchesAndTagsWhichHaveTheColumnsThatIcebergGivesThem() {
    give(
        ALICE,
        Terms.none().with(Columns.allBut(List.of("ssn", "home"))).with(Condition.parse("id > 1")));
    for (String type : List.of("branch", "tag")) {
      commit(
          new MetadataUpdate.SetSnapshotRef(
              type, Long.valueOf(first), SnapshotRefType.fromString(type), null, null, null));
    }
    rename("ssn", "tax_id");

    assertThat(seenAt(BOSS, "'tag'")).startsWith("id,ssn,region,home\n1,s1,EU,");
    assertThat(seenAt(BOSS, "'branch'")).startsWith("id,tax_id,region,home\n1,s1,EU,");
    assertThat(seenAt(BOSS, "'main'")).isEqualTo(seen(BOSS));
    assertThat(seenAt(BOSS, "'" + first + "'")).isEqualTo(seenAt(BOSS, first));
    for (String ref : List.of("'branch'", "'tag'")) {
      assertThat(seenAt(ALICE, ref)).isEqualTo("id,region\n");
    }
    assertThatThrownBy(() -> seenAt(BOSS, "'tags'"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> assertThat(e.what()).contains("no branch or tag 'tags'", "did you mean 'tag'"));
  }

  @Test
  void aParquetFileHoldsJustWhatIsSeen(@TempDir Path folder) throws IOException {
    give(
        ALICE,
        Terms.none()
            .with(Columns.only(List.of("id", "ssn")))
            .with("ssn", new Terms.Masking(Mask.parse("last(1)"), Optional.empty())));
    lake.append(
        PEOPLE,
        "SELECT 2 AS id, 's2' AS ssn, 'US' AS region, {'city': 'Rome', 'zip': '8'} AS home");
    TestEngines.Collected result = new TestEngines.Collected();
    var summary =
        lake.queries.run(
            lake.queries.nextId(),
            lake.caller(ALICE),
            "SELECT * FROM %s ORDER BY id DESC -- all".formatted(PEOPLE),
            ResultFormat.PARQUET,
            result);
    assertThat(summary.rows()).isEqualTo(2);
    assertThat(summary.bytes()).isEqualTo(result.bytes().length);
    Path file = Files.write(folder.resolve("result.parquet"), result.bytes());
    EngineView view =
        new EngineView(List.of("f"), "FROM read_parquet('%s')".formatted(file), List.of(file));
    SessionRequest request =
        new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(20));
    TestEngines.Collected rows = new TestEngines.Collected();
    try (EngineSession session = TestEngines.shared().open(request)) {
      session.query("FROM f", ResultFormat.CSV, ResultLimits.NONE, rows);
    }
    assertThat(rows.text()).isEqualTo(seen(ALICE, " ORDER BY id DESC"));
  }

  @Test
  void aColumnThatIsLeftOutStaysSoUnderEveryNameAtEveryState() {
    give(ALICE, Terms.none().with(Columns.allBut(List.of("SSN", "home"))));
    rename("ssn", "tax_id");

    assertThat(seen(ALICE)).isEqualTo("id,region\n1,EU\n");
    assertThat(seenAt(ALICE, first)).isEqualTo("id,region\n1,EU\n");
    assertThat(seen(BOSS)).startsWith("id,tax_id,region,home\n1,s1,EU,");
    rename("tax_id", "code");
    change(update -> update.addColumn("ssn", Types.StringType.get()));
    assertThat(seen(ALICE)).isEqualTo("id,region\n1,EU\n");
    assertThat(seen(BOSS)).startsWith("id,code,region,home,ssn\n");
    assertThatThrownBy(() -> lake.csv(ALICE, "SELECT code FROM " + PEOPLE))
        .isInstanceOf(HosuException.class);
  }

  @Test
  void aColumnThatIsGoneStaysHiddenInEarlierSnapshots() {
    give(ALICE, Terms.none().with(Columns.allBut(List.of("ssn", "home"))));
    rename("ssn", "tax_id");
    change(update -> update.deleteColumn("tax_id"));
    change(update -> update.addColumn("tax_id", Types.StringType.get()));
    change(update -> update.addColumn("ssn", Types.StringType.get()).deleteColumn("home"));

    assertThat(seen(ALICE)).isEqualTo("id,region,tax_id\n1,EU,\n");
    assertThat(seenAt(ALICE, first)).isEqualTo("id,region\n1,EU\n");
    assertThat(seenAt(BOSS, first)).startsWith("id,ssn,region,home\n1,s1,EU,");
    assertThatThrownBy(() -> lake.csv(ALICE, "SELECT * FROM hr.stage.\"people$files\""))
        .hasMessageContaining("not all of its rows and columns");
  }

  @Test
  void schemasThatAreForgottenTakeNoNamesWithThem() {
    give(ALICE, Terms.none().with(Columns.allBut(List.of("ssn", "home"))));
    var schema =
        lake.tables.require(PEOPLE).table().updateSchema().renameColumn("ssn", "a").apply();
    commit(
        new MetadataUpdate.AddSchema(schema),
        new MetadataUpdate.SetCurrentSchema(-1),
        new MetadataUpdate.RemoveSchemas(Set.of(0)));
    rename("a", "b");
    commit(new MetadataUpdate.RemoveSchemas(Set.of(1)));
    TableMetadata metadata = lake.tables.require(PEOPLE).metadata();
    assertThat(metadata.schemas()).hasSize(1);

    assertThat(seen(ALICE)).isEqualTo("id,region\n1,EU\n");
  }

  @Test
  void onlyTheColumnThatWasMeantIsShown() {
    give(ALICE, Terms.none().with(Columns.only(List.of("id", "region", "later"))));
    rename("region", "area");
    rename("ssn", "region");
    assertThat(seen(ALICE)).isEqualTo("id,area\n1,EU\n");
    assertThat(seenAt(ALICE, first)).isEqualTo("id,region\n1,EU\n");
    rename("region", "later");
    assertThat(seen(ALICE)).isEqualTo("id,area\n1,EU\n");

    give(ALICE, Terms.none().with(Columns.only(List.of("later"))));
    assertThat(seen(ALICE)).isEqualTo("id,later,area\n1,s1,EU\n");
  }

  @Test
  void aMaskStaysOnItsColumn() {
    give(
        ALICE,
        Terms.none()
            .with("ssn", new Terms.Masking(Mask.parse("last(1)"), Optional.empty()))
            .with("*", new Terms.Masking(Mask.parse("null"), Optional.empty())));
    rename("ssn", "tax_id");
    rename("region", "ssn");
    assertThat(seen(ALICE)).startsWith("id,tax_id,ssn,home\n,*1,,");
  }

  @Test
  void rowsAreChosenByTheColumnThatWasMeant() throws IOException {
    give(
        ALICE, Terms.none().with(new Condition("region = 'EU'")).with(Columns.only(List.of("id"))));
    lake.append(PEOPLE, "SELECT 2 AS id, 'EU' AS ssn, 'US' AS region");
    rename("region", "area");
    assertThat(seen(ALICE)).isEqualTo("id\n1\n");
    assertThat(seenAt(ALICE, first)).isEqualTo("id\n1\n");

    rename("ssn", "region");
    assertThatThrownBy(() -> seen(ALICE)).isInstanceOf(HosuException.Denied.class);
    assertThatThrownBy(() -> seenAt(ALICE, first)).isInstanceOf(HosuException.Denied.class);
    rename("region", "other");
    assertThatThrownBy(() -> seen(ALICE)).hasMessageContaining("names columns");

    give(ALICE, Terms.none().with(new Condition("area = 'EU'")).with(Columns.only(List.of("id"))));
    assertThat(seen(ALICE)).isEqualTo("id\n1\n");
  }

  @Test
  void aConditionDoesNotComeToSpeakOfAnotherColumnByARename() {
    give(ALICE, Terms.none().with(new Condition("country = 'EU' OR home.town = 'Oslo'")));
    rename("region", "country");
    assertThatThrownBy(() -> seen(ALICE)).isInstanceOf(HosuException.Denied.class);
    change(update -> update.renameColumn("home.city", "town"));
    assertThatThrownBy(() -> seen(ALICE)).isInstanceOf(HosuException.Denied.class);
  }

  @Test
  void fieldsOfColumnsThatChangePlacesHideWhatWasSaidOfThem() {
    give(
        ALICE,
        Terms.none().with(new Condition("home.city = '9'")).with(Columns.only(List.of("id"))));
    change(update -> update.renameColumn("home.city", "x").renameColumn("home.zip", "city"));
    assertThatThrownBy(() -> seen(ALICE)).isInstanceOf(HosuException.Denied.class);
  }

  @Test
  void rowsThatAreDeniedStayDenied() throws IOException {
    give(ALICE, Terms.none());
    give(
        new Grant(
            "",
            Grant.Effect.DENY,
            Grantee.of(ALICE),
            EnumSet.of(Permission.SELECT),
            Resource.of(PEOPLE),
            Terms.none().with(new Condition("region = 'EU'")),
            Grant.CLI));
    lake.append(
        PEOPLE,
        "SELECT 2 AS id, 'EU' AS ssn, 'US' AS region, NULL::STRUCT(city VARCHAR, zip VARCHAR) AS"
            + " home");
    rename("region", "area");
    assertThat(seen(ALICE)).startsWith("id,ssn,area,home\n2,EU,US,");
    rename("ssn", "region");
    assertThat(seen(ALICE)).isEqualTo("id,region,area,home\n");
  }

  @Test
  void tagsStayOnTheirColumn() {
    tag("ssn", "high");
    tag("id", "low");
    give(
        new Grant(
            "",
            Grant.Effect.ALLOW,
            Grantee.of(ALICE),
            EnumSet.of(Permission.SELECT),
            Resource.parse("tag:\"pii = low\""),
            Terms.none(),
            Grant.CLI));
    rename("id", "key");
    assertThat(seen(ALICE)).isEqualTo("key\n1\n");
    rename("ssn", "id");
    assertThat(seen(ALICE)).isEqualTo("key\n1\n");
    tag("id", "low");
    assertThatThrownBy(() -> seen(ALICE)).isInstanceOf(HosuException.Denied.class);

    give(ALICE, Terms.none());
    give(
        new Grant(
            "",
            Grant.Effect.DENY,
            Grantee.of(ALICE),
            EnumSet.of(Permission.SELECT),
            Resource.parse("tag:\"pii = high\""),
            Terms.none(),
            Grant.CLI));
    assertThat(seen(ALICE)).startsWith("key,region,home\n");
    assertThat(seenAt(ALICE, first)).startsWith("id,region,home\n");
  }

  @Test
  void theLakeMayMakeAColumnAnewUnderItsName() throws IOException {
    give(ALICE, Terms.none().with(Columns.only(List.of("id", "extra"))));
    lake.append(PEOPLE, "SELECT 2 AS id, 'x' AS extra");
    change(update -> update.deleteColumn("extra"));
    lake.append(PEOPLE, "SELECT 3 AS id, 'y' AS extra");
    assertThat(lake.csv(ALICE, "SELECT * FROM %s ORDER BY id".formatted(PEOPLE)))
        .isEqualTo("id,extra\n1,\n2,\n3,y\n");
    change(update -> update.deleteColumn("extra"));
    change(update -> update.addColumn("extra", Types.StringType.get()));
    assertThat(lake.csv(ALICE, "SELECT * FROM %s ORDER BY id".formatted(PEOPLE)))
        .isEqualTo("id\n1\n2\n3\n");
  }

  @Test
  void namesOfATableStayWithItUnderAnotherNameAndEndWithIt() {
    TableName other = TableName.parse("hr.stage.staff");
    give(
        new Grant(
            "",
            Grant.Effect.ALLOW,
            Grantee.of(ALICE),
            EnumSet.of(Permission.SELECT),
            Resource.parse("hr"),
            Terms.none().with(Columns.allBut(List.of("ssn", "home"))),
            Grant.CLI));
    rename("ssn", "tax_id");
    lake.database.perform(tx -> lake.tables.open().rename(tx, PEOPLE, other));
    assertThat(lake.csv(ALICE, "SELECT * FROM " + other)).isEqualTo("id,region\n1,EU\n");
    lake.database.write(tx -> lake.tables.drop(tx, other));
    assertThat(lake.governance.policy().formerNames(other)).isEmpty();
  }

  @Test
  void tablesThatWereThereBeforeAreToldOnce() {
    give(ALICE, Terms.none().with(Columns.allBut(List.of("ssn", "home"))));
    rename("ssn", "tax_id");
    lake.database.perform(tx -> {
      tx.update("DELETE FROM column_names");
      tx.update("UPDATE tables SET names_known = 0");
      tx.update("UPDATE policy_versions SET version = version + 1");
    });
    assertThat(seen(ALICE)).isEqualTo("id,tax_id,region\n1,s1,EU\n");
    lake.tables.open().tellNames();
    assertThat(seen(ALICE)).isEqualTo("id,region\n1,EU\n");
    lake.tables.open().tellNames();
    assertThat(seen(ALICE)).isEqualTo("id,region\n1,EU\n");
  }
}
