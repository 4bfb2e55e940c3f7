package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.testing.Seeds;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The compiled policy against the rules read one by one, over rows that a database filters. */
class CompiledPolicyTest {
  private static final int QUESTIONS = 10_000;
  private static final Connection sql = connection();
  private static final Limits.Fit FIT =
      new Limits.Fit() {
        @Override
        public boolean fits(String condition) {
          return RandomPolicies.fits(condition);
        }

        @Override
        public boolean fits(String column, Mask mask) {
          return RandomPolicies.fits(column, mask);
        }
      };

  private static Connection connection() {
    try {
      return DriverManager.getConnection("jdbc:sqlite::memory:");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    sql.close();
  }

  static LongStream seeds() {
    return Seeds.upTo(100);
  }

  @Test
  void tenThousandQuestionsHaveTheAnswersOfTheNaiveRules() {
    int filtered = 0;
    int masked = 0;
    int read = 0;
    for (long seed = 1; seed <= QUESTIONS; seed++) {
      RandomPolicies policies =
          seed % 2 == 0 ? new RandomPolicies(seed) : RandomPolicies.misfitting(seed);
      NaiveRules rules = policies.next();
      Rights rights = compile(rules);
      Principal principal = policies.principal();
      TableName table = policies.one(RandomPolicies.TABLES);
      Decision decision = rights.sight(principal, table, RandomPolicies.COLUMNS);
      Map<String, @Nullable String> row = policies.row();

      assertThat(seen(decision, principal, row))
          .as("seed %d: %s of %s, %s in %s", seed, principal, table, decision, rules.grants)
          .isEqualTo(rules.row(principal, table, RandomPolicies.COLUMNS, row));
      if (decision instanceof Decision.Allowed(_, Limits limits)) {
        filtered += limits.isFiltered() ? 1 : 0;
        masked += limits.columns().toString().contains("mask=Null") ? 0 : limits.isNone() ? 0 : 1;
        limits
            .fitting(FIT)
            .ifPresent(fitting ->
                assertThat(fitting.columns().keySet())
                    .as("%s", rules.grants)
                    .isEqualTo(existing(rules, principal, table, fitting)));
      }
      for (String other : RandomPolicies.OTHERS) {
        Permission permission = policies.one(List.of(Permission.values()));
        if (other.contains("/") && policies.random.nextBoolean()) {
          permission = Permission.READ_OBJECTS;
        } else if (permission == Permission.SELECT || permission == Permission.DESCRIBE) {
          permission = Permission.RUN;
        }
        assertThat(may(rights, principal, permission, other))
            .as("seed %d: %s %s %s in %s", seed, principal, permission, other, rules.grants)
            .isEqualTo(rules.may(principal, permission, other));
        read += permission == Permission.READ_OBJECTS && other.contains("/data/") ? 1 : 0;
      }
    }
    assertThat(read).as("asked to read files of tables").isGreaterThan(QUESTIONS);
    assertThat(filtered).isGreaterThan(QUESTIONS / 50);
    assertThat(masked).isGreaterThan(QUESTIONS / 50);
  }

  @Test
  void norDoOtherNamesOfTheColumnsMakeADifference() {
    int some = 0;
    for (long seed = 1; seed <= QUESTIONS; seed++) {
      RandomPolicies policies = RandomPolicies.renaming(seed);
      NaiveRules before = policies.next();
      before.tags.keySet().removeIf(on -> on.startsWith(RandomPolicies.RENAMED + "."));
      NaiveNames names = policies.names(before.grants);
      NaiveRules rules = before.withNames(names);
      NameHistory history = names.history();
      Rights rights =
          rights(
              state(rules)
                  .withNames(
                      new NameState(
                          Map.of(RandomPolicies.RENAMED, history), names.versionsOfGrants())));
      Principal principal = policies.principal();
      List<String> columns = names.columns();
      Map<String, @Nullable String> row = policies.row(columns);
      Map<String, @Nullable String> inSql = new HashMap<>(row);
      history
          .former()
          .forEach((name, column) -> {
            if (!ColumnNames.isGone(column)) {
              inSql.put(name, row.get(column));
            }
          });
      Decision decision = rights.sight(principal, RandomPolicies.RENAMED, columns);
      var seen = seen(decision, principal, inSql, columns);

      assertThat(seen)
          .as("seed %d: %s, %s, %s in %s", seed, principal, decision, names, rules.grants)
          .isEqualTo(rules.row(principal, RandomPolicies.RENAMED, columns, row));
      boolean limited = decision instanceof Decision.Allowed(_, Limits its) && !its.isNone();
      some += seen.isPresent() && limited ? 1 : 0;
    }
    assertThat(some).isGreaterThan(QUESTIONS / 20);
  }

  private static java.util.Set<String> existing(
      NaiveRules rules, Principal principal, TableName table, Limits limits) {
    var columns = new java.util.LinkedHashSet<String>();
    if (!limits.isNone()) {
      RandomPolicies.COLUMNS.stream()
          .filter(column -> rules.exists(principal, table, column))
          .forEach(columns::add);
    }
    return columns;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void neitherTheOrderOfGrantsNorTheWayTheyCameChangesWhatIsSeen(long seed) {
    RandomPolicies policies = new RandomPolicies(seed);
    NaiveRules rules = policies.next();
    List<Grant> shuffled = new ArrayList<>(rules.grants);
    Collections.shuffle(shuffled, policies.random);
    Principal principal = policies.principal();
    PolicyState step = state(rules.with(List.of()));
    for (Grant grant : shuffled) {
      step = step.withGrants(Map.of(grant.id(), Optional.of(grant)));
    }
    PolicyState gone = step;
    for (Grant grant : shuffled) {
      gone = gone.withGrants(Map.of(grant.id(), Optional.empty()));
    }
    for (TableName table : RandomPolicies.TABLES) {
      Object expected = limits(compile(rules), principal, table);
      assertThat(limits(compile(rules.with(shuffled)), principal, table)).isEqualTo(expected);
      assertThat(limits(rights(step), principal, table)).isEqualTo(expected);
      assertThat(limits(rights(gone), principal, table))
          .isEqualTo(limits(compile(rules.with(List.of())), principal, table));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aGrantMoreNeverTakesAwayAndADenyMoreNeverAdds(long seed) {
    for (long part = 0; part < 20; part++) {
      RandomPolicies policies = RandomPolicies.misfitting(seed * 1000 + part);
      NaiveRules rules = policies.next();
      List<Grant> more = new ArrayList<>(rules.grants);
      Grant added = policies.grant(100);
      more.add(added);
      NaiveRules other = rules.with(more);
      Principal principal = policies.principal();
      Map<String, @Nullable String> row = policies.row();
      for (TableName table : RandomPolicies.TABLES) {
        var before = seen(compile(rules), principal, table, row);
        var after = seen(compile(other), principal, table, row);
        assertThat(added.denies() ? discloses(before, after) : discloses(after, before))
            .as("%s: %s then %s", added, before, after)
            .isTrue();
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whoMaySelectATableAsAWholeSeesAllOfIt(long seed) {
    for (long part = 0; part < 20; part++) {
      RandomPolicies policies = new RandomPolicies(seed * 1000 + part);
      NaiveRules rules = policies.next();
      Rights rights = compile(rules);
      Principal principal = policies.principal();
      for (TableName table : RandomPolicies.TABLES) {
        if (may(rights, principal, Permission.SELECT, table.toString())) {
          assertThat(limits(rights, principal, table)).isEqualTo(Limits.none());
        }
        if (rights.sight(principal, table, RandomPolicies.COLUMNS) instanceof Decision.Allowed
            && rules.grants.stream().noneMatch(Grant::denies)) {
          assertThat(rights.visible(principal, Resource.of(table))).as("%s", rules.grants).isTrue();
          assertThat(rights.visible(principal, new Resource.Domain(table.domain()))).isTrue();
          assertThat(may(rights, principal, Permission.DESCRIBE, table.toString())).isTrue();
        }
      }
    }
  }

  /** Whether {@code more} shows all that {@code less} shows. */
  private static boolean discloses(
      Optional<Map<String, String>> more, Optional<Map<String, String>> less) {
    return less.isEmpty()
        || (more.isPresent()
            && less.get().entrySet().stream()
                .allMatch(cell ->
                    NaiveRules.discloses(
                            more.get().getOrDefault(cell.getKey(), "null"), cell.getValue())
                        >= 0));
  }

  static Rights compile(NaiveRules rules) {
    return rights(state(rules));
  }

  static Rights rights(PolicyState state) {
    return new Rights(state, () -> RandomPolicies.NOW);
  }

  static PolicyState state(NaiveRules rules) {
    Map<Resource, SortedMap<String, String>> tags = new HashMap<>();
    rules.tags.forEach((thing, its) -> tags.put(Resource.parse(thing), new TreeMap<>(its)));
    Map<TableName, String> datasets = new HashMap<>();
    rules.datasets.forEach((table, dataset) -> datasets.put(TableName.parse(table), dataset));
    List<Domains.Domain> domains = new ArrayList<>();
    rules.owners.forEach((name, owner) -> domains.add(new Domains.Domain(name, owner, "")));
    Map<ObjectName, TableName> places = new HashMap<>();
    rules.places.forEach((place, table) -> places.put(ObjectName.parse(place), table));
    return PolicyState.of(
            1, rules.grants, domains, TagTree.empty().with(tags).withDatasets(datasets))
        .withPlaces(places);
  }

  private static boolean may(Rights rights, Principal who, Permission what, String on) {
    return rights.decide(who, what, Resource.parse(on)) instanceof Decision.Allowed;
  }

  private static Object limits(Rights rights, Principal principal, TableName table) {
    Decision decision = rights.sight(principal, table, RandomPolicies.COLUMNS);
    return decision instanceof Decision.Allowed(_, Limits limits) ? limits : "denied";
  }

  private static Optional<Map<String, String>> seen(
      Rights rights, Principal principal, TableName table, Map<String, @Nullable String> row) {
    return seen(rights.sight(principal, table, RandomPolicies.COLUMNS), principal, row);
  }

  /** What the limits show of a row, their conditions answered by a database. */
  static Optional<Map<String, String>> seen(
      Decision decision, Principal principal, Map<String, @Nullable String> row) {
    return seen(decision, principal, row, RandomPolicies.COLUMNS, FIT);
  }

  /** The same of a row with any columns; what names others does not fit. */
  static Optional<Map<String, String>> seen(
      Decision decision,
      Principal principal,
      Map<String, @Nullable String> row,
      List<String> columns) {
    return seen(decision, principal, row, columns, RandomPolicies::fits);
  }

  /** The same of a table where masks fit so. */
  static Optional<Map<String, String>> seen(
      Decision decision,
      Principal principal,
      Map<String, @Nullable String> row,
      List<String> columns,
      BiPredicate<String, Mask> masks) {
    Limits.Fit fit =
        new Limits.Fit() {
          @Override
          public boolean fits(String condition) {
            try {
              ask(condition, principal, row);
              return true;
            } catch (IllegalStateException _) {
              return false;
            }
          }

          @Override
          public boolean fits(String column, Mask mask) {
            return mask instanceof Mask.Sql(Condition cell)
                ? fits(cell.sql())
                : masks.test(column, mask);
          }
        };
    return seen(decision, principal, row, columns, fit);
  }

  private static Optional<Map<String, String>> seen(
      Decision decision,
      Principal principal,
      Map<String, @Nullable String> row,
      List<String> columns,
      Limits.Fit fit) {
    Optional<Limits> fitting =
        decision instanceof Decision.Allowed(_, Limits all) ? all.fitting(fit) : Optional.empty();
    if (fitting.isEmpty()) {
      return Optional.empty();
    }
    Limits limits = fitting.get();
    Map<String, String> cells = new TreeMap<>();
    if (limits.isNone()) {
      columns.forEach(column -> cells.put(column, "clear"));
      return Optional.of(cells);
    }
    boolean there =
        limits.rows().isEmpty()
            || limits.rows().stream().anyMatch(c -> Boolean.TRUE.equals(ask(c, principal, row)));
    boolean kept =
        limits.deniedRows().stream().allMatch(c -> Boolean.FALSE.equals(ask(c, principal, row)));
    if (!there || !kept) {
      return Optional.empty();
    }
    limits.columns().forEach((column, sights) -> cells.put(column, cell(sights, principal, row)));
    return Optional.of(cells);
  }

  private static String cell(
      List<Limits.Sight> sights, Principal principal, Map<String, @Nullable String> row) {
    for (Limits.Sight sight : sights) {
      String when = sight.when();
      if (when == null || Boolean.TRUE.equals(ask(when, principal, row))) {
        Mask mask = sight.mask();
        return mask == null ? "clear" : mask.toString();
      }
    }
    return "null";
  }

  private static @Nullable Boolean ask(
      String condition, Principal principal, Map<String, @Nullable String> row) {
    String region = literal(principal.attributes().get("region"));
    StringBuilder columns = new StringBuilder("SELECT 1");
    row.forEach((column, value) ->
        columns.append(", ").append(literal(value)).append(" AS ").append(column));
    String query =
        "SELECT (%s) FROM (%s)".formatted(condition.replace("principal.region", region), columns);
    try (Statement statement = sql.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      boolean answer = result.next() && result.getBoolean(1);
      return result.wasNull() ? null : Boolean.valueOf(answer);
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  private static String literal(@Nullable String value) {
    return value == null ? "NULL" : "'" + value + "'";
  }
}
