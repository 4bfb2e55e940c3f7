package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that stand on others: tokens of one door, and access keys for files of a table. */
class FileKeysTest {
  private static final TableName TABLE = TableName.parse("air.stage.t");
  private static final Set<Permission> BOTH =
      EnumSet.of(Permission.READ_OBJECTS, Permission.WRITE_OBJECTS);

  @TempDir Path data;
  private final ManualClock clock = new ManualClock();
  private Database database;
  private Governance governance;

  @BeforeEach
  void open() {
    database = Databases.temporary(data, GovernanceMigrations.all());
    governance = new Governance(database, data, clock, new Ids(clock, new Random(1)));
    database.write(tx -> governance.principals().create(tx, Principal.user("ann"), Grant.CLI));
  }

  @AfterEach
  void close() {
    governance.close();
    database.close();
  }

  private void allow(Permission permission, String on) {
    Grant grant = Grant.declared(Grantee.user("ann"), EnumSet.of(permission), Resource.parse(on));
    database.<Grant>write(tx -> governance.grants().put(tx, grant));
  }

  private Tokens.NewToken token(Scope scope) {
    return database.write(
        tx -> governance.tokens().create(tx, "ann", new Tokens.Use("", scope), Duration.ofDays(1)));
  }

  private FileKeys.NewKey key(Tokens.NewToken token) {
    SignedIn who = governance.tokens().find(token.text().reveal()).orElseThrow().who();
    Origin origin = new Origin("r", null, who.credential(), null);
    Caller caller = new Caller(who.principal(), Door.ICEBERG, origin, governance.audit().trail());
    return governance
        .fileKeys()
        .create(caller, TABLE, new ObjectName("stage", "air/t/"), BOTH)
        .orElseThrow();
  }

  private Signer signer(FileKeys.NewKey key) {
    return governance.signers().find(key.id(), Optional.of(key.securityToken().reveal()));
  }

  private boolean may(FileKeys.NewKey key, Permission permission, String object) {
    return signer(key) instanceof Signer.Known known
        && governance.policy().decide(known.who().principal(), permission, Resource.parse(object))
            instanceof Decision.Allowed;
  }

  @Test
  void itDoesToFilesWhatItsOwnerMayDoToTheTable() {
    FileKeys.NewKey key = key(token(Scope.all()));
    assertThat(may(key, Permission.READ_OBJECTS, "stage/air/t/data/1")).isFalse();
    allow(Permission.SELECT, "air.stage.t");
    assertThat(may(key, Permission.READ_OBJECTS, "stage/air/t/data/1")).isTrue();
    assertThat(may(key, Permission.WRITE_OBJECTS, "stage/air/t/data/1")).isFalse();
    allow(Permission.INSERT, "air.stage.t");
    assertThat(may(key, Permission.WRITE_OBJECTS, "stage/air/t/metadata/1")).isTrue();
  }

  @Test
  void itOpensNothingElseWhateverItsOwnerMay() {
    allow(Permission.SELECT, "air");
    allow(Permission.READ_OBJECTS, "air");
    FileKeys.NewKey key = key(token(Scope.all()));
    assertThat(may(key, Permission.READ_OBJECTS, "stage/air/u/data/1")).isFalse();
    assertThat(may(key, Permission.READ_OBJECTS, "stage/air/t/other/1")).isFalse();
    assertThat(may(key, Permission.READ_OBJECTS, "raw/air/t/data/1")).isFalse();
    assertThat(may(key, Permission.SELECT, "air.stage.t")).isFalse();
    assertThat(may(key, Permission.DESCRIBE, "air.stage.t")).isFalse();
  }

  @Test
  void itKeepsToTheDomainsOfTheTokenItStandsOn() {
    allow(Permission.SELECT, "air");
    Scope elsewhere = new Scope(Set.of(), new TreeSet<>(Set.of("sea")));
    assertThat(may(key(token(elsewhere)), Permission.READ_OBJECTS, "stage/air/t/data/1")).isFalse();
  }

  @Test
  void itEndsAfterAnHourAndWithTheTokenItStandsOn() {
    allow(Permission.SELECT, "air");
    Tokens.NewToken token = token(Scope.all());
    FileKeys.NewKey key = key(token);
    clock.advance(FileKeys.TTL.minusSeconds(1));
    assertThat(signer(key)).isInstanceOf(Signer.Known.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(signer(key)).isInstanceOf(Signer.Ended.class);
    FileKeys.NewKey next = key(token);
    database.write(tx -> {
      governance.tokens().disable(tx, "ann", token.id());
      return true;
    });
    assertThat(signer(next)).isInstanceOf(Signer.Ended.class);
  }

  @Test
  void itIsNothingWithAnotherSecurityToken() {
    FileKeys.NewKey one = key(token(Scope.all()));
    FileKeys.NewKey other = key(token(Scope.all()));
    String changed = one.securityToken().reveal().replace("_e", "_f");
    assertThat(governance.signers().find(one.id(), Optional.of(changed)))
        .isInstanceOf(Signer.WrongToken.class);
    assertThat(governance.signers().find(one.id(), Optional.of(other.securityToken().reveal())))
        .isInstanceOf(Signer.WrongToken.class);
    assertThat(governance.signers().find(one.id(), Optional.empty()))
        .isInstanceOf(Signer.Unknown.class);
  }

  @Test
  void aTokenForAnAccessKeyEndsAfterAnHourAndWithTheKey() {
    AccessKeys.NewAccessKey key = database.write(tx -> governance.accessKeys().create(tx, "ann"));
    DerivedTokens tokens = governance.derivedTokens();
    String secret = key.secret().reveal();
    String first = tokens.create(key.id(), secret, Door.ICEBERG).reveal();
    assertThat(tokens.find(first).orElseThrow().scope().doors()).containsExactly(Door.ICEBERG);
    clock.advance(DerivedTokens.TTL.minusSeconds(1));
    String second = tokens.renew(first, Door.ICEBERG).reveal();
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.find(first)).isEmpty();
    assertThatThrownBy(() -> tokens.renew(first, Door.ICEBERG)).isInstanceOf(Unauthenticated.class);
    assertThat(tokens.find(second)).isPresent();
    database.write(tx -> {
      governance.accessKeys().disable(tx, "ann", key.id());
      return true;
    });
    assertThat(tokens.find(second)).isEmpty();
    assertThatThrownBy(() -> tokens.create(key.id(), secret, Door.ICEBERG))
        .isInstanceOf(Unauthenticated.class);
  }

  @Test
  void aTokenOfAnotherDoorIsNotRenewedForThisOne() {
    Tokens.NewToken sql = token(new Scope(EnumSet.of(Door.SQL), new TreeSet<>()));
    assertThatThrownBy(() -> governance.derivedTokens().renew(sql.text().reveal(), Door.ICEBERG))
        .isInstanceOf(Unauthenticated.class);
  }
}
