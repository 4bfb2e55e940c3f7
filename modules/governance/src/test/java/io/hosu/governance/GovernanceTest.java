package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class GovernanceTest {
  private final TestDatabase kind;
  @TempDir Path data;
  private final ManualClock clock = new ManualClock();
  private final Ids ids = new Ids(clock, new Random(1));
  private Database database;
  private Governance governance;

  GovernanceTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    database = Databases.temporary(kind.newUrl(data), GovernanceMigrations.all());
    governance = new Governance(database, data, clock, ids, GovernanceConfig.standard());
  }

  @AfterEach
  void close() {
    governance.close();
    database.close();
  }

  @Test
  void theAdministratorIsMadeOnceAndCanSignIn() {
    List<Administrator.Credentials> kept = new ArrayList<>();
    var first = governance.administrator().atFirstStart(kept::add).orElseThrow();

    assertThat(kept).containsExactly(first);
    assertThat(governance.administrator().atFirstStart(kept::add)).isEmpty();
    assertThat(kept).hasSize(1);
    assertThat(
            governance
                .tokens()
                .find(first.token().reveal())
                .map(found -> found.principal().toString()))
        .contains(first.principal().toString());
    var owner = governance.accessKeys().find(first.accessKey().id()).orElseThrow();
    assertThat(owner.principal().administrator()).isTrue();
    assertThat(owner.secret().reveal()).isEqualTo(first.accessKey().secret().reveal());
  }

  @Test
  void aCrashBetweenKeepingAndMakingTheAdministratorLeavesNothingThatHolds() {
    List<Administrator.Credentials> kept = new ArrayList<>();
    assertThatThrownBy(() ->
            governance
                .administrator()
                .atFirstStart(credentials -> {
                  kept.add(credentials);
                  throw new IllegalStateException("crash");
                }))
        .hasMessage("crash");

    assertThat(governance.tokens().find(kept.getFirst().token().reveal())).isEmpty();
    assertThat(governance.administrator().atFirstStart(_ -> {})).isPresent();
  }

  @Test
  void whatAnotherServerChangedHoldsHereAtOnce() {
    Resource lake = new Resource.Lake();
    try (Governance other = new Governance(database, data, clock, ids)) {
      Principal alice = create(Principal.user("alice"));
      var token = database.write(tx -> other.tokens().create(tx, "alice", Duration.ofDays(1)));
      assertThat(governance.tokens().find(token.text().reveal()).map(Tokens.Bearer::principal))
          .contains(alice);
      assertThat(governance.policy().decide(alice, Permission.SELECT, lake))
          .isInstanceOf(Decision.Denied.class);

      Grant grant =
          new Grant("", Grantee.of(alice), EnumSet.of(Permission.SELECT), lake, Grant.CLI);
      database.perform(tx -> other.grants().put(tx, grant));
      assertThat(governance.policy().decide(alice, Permission.SELECT, lake))
          .isInstanceOf(Decision.Allowed.class);

      database.perform(tx -> other.tokens().delete(tx, "alice", token.id()));
      assertThat(governance.tokens().find(token.text().reveal())).isEmpty();
    }
  }

  @Test
  void secretsNeverPrint() {
    var credentials = governance.administrator().atFirstStart(_ -> {}).orElseThrow();
    var owner = governance.accessKeys().find(credentials.accessKey().id()).orElseThrow();
    var token = database.write(tx -> governance.tokens().create(tx, "admin", Duration.ofDays(1)));

    for (Object shown :
        List.of(
            credentials,
            credentials.accessKey(),
            credentials.token(),
            owner,
            owner.secret(),
            token,
            governance.accessKeys().list("admin"),
            governance.tokens().list("admin"))) {
      assertThat(shown.toString())
          .doesNotContain(credentials.accessKey().secret().reveal())
          .doesNotContain(credentials.token().reveal())
          .doesNotContain(token.text().reveal());
    }
  }

  @Test
  void secretsAreNotInTheDatabaseFile() throws IOException {
    assumeThat(kind).isEqualTo(TestDatabase.SQLITE);
    var credentials = governance.administrator().atFirstStart(_ -> {}).orElseThrow();
    governance.close();
    database.close();
    StringBuilder bytes = new StringBuilder();
    try (var files = Files.list(data)) {
      for (Path file : files.toList()) {
        bytes.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    open();

    assertThat(bytes.toString())
        .contains(credentials.accessKey().id())
        .doesNotContain(credentials.accessKey().secret().reveal())
        .doesNotContain(credentials.token().reveal());
  }

  @Test
  void theRootKeyIsForItsOwnerOnly() throws IOException {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("root.key"))))
        .isEqualTo("rw-------");
    assertThat(Files.size(data.resolve("root.key"))).isEqualTo(32);
  }

  @Test
  void aMissingOrWrongRootKeyIsRefusedWhileKeysExist() throws IOException {
    governance.administrator().atFirstStart(_ -> {});
    Files.delete(data.resolve("root.key"));
    assertThatThrownBy(this::reopen)
        .isInstanceOf(Invalid.class)
        .extracting(e -> ((HosuException) e).code())
        .isEqualTo(GovernanceError.ROOT_KEY_MISSING);
    assertThat(data.resolve("root.key")).doesNotExist();

    Files.write(data.resolve("root.key"), new byte[32]);
    assertThatThrownBy(this::reopen)
        .isInstanceOf(Invalid.class)
        .extracting(e -> ((HosuException) e).code())
        .isEqualTo(GovernanceError.ROOT_KEY_WRONG);

    Files.write(data.resolve("root.key"), new byte[31]);
    assertThatThrownBy(this::reopen)
        .extracting(e -> ((HosuException) e).code())
        .isEqualTo(GovernanceError.ROOT_KEY_UNREADABLE);
  }

  @Test
  void aTokenHoldsUntilItIsOverOrDeleted() {
    create(Principal.user("alice"));
    var token = database.write(tx -> governance.tokens().create(tx, "alice", Duration.ofHours(1)));
    var other = database.write(tx -> governance.tokens().createLasting(tx, "alice"));

    assertThat(governance.tokens().find(token.text().reveal())).isPresent();
    clock.advance(Duration.ofHours(1));
    assertThat(governance.tokens().find(token.text().reveal())).isEmpty();
    assertThat(governance.tokens().find(other.text().reveal())).isPresent();
    database.write(tx -> {
      governance.tokens().delete(tx, "alice", other.id());
      return 0;
    });
    assertThat(governance.tokens().find(other.text().reveal())).isEmpty();
  }

  @Test
  void aTokenHasAFormThatCanBeScannedForAndCheckedWithoutALookUp() {
    create(Principal.user("alice"));
    String text =
        database.write(tx -> governance.tokens().createLasting(tx, "alice")).text().reveal();

    assertThat(text).matches("hosu_[0-9a-z]{47}");
    assertThat(TokenText.TOKEN.isWellFormed(text)).isTrue();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'x' ? 'y' : 'x';
      String mistyped = text.substring(0, i) + other + text.substring(i + 1);
      assertThat(TokenText.TOKEN.isWellFormed(mistyped)).as(mistyped).isFalse();
      assertThat(governance.tokens().find(mistyped)).isEmpty();
    }
  }

  @Test
  void theLastUseIsNotedExactToTenMinutes() {
    create(Principal.user("alice"));
    var key = database.write(tx -> governance.accessKeys().create(tx, "alice"));
    assertThat(governance.accessKeys().list("alice").getFirst().lifetime().lastUsedAt()).isEmpty();

    var first = clock.instant();
    governance.accessKeys().find(key.id());
    clock.advance(Duration.ofMinutes(9));
    governance.accessKeys().find(key.id());
    assertThat(governance.accessKeys().list("alice").getFirst().lifetime().lastUsedAt())
        .contains(first);

    clock.advance(Duration.ofMinutes(1));
    governance.accessKeys().find(key.id());
    assertThat(governance.accessKeys().list("alice").getFirst().lifetime().lastUsedAt())
        .contains(clock.instant());
  }

  @Test
  void principalsKeepTheirGroupsAndAttributes() {
    Principal alice =
        Principal.user("alice").in(Set.of("b", "a")).with(Map.of("region", "EU \"x\""));
    create(alice);
    Principal kept = governance.principals().require("alice");
    assertThat(kept).isEqualTo(alice.living(kept.life()));
    assertThatThrownBy(() -> create(Principal.role("alice"))).isInstanceOf(Conflict.class);
    assertThatThrownBy(() -> governance.principals().require("alica"))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("did you mean 'alice'?");
  }

  @Test
  void aPrincipalThatIsRemovedTakesItsCredentialsAlong() {
    create(Principal.user("bob"));
    var token = database.write(tx -> governance.tokens().createLasting(tx, "bob"));
    var key = database.write(tx -> governance.accessKeys().create(tx, "bob"));
    database.perform(tx -> governance.principals().remove(tx, "bob"));
    create(Principal.user("bob"));
    assertThat(governance.tokens().find(token.text().reveal())).isEmpty();
    assertThat(governance.accessKeys().find(key.id())).isEmpty();
  }

  @Test
  void grantsOfTheProjectAreReplacedAsAWholeAndOthersStay() {
    create(Principal.user("alice"));
    Grant cli = put(new Grant("", Grantee.user("alice"), select(), table("t"), Grant.CLI));
    Grant stage =
        put(Grant.ofStage("air.flights.clean", EnumSet.of(Permission.INSERT), table("t")));

    assertThat(replaceGrants(declared("t"), declared("u"), declared("t"))).hasSize(2);
    assertThat(replaceGrants(declared("u"), declared("t"))).isEmpty();
    assertThat(replaceGrants(declared("t")))
        .singleElement()
        .isInstanceOfSatisfying(
            Change.Removed.class,
            removed -> assertThat(((Grant) removed.value()).on()).isEqualTo(table("u")));
    Grant wider =
        Grant.declared(
            Grantee.user("alice"), EnumSet.of(Permission.SELECT, Permission.INSERT), table("t"));
    assertThat(replaceGrants(wider)).singleElement().isInstanceOf(Change.Replaced.class);
    assertThat(replaceGrants()).hasSize(1);
    assertThat(governance.grants().list()).containsExactly(cli, stage);
  }

  @Test
  void aDeclaredGrantIsNotTakenByCommand() {
    replaceGrants(declared("t"));
    String id = governance.grants().list().getFirst().id();
    assertThatThrownBy(() -> database.write(tx -> governance.grants().remove(tx, id)))
        .isInstanceOf(Conflict.class)
        .extracting(e -> ((HosuException) e).remedy())
        .asString()
        .contains("hosu apply");
  }

  @Test
  void decisionsFollowGrantsAndOwnersAtOnce() {
    Principal alice = create(Principal.user("alice"));
    assertThat(may(alice, Permission.SELECT, table("t"))).isFalse();

    Grant grant = put(new Grant("", Grantee.user("alice"), select(), table("t"), Grant.CLI));
    assertThat(may(alice, Permission.SELECT, table("t"))).isTrue();
    assertThat(may(alice, Permission.DESCRIBE, table("t"))).isTrue();
    assertThat(may(alice, Permission.INSERT, table("t"))).isFalse();

    database.write(tx -> governance.grants().remove(tx, grant.id()));
    assertThat(may(alice, Permission.SELECT, table("t"))).isFalse();

    own("air", "alice");
    assertThat(may(alice, Permission.DROP, table("t"))).isTrue();
    own("air", "bob");
    assertThat(may(alice, Permission.DROP, table("t"))).isFalse();
  }

  @Test
  void anotherServerOnTheSameDatabaseSeesAGrantAtOnce() {
    Principal alice = create(Principal.user("alice"));
    try (Governance other =
        new Governance(database, data, clock, ids, GovernanceConfig.standard())) {
      assertThat(other.policy().visible(alice, table("t"))).isFalse();
      put(new Grant("", Grantee.user("alice"), select(), table("t"), Grant.CLI));
      assertThat(other.policy().visible(alice, table("t"))).isTrue();
    }
  }

  @Test
  void aRefusalIsDurableBeforeItIsAnswered() {
    own("air", "group:flight_data");
    Principal alice = create(Principal.user("alice"));
    put(new Grant("", Grantee.user("alice"), select(), table("other"), Grant.CLI));
    assertThatThrownBy(
            () -> governance.policy().require(caller(alice), Permission.SELECT, table("t")))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("user:alice may not SELECT on air.stage.t")
        .hasMessageContaining("group:flight_data")
        .satisfies(e ->
            assertThat(((Denied) e).remedy())
                .contains("hosu grant user:alice SELECT air.stage.t")
                .contains("{ to: \"user:alice\", allow: [SELECT], on: \"air.stage.t\" }"));

    governance.audit().flush();
    var kept = governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 10);
    assertThat(kept)
        .singleElement()
        .satisfies(record -> {
          assertThat(record.text("decision")).isEqualTo("DENIED");
          assertThat(record.text("principal")).isEqualTo("user:alice");
          assertThat(record.text("door")).isEqualTo("SQL");
        });
  }

  @Test
  void aRefusalDoesNotTellWhetherADomainExists() {
    own("air", "group:flight_data");
    Principal alice = create(Principal.user("alice"));

    assertThat(refusal(alice, "air.stage.t").replace("air", "sea"))
        .isEqualTo(refusal(alice, "sea.stage.t"));
    assertThat(refusal(alice, "air").replace("air", "sea")).isEqualTo(refusal(alice, "sea"));
  }

  private String refusal(Principal principal, String resource) {
    Decision decision =
        governance.policy().decide(principal, Permission.SELECT, Resource.parse(resource));
    return ((Decision.Denied) decision).reason() + ((Decision.Denied) decision).remedy();
  }

  private Caller caller(Principal principal) {
    return governance.policy().caller(principal, Door.SQL, "query-1");
  }

  private void reopen() {
    new Governance(database, data, clock, ids, GovernanceConfig.standard()).close();
  }

  private Principal create(Principal principal) {
    return database.write(tx -> governance.principals().create(tx, principal, Grant.CLI));
  }

  private List<Change<Grant>> replaceGrants(Grant... grants) {
    return database.write(tx -> governance.grants().replaceGit(tx, List.of(grants)));
  }

  private Grant put(Grant grant) {
    return database.write(tx -> governance.grants().put(tx, grant));
  }

  private void own(String domain, String owner) {
    database.write(tx -> {
      governance.domains().put(tx, new Domains.Domain(domain, owner, ""));
      return 0;
    });
  }

  private boolean may(Principal principal, Permission permission, Resource on) {
    return governance.policy().decide(principal, permission, on) instanceof Decision.Allowed;
  }

  private static Grant declared(String table) {
    return Grant.declared(Grantee.user("alice"), select(), table(table));
  }

  private static Set<Permission> select() {
    return EnumSet.of(Permission.SELECT);
  }

  private static Resource table(String name) {
    return Resource.parse("air.stage." + name);
  }
}
