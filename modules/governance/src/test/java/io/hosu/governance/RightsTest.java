package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.testing.Seeds;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RightsTest {
  private static final Principal ALICE = Principal.user("alice").in(Set.of("analysts"));
  private static final Principal BOB = Principal.user("bob");
  private static final Principal STAGE = Principal.role("air.flights.clean");
  private static final List<Principal> PRINCIPALS = List.of(ALICE, BOB, STAGE);
  private static final List<Grantee> GRANTEES =
      List.of(
          Grantee.of(ALICE),
          Grantee.of(BOB),
          Grantee.of(STAGE),
          Grantee.group("analysts"),
          Grantee.group("nobody"));
  private static final List<Resource> RESOURCES =
      List.of(
          new Resource.Lake(),
          new Resource.Domain("air"),
          new Resource.Domain("sea"),
          new Resource.Layer("air", "raw"),
          new Resource.Layer("air", "stage"),
          Resource.of(new TableName("air", "stage", "flights")),
          Resource.of(new TableName("air", "stage", "flights2")),
          Resource.of(new TableName("sea", "stage", "flights")),
          new Resource.Bucket("raw"),
          Resource.of(new ObjectName("raw", "air/flights/1.csv")),
          Resource.of(new ObjectName("raw", "air/flights/")),
          Resource.of(new ObjectName("raw", "airport")),
          new Resource.Pipeline("air", "flights"));

  static LongStream seeds() {
    return Seeds.upTo(100);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void decisionsDoNotDependOnTheOrderOfGrants(long seed) {
    Random random = new Random(seed);
    List<Grant> grants = grants(random, 6);
    List<Grant> shuffled = new ArrayList<>(grants);
    Collections.shuffle(shuffled, random);

    assertThat(allowed(shuffled)).isEqualTo(allowed(grants));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void addingAGrantNeverTakesARightAwayAndRemovingOneNeverAdds(long seed) {
    Random random = new Random(seed);
    List<Grant> fewer = grants(random, random.nextInt(6));
    List<Grant> more = new ArrayList<>(fewer);
    more.add(grants(random, 1).getFirst());

    assertThat(allowed(more)).containsAll(allowed(fewer));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsAllowedOnAResourceIsAllowedOnAllThatLiesInIt(long seed) {
    Rights rights = rights(grants(new Random(seed), 4));
    for (Principal principal : PRINCIPALS) {
      for (Resource outer : RESOURCES) {
        for (Resource inner : RESOURCES) {
          for (Permission permission : Permission.values()) {
            if (outer.covers(inner) && may(rights, principal, permission, outer)) {
              assertThat(may(rights, principal, permission, inner))
                  .as("%s %s %s in %s", principal, permission, inner, outer)
                  .isTrue();
            }
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRefusalSaysWhatIsMissingAndHowItIsGivenAndTheRemedyWorks(long seed) {
    Random random = new Random(seed);
    List<Grant> grants = grants(random, 3);
    Principal principal = PRINCIPALS.get(random.nextInt(PRINCIPALS.size()));
    for (Resource resource : RESOURCES) {
      for (Permission permission : Permission.values()) {
        if (rights(grants).decide(principal, permission, resource)
            instanceof Decision.Denied denied) {
          assertThat(denied.reason())
              .contains(permission.name(), resource.toString(), principal.toString());
          assertThat(denied.remedy())
              .contains("hosu grant %s %s %s".formatted(principal, permission, resource))
              .contains("access/");
          if (permission.appliesTo(resource)) {
            List<Grant> mended = new ArrayList<>(grants);
            mended.add(
                Grant.declared(
                    Grantee.parse(principal.toString()), EnumSet.of(permission), resource));
            assertThat(may(rights(mended), principal, permission, resource)).isTrue();
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsAllowedIsVisible(long seed) {
    Rights rights = rights(grants(new Random(seed), 4));
    for (Principal principal : PRINCIPALS) {
      for (Resource resource : RESOURCES) {
        for (Permission permission : Permission.values()) {
          if (may(rights, principal, permission, resource)) {
            assertThat(rights.visible(principal, resource)).isTrue();
          }
        }
      }
    }
  }

  @Test
  void withoutAGrantNothingIsAllowedAndNothingIsVisible() {
    Rights rights = rights(List.of());
    assertThat(allowed(List.of())).isEmpty();
    assertThat(RESOURCES).noneMatch(resource -> rights.visible(ALICE, resource));
  }

  @Test
  void aGrantOnATableMakesItsDomainVisibleAndNotItsNeighbours() {
    Rights rights =
        rights(List.of(grant("group:analysts", Permission.SELECT, "air.stage.flights")));

    assertThat(rights.visible(ALICE, Resource.parse("air"))).isTrue();
    assertThat(rights.visible(ALICE, Resource.parse("air.stage"))).isTrue();
    assertThat(rights.visible(ALICE, Resource.parse("air.stage.flights2"))).isFalse();
    assertThat(rights.visible(ALICE, Resource.parse("sea"))).isFalse();
    assertThat(rights.visible(BOB, Resource.parse("air.stage.flights"))).isFalse();
  }

  @Test
  void administratorsMayDoAllButReadAndWriteData() {
    Rights rights = rights(List.of());
    for (Resource resource : RESOURCES) {
      for (Permission permission : Permission.values()) {
        assertThat(may(rights, BOB.asAdministrator(), permission, resource))
            .as("%s on %s", permission, resource)
            .isEqualTo(!permission.isData());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "user:bob, true",
    "bob, true",
    "group:bob, false",
    "group:analysts, false",
    "analysts, false"
  })
  void theOwnerOfADomainMayDoAllInIt(String owner, boolean bobOwns) {
    Rights rights = rights(List.of(), new Domains.Domain("air", owner, ""));

    assertThat(may(rights, BOB, Permission.DROP, Resource.parse("air.stage.flights")))
        .isEqualTo(bobOwns);
    assertThat(may(rights, BOB, Permission.WRITE_OBJECTS, Resource.parse("raw/air/x")))
        .isEqualTo(bobOwns);
    assertThat(may(rights, BOB, Permission.SELECT, Resource.parse("sea.stage.flights"))).isFalse();
    assertThat(may(rights, BOB, Permission.ADMIN, new Resource.Lake())).isFalse();
  }

  @Test
  void aGroupOwnsADomainByItsName() {
    Rights rights = rights(List.of(), new Domains.Domain("air", "analysts", ""));
    assertThat(may(rights, ALICE, Permission.GRANT, Resource.parse("air.stage"))).isTrue();
    assertThat(may(rights, BOB, Permission.GRANT, Resource.parse("air.stage"))).isFalse();
  }

  @Test
  void anOwnerThatNamesNobodyIsRefusedWhereItIsDeclared() {
    assertThatThrownBy(() -> new Domains.Domain("air", "team:x", "")).isInstanceOf(Invalid.class);
  }

  @Test
  void aRoleOrServiceOfAUsersNameIsNotTheUser() {
    Rights rights = rights(List.of(grant("user:bob", Permission.SELECT, "lake")));
    assertThat(may(rights, BOB, Permission.SELECT, new Resource.Lake())).isTrue();
    assertThat(may(rights, Principal.role("bob"), Permission.SELECT, new Resource.Lake()))
        .isFalse();
    assertThat(may(rights, Principal.service("bob"), Permission.SELECT, new Resource.Lake()))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "lake, air, true",
    "lake, raw/air/x, true",
    "air, air.stage, true",
    "air, air.stage.flights, true",
    "air, raw/air/flights/1.csv, true",
    "air, raw/air, false",
    "air, raw/airport/x, false",
    "air, raw/, false",
    "air, pipeline:air.flights, true",
    "air, pipeline:airport.flights, false",
    "air.raw, raw/air/flights/1.csv, true",
    "air.stage, raw/air/flights/1.csv, false",
    "air.stage, air.stage.flights, true",
    "air.stage, air.stage2.flights, false",
    "air.stage.flights, air.stage.flights2, false",
    "air.stage.flights, stage/air/flights/data/1.parquet, false",
    "air.stage.flights, air.stage, false",
    "raw/, raw/air/x, true",
    "raw/, air.raw, false",
    "raw/air/flights/, raw/air/flights/1.csv, true",
    "raw/air/flights/, raw/air/flights2, false",
    "raw/air/flights, raw/air/flights/1.csv, false",
    "raw/air/, stage/air/x, false",
    "raw/air/x, raw/air/x, true",
  })
  void aResourceCoversWhatLiesInIt(String outer, String inner, boolean covers) {
    assertThat(Resource.parse(outer).covers(Resource.parse(inner))).isEqualTo(covers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lake",
        "domain:lake",
        "air",
        "air.stage",
        "air.stage.flights",
        "raw/",
        "raw/air/x y/é.csv",
        "raw/air/",
        "pipeline:air.flights",
        "dataset:air.flights",
        "air.stage.flights.tail no",
        "tag:\"pii = low and team in (sales, 'the fi''nance')\""
      })
  void resourcesReadBackWhatTheyPrint(String text) {
    assertThat(Resource.parse(text)).hasToString(text);
    assertThat(Resource.parse(Resource.parse(text).toString())).isEqualTo(Resource.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Air",
        "a.b.c.",
        "tag:",
        "tag:\"a =\"",
        "dataset:a",
        "pipeline:a",
        "/x",
        "a..b",
        "pipeline:a.b.c",
        "."
      })
  void whatNamesNoResourceIsRefused(String text) {
    assertThatThrownBy(() -> Resource.parse(text)).isInstanceOf(Invalid.class);
  }

  @Test
  void permissionsThatMeanNothingOnAResourceAreRefused() {
    assertThatThrownBy(() -> grant("user:bob", Permission.RUN, "air.stage.flights"))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("RUN");
    assertThatThrownBy(() -> Permission.parse("SELCT"))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("did you mean 'SELECT'?");
  }

  private static Set<String> allowed(List<Grant> grants) {
    Rights rights = rights(grants);
    var allowed = new java.util.TreeSet<String>();
    for (Principal principal : PRINCIPALS) {
      for (Resource resource : RESOURCES) {
        for (Permission permission : Permission.values()) {
          if (may(rights, principal, permission, resource)) {
            allowed.add(principal + " " + permission + " " + resource);
          }
        }
      }
    }
    return allowed;
  }

  private static boolean may(Rights rights, Principal who, Permission what, Resource on) {
    return rights.decide(who, what, on) instanceof Decision.Allowed;
  }

  private static Rights rights(List<Grant> grants, Domains.Domain... domains) {
    return new Rights(
        PolicyState.of(1, grants, List.of(domains), TagTree.empty()), InstantSource.system());
  }

  private static Grant grant(String to, Permission permission, String on) {
    return Grant.declared(Grantee.parse(to), EnumSet.of(permission), Resource.parse(on));
  }

  private static List<Grant> grants(Random random, int count) {
    List<Grant> grants = new ArrayList<>();
    while (grants.size() < count) {
      Grantee to = GRANTEES.get(random.nextInt(GRANTEES.size()));
      Resource on = RESOURCES.get(random.nextInt(RESOURCES.size()));
      EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
      for (Permission permission : Permission.values()) {
        if (permission.appliesTo(on) && random.nextInt(4) == 0) {
          permissions.add(permission);
        }
      }
      if (!permissions.isEmpty()) {
        grants.add(Grant.declared(to, permissions, on));
      }
    }
    return grants;
  }
}
