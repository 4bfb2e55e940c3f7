package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.ColumnNames.Field;
import io.hosu.governance.ColumnNames.Naming;
import io.hosu.governance.ColumnNames.Writer;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Grants and tags follow columns, whatever an engine does to their names. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class ColumnNamesTest {
  private static final int RUNS = 120;
  private static final TableName TABLE = RandomPolicies.TABLES.getFirst();
  private static final Principal ANN = Principal.user("ann");

  private final TestDatabase kind;
  @TempDir Path data;
  private final ManualClock clock = new ManualClock();
  private Database database;
  private Governance governance;

  ColumnNamesTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    database = Databases.temporary(kind.newUrl(data), GovernanceMigrations.all());
    Ids ids = new Ids(clock, new Random(1));
    governance = new Governance(database, data, clock, ids, GovernanceConfig.standard());
  }

  @AfterEach
  void close() {
    governance.close();
    database.close();
  }

  /** A table as an engine changes it, of which all is remembered that ever was. */
  private final class Changing {
    final String id;
    final Map<Integer, String> now = new TreeMap<>();
    final Map<Integer, List<String>> ever = new TreeMap<>();
    final Map<String, Integer> lastBorne = new HashMap<>();
    int last;

    Changing(String id) {
      this.id = id;
      RandomPolicies.COLUMNS.forEach(name -> now.put(++last, name));
      publish(Map.of());
    }

    private void publish(Map<Integer, String> before) {
      now.forEach((field, name) -> ever.computeIfAbsent(field, _ -> new ArrayList<>()).add(name));
      now.forEach((field, name) -> lastBorne.put(name, field));
      Naming naming = new Naming(fields(before), fields(now), Set.of(), Writer.ENGINE);
      database.perform(tx -> ColumnNames.keep(tx, TABLE, id, naming));
    }

    void become(Map<Integer, String> names) {
      Map<Integer, String> before = new TreeMap<>(now);
      now.clear();
      now.putAll(names);
      publish(before);
    }

    private static Set<Field> fields(Map<Integer, String> named) {
      Set<Field> fields = new HashSet<>();
      named.forEach((id, name) -> fields.add(new Field(id, ColumnNames.TOP, name)));
      return fields;
    }

    /** One change, of any kind. */
    String change(Random random) {
      Map<Integer, String> before = new TreeMap<>(now);
      List<Integer> fields = new ArrayList<>(now.keySet());
      int field = fields.get(random.nextInt(fields.size()));
      int other = fields.get(random.nextInt(fields.size()));
      String free = free(random);
      switch (random.nextInt(6)) {
        case 0 -> {
          if (now.size() > 1) {
            now.remove(field);
          }
        }
        case 1 -> now.put(++last, free);
        case 2 -> {
          now.put(field, before.getOrDefault(other, ""));
          now.put(other, before.getOrDefault(field, ""));
        }
        case 3 -> {
          now.put(field, free);
          now.put(++last, before.getOrDefault(field, ""));
        }
        default -> now.put(field, free);
      }
      publish(before);
      return before + " became " + now;
    }

    private String free(Random random) {
      List<String> names = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f" + last));
      names.removeAll(now.values());
      names.add("g" + ++last);
      return names.get(random.nextInt(names.size()));
    }

    /** The column that has this name, or had it last. */
    int meant(String name) {
      return lastBorne.getOrDefault(name, 0);
    }

    /** What each column is asked for by, those too that are gone. */
    Map<Integer, String> keys() {
      Map<Integer, String> keys = new LinkedHashMap<>();
      ever.forEach((field, names) ->
          keys.put(field, now.getOrDefault(field, ColumnNames.gone(names.getLast(), field))));
      return keys;
    }

    /** What is seen of each column in a row that holds {@code cells}; nothing: the row is gone. */
    Optional<Map<Integer, String>> seen(Map<Integer, String> cells) {
      Map<Integer, String> keys = keys();
      Map<String, @Nullable String> row = new HashMap<>();
      now.forEach((field, name) -> row.put(name, cells.get(field)));
      governance
          .policy()
          .formerNames(TABLE)
          .forEach((name, column) -> {
            if (!ColumnNames.isGone(column)) {
              row.put(name, row.get(column));
            }
          });
      Decision decision = governance.policy().sight(ANN, TABLE, List.copyOf(keys.values()));
      return CompiledPolicyTest.seen(
              decision,
              ANN,
              row,
              List.copyOf(keys.values()),
              (_, mask) -> RandomPolicies.fits(mask)) // whatever its name, a column holds texts
          .map(seen -> {
            Map<Integer, String> byField = new TreeMap<>();
            keys.forEach((field, key) -> {
              if (seen.containsKey(key)) {
                byField.put(field, seen.getOrDefault(key, ""));
              }
            });
            return byField;
          });
    }

    void end() {
      database.perform(tx -> {
        ColumnNames.move(tx, id, TABLE, Optional.empty());
        governance.grants().list(tx).forEach(grant -> governance.grants().remove(tx, grant.id()));
        governance
            .tags()
            .list(tx)
            .forEach(tag -> governance.tags().remove(tx, tag.on(), tag.key()));
      });
    }
  }

  private Grant give(Grant grant) {
    Grant own =
        new Grant(
            "",
            grant.effect(),
            Grantee.of(ANN),
            grant.permissions(),
            grant.on(),
            grant.terms(),
            Grant.CLI);
    return database.write(tx -> governance.grants().put(tx, own));
  }

  /** Whether {@code more} shows of the columns of {@code less} all that it shows. */
  private static boolean discloses(
      Optional<Map<Integer, String>> more, Optional<Map<Integer, String>> less, Set<Integer> of) {
    return less.isEmpty()
        || less.get().keySet().stream().noneMatch(of::contains)
        || (more.isPresent()
            && less.get().entrySet().stream()
                .filter(cell -> of.contains(cell.getKey()))
                .allMatch(cell ->
                    NaiveRules.discloses(
                            more.get().getOrDefault(cell.getKey(), "null"), cell.getValue())
                        >= 0));
  }

  @Test
  void nothingHiddenIsEverSeenByARename() {
    int shown = 0;
    for (long seed = 1; seed <= RUNS; seed++) {
      RandomPolicies policies = new RandomPolicies(seed);
      Random random = policies.random;
      Changing table = new Changing("t" + seed);
      NaiveRules rules = policies.next();
      rules.grants.forEach(this::give);
      database.perform(tx ->
          rules.tags.forEach((on, tags) ->
              tags.forEach((key, value) ->
                  governance
                      .tags()
                      .put(tx, new Tags.Tag(Resource.parse(on), key, value, Grant.CLI)))));
      Map<Integer, String> cells = new HashMap<>();
      for (int field = 1; field < 40; field++) {
        cells.put(field, List.of("x", "y", "z").get(random.nextInt(3)));
      }
      // What was seen when all was granted: a name that comes back means again what it did.
      Set<Integer> there = Set.copyOf(table.ever.keySet());
      var before = table.seen(cells);
      for (int step = 0; step < 8; step++) {
        String change = table.change(random);
        var after = table.seen(cells);
        shown += after.isPresent() ? 1 : 0;
        assertThat(discloses(before, after, there))
            .as("seed %d: %s: first %s, now %s, by %s", seed, change, before, after, rules.grants)
            .isTrue();
        if (step == 7) {
          Grant more = policies.grant(step);
          var with = more.denies() ? after : afterGiving(table, cells, more);
          assertThat(discloses(with, after, table.ever.keySet()))
              .as("seed %d: %s after %s: %s, then %s", seed, more, change, after, with)
              .isTrue();
        }
      }
      table.end();
    }
    assertThat(shown).isGreaterThan(RUNS / 4);
  }

  private Optional<Map<Integer, String>> afterGiving(
      Changing table, Map<Integer, String> cells, Grant more) {
    give(more);
    return table.seen(cells);
  }

  /** A grant, with the columns that it is about: found out when it was given, or by all names. */
  private record Given(Grant grant, Set<Integer> meant) {
    boolean isAbout(int field, List<String> ever) {
      Columns columns = grant.terms().columns();
      Set<String> names = columns.names();
      boolean hides = columns.except() != grant.denies();
      boolean named = hides ? ever.stream().anyMatch(names::contains) : meant.contains(field);
      return named != columns.except();
    }
  }

  @Test
  void whichColumnsAreThereIsWhatOneFindsWhoWritesDownEveryName() {
    for (long seed = 1; seed <= RUNS; seed++) {
      Random random = new Random(seed);
      Changing table = new Changing("n" + seed);
      List<Given> given = new ArrayList<>();
      List<String> story = new ArrayList<>();
      for (int step = 0; step < 12; step++) {
        if (random.nextBoolean()) {
          story.add(table.change(random));
        } else {
          given.add(giveSome(table, random));
          story.add(given.getLast().toString());
        }
        Set<Integer> expected = new HashSet<>();
        table.ever.forEach((field, names) -> {
          List<Given> about = given.stream().filter(one -> one.isAbout(field, names)).toList();
          if (!about.isEmpty() && about.stream().noneMatch(one -> one.grant().denies())) {
            expected.add(field);
          }
        });
        assertThat(table.seen(Map.of()).map(Map::keySet).orElse(Set.of()))
            .as("seed %d: %s", seed, String.join("\n", story))
            .isEqualTo(expected);
      }
      table.end();
    }
  }

  private Given giveSome(Changing table, Random random) {
    Set<String> names = new HashSet<>();
    List<String> known = table.ever.values().stream().flatMap(List::stream).toList();
    for (int i = 0; i < 2; i++) {
      names.add(known.get(random.nextInt(known.size())));
    }
    Columns columns = random.nextBoolean() ? Columns.only(names) : Columns.allBut(names);
    Grant grant =
        new Grant(
            "",
            random.nextInt(4) == 0 ? Grant.Effect.DENY : Grant.Effect.ALLOW,
            Grantee.of(ANN),
            EnumSet.of(Permission.SELECT),
            Resource.of(TABLE),
            Terms.none()
                .with(columns)
                .until(clock.instant().plusSeconds(1000 + table.last + random.nextInt(1_000_000))),
            Grant.CLI);
    Set<Integer> meant = new HashSet<>();
    for (String name : names) {
      meant.add(table.meant(name));
    }
    return new Given(give(grant), meant);
  }

  @Test
  void whoGivesIsToldWhichNamesAreOlderOnes() {
    Changing table = new Changing("told");
    Terms terms =
        Terms.none().with(Columns.allBut(List.of("a", "c"))).with(new Condition("b = 'x'"));
    Grant grant =
        give(
            new Grant(
                "",
                Grant.Effect.ALLOW,
                Grantee.of(ANN),
                EnumSet.of(Permission.SELECT),
                Resource.of(TABLE),
                terms,
                Grant.CLI));
    table.become(Map.of(1, "tax_id", 2, "b"));
    assertThat(notes(grant))
        .containsExactly(
            "The grant names column a of air.stage.t, which is called tax_id now.",
            "The grant names column c of air.stage.t, which is gone.");
    table.become(Map.of(1, "b", 2, "a"));
    assertThat(notes(grant))
        .containsExactly(
            "The grant names column a of air.stage.t, which is called b now; another has that"
                + " name.",
            "The grant names column c of air.stage.t, which is gone.",
            "The condition 'b = 'x'' of the grant names columns of air.stage.t that are others now:"
                + " it shows nothing, or hides all that it is about.");
    assertThat(governance.policy().rights().explain(ANN, Permission.SELECT, Resource.of(TABLE)))
        .isInstanceOfSatisfying(
            Decision.Denied.class,
            denied -> assertThat(denied.reason()).contains("names columns in its conditions"));
  }

  private List<String> notes(Grant grant) {
    return new NameNotes(governance.policy().rights().state()).of(grant);
  }

  @Test
  void aTableWhoseNamesAreItsOwnIsNotRemembered() {
    new Changing("plain");
    assertThat(governance.policy().formerNames(TABLE)).isEmpty();
    assertThat(database.<Long>read(tx -> tx.number("SELECT COUNT(*) AS n FROM column_names")))
        .isZero();
  }
}
