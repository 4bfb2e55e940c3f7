package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Small policies of all kinds, by a seed, of words that a few lines here can read without a parser.
 */
final class RandomPolicies {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final List<String> COLUMNS = List.of("a", "b", "c");
  static final List<TableName> TABLES =
      List.of(
          new TableName("air", "stage", "t"),
          new TableName("air", "mart", "u"),
          new TableName("sea", "stage", "t"));

  /** The table whose columns had other names, where policies know of such. */
  static final TableName RENAMED = TABLES.getFirst();

  private static final List<String> TABLE_PLACES =
      List.of("stage/air/t/", "mart/air/u-2/", "stage/sea/t/");
  static final List<String> OTHERS =
      List.of(
          "lake",
          "air",
          "air.stage",
          "sea",
          "pipeline:air.p",
          "raw/air/d/1.csv",
          "stage/sea/x.csv",
          "stage/air/t/data/1.parquet",
          "stage/air/t/metadata/v1.json",
          "stage/air/t/note.txt",
          "mart/air/u-2/data/1.parquet",
          "stage/sea/t/data/1.parquet",
          "dataset:air.d");
  private static final List<String> PLACES =
      List.of(
          "lake",
          "air",
          "sea",
          "air.stage",
          "air.mart",
          "dataset:air.d",
          "air.stage.t",
          "air.mart.u",
          "sea.stage.t");
  private static final List<String> MASKS =
      List.of(
          "null",
          "hash",
          "constant(x)",
          "last(2)",
          "last(4)",
          "range(10)",
          "range(5)",
          "year",
          "sql(upper(a))",
          "email");

  /** A column that no table has. */
  static final String MISSING = "nope";

  private static final List<String> MISFITTING_MASKS =
      Stream.concat(MASKS.stream(), Stream.of("sql(nope)", "sql(zzz(nope))")).toList();

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  final Random random;
  private final List<String> named;
  private final List<String> conditioned;
  private final List<String> masks;

  RandomPolicies(long seed) {
    this(seed, COLUMNS, COLUMNS, MASKS);
  }

  private RandomPolicies(
      long seed, List<String> named, List<String> conditioned, List<String> masks) {
    this.random = new Random(seed);
    this.named = named;
    this.conditioned = conditioned;
    this.masks = masks;
  }

  /** Policies of which some conditions and masks do not fit the tables. */
  static RandomPolicies misfitting(long seed) {
    return new RandomPolicies(
        seed, COLUMNS, List.of("a", "b", "c", "a", "b", "c", MISSING), MISFITTING_MASKS);
  }

  /** Policies that speak of more names than there are columns. */
  static RandomPolicies renaming(long seed) {
    return new RandomPolicies(
        seed,
        NAMES,
        NAMES,
        Stream.concat(MASKS.stream(), Stream.of("sql(upper(d))", "sql(upper(e))")).toList());
  }

  /** Whether a condition or a mask can be computed. */
  static boolean fits(Object sql) {
    return !sql.toString().contains(MISSING);
  }

  /** The same of a mask of a column: one holds dates, one numbers, and all others hold texts. */
  static boolean fits(String column, Mask mask) {
    return switch (mask) {
      case Mask.Year _, Mask.Month _ -> column.equals("b");
      case Mask.Range _ -> column.equals("c");
      default -> fits(mask);
    };
  }

  NaiveRules next() {
    List<Grant> grants = new ArrayList<>();
    int count = random.nextInt(8);
    while (grants.size() < count) {
      grants.add(grant(grants.size()));
    }
    Map<String, Map<String, String>> tags = new TreeMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String on = one(PLACES);
      String thing =
          on.chars().filter(c -> c == '.').count() == 2 && random.nextBoolean()
              ? on + "." + one(COLUMNS)
              : on;
      tags.computeIfAbsent(thing, _ -> new TreeMap<>()).put(one(List.of("pii", "team")), value());
    }
    Map<String, String> owners =
        random.nextInt(4) == 0 ? Map.of("air", one(List.of("ann", "g"))) : Map.of();
    Map<String, String> datasets = random.nextBoolean() ? Map.of("air.stage.t", "d") : Map.of();
    return new NaiveRules(grants, owners, tags, datasets, NOW).withPlaces(places());
  }

  /** Tables where such lie, or others that were renamed. */
  private Map<String, TableName> places() {
    Map<String, TableName> places = new TreeMap<>();
    for (String place : TABLE_PLACES) {
      if (random.nextInt(3) > 0) {
        places.put(place, one(TABLES));
      }
    }
    return places;
  }

  /** Names that the columns of a table had, and a version at which each grant was given. */
  NaiveNames names(List<Grant> grants) {
    List<Map<String, Integer>> versions = new ArrayList<>();
    versions.add(Map.of("a", 1, "b", 2, "c", 3));
    for (int last = 3; versions.size() < 8; last++) {
      versions.add(renamed(versions.getLast(), last + 1));
    }
    Map<String, Integer> given = new HashMap<>();
    grants.forEach(grant -> given.put(grant.id(), random.nextInt(versions.size())));
    return new NaiveNames(versions, given);
  }

  /** One change of names, of any kind. */
  private Map<String, Integer> renamed(Map<String, Integer> before, int added) {
    Map<String, Integer> now = new TreeMap<>(before);
    List<String> free = new ArrayList<>(NAMES);
    free.removeAll(before.keySet());
    String name = one(List.copyOf(now.keySet()));
    switch (random.nextInt(6)) {
      case 0 -> {
        if (now.size() > 1) {
          now.remove(name);
        }
      }
      case 1 -> {
        String other = one(List.copyOf(now.keySet()));
        now.put(name, before.getOrDefault(other, 0));
        now.put(other, before.getOrDefault(name, 0));
      }
      case 2 -> {
        if (!free.isEmpty()) {
          now.put(one(free), added);
        }
      }
      case 3 -> {
        if (!free.isEmpty()) {
          now.put(one(free), before.getOrDefault(name, 0));
          now.put(name, added);
        }
      }
      default -> {
        if (!free.isEmpty()) {
          now.remove(name);
          now.put(one(free), before.getOrDefault(name, 0));
        }
      }
    }
    return now;
  }

  Grant grant(int id) {
    boolean deny = random.nextInt(4) == 0;
    Resource on =
        Resource.parse(random.nextInt(3) == 0 ? "tag:\"%s\"".formatted(tagged()) : one(PLACES));
    Terms terms = terms(deny);
    Set<Permission> permissions = EnumSet.of(Permission.SELECT);
    if (!terms.limits()) {
      for (Permission permission : Permission.values()) {
        if (permission.appliesTo(on) && random.nextInt(6) == 0) {
          permissions.add(permission);
        }
      }
    }
    return new Grant(
        "g" + id,
        deny ? Grant.Effect.DENY : Grant.Effect.ALLOW,
        Grantee.parse(
            one(
                List.of(
                    "user:ann",
                    "group:g",
                    "group:g",
                    "group:h",
                    "role:ann",
                    "domain:d",
                    "role:d.p.s",
                    "principal:\"region = x\"",
                    "principal:\"region != x\"",
                    "principal:\"not region = x\""))),
        permissions,
        on,
        terms,
        Grant.CLI);
  }

  private Terms terms(boolean deny) {
    Terms terms = Terms.none();
    Columns columns = Columns.all();
    if (random.nextInt(3) == 0) {
      Set<String> names = Set.copyOf(List.of(one(named), one(named)));
      columns = random.nextBoolean() ? Columns.only(names) : Columns.allBut(names);
      terms = terms.with(columns);
    }
    if (random.nextInt(3) == 0) {
      terms = terms.with(new Condition(condition()));
    }
    for (String column : Stream.concat(named.stream(), Stream.of("*")).toList()) {
      boolean fits = column.equals("*") || columns.has(column);
      if (!deny && fits && random.nextInt(4) == 0) {
        var when =
            random.nextBoolean()
                ? java.util.Optional.of(new Condition(condition()))
                : java.util.Optional.<Condition>empty();
        terms = terms.with(column, new Terms.Masking(Mask.parse(one(masks)), when));
      }
    }
    if (random.nextInt(4) == 0) {
      terms =
          terms.where(
              Expression.parseWhere(
                  "principal.region %s resource.%s"
                      .formatted(one(List.of("=", "!=")), one(List.of("pii", "team")))));
    }
    if (random.nextInt(5) == 0) {
      terms = terms.until(NOW.plusSeconds(random.nextInt(3) - 1L));
    }
    return terms;
  }

  Principal principal() {
    TreeSet<String> groups = new TreeSet<>();
    List.of("g", "h")
        .forEach(group -> {
          if (random.nextBoolean()) {
            groups.add(group);
          }
        });
    Map<String, String> attributes = random.nextInt(3) == 0 ? Map.of() : Map.of("region", value());
    Principal who = random.nextInt(4) == 0 ? Principal.role("d.p.s") : Principal.user("ann");
    Principal principal = who.in(groups).with(attributes);
    return random.nextInt(6) == 0 ? principal.asAdministrator() : principal;
  }

  Map<String, @Nullable String> row() {
    return row(COLUMNS);
  }

  Map<String, @Nullable String> row(List<String> columns) {
    Map<String, @Nullable String> row = new HashMap<>();
    columns.forEach(column -> row.put(column, random.nextInt(4) == 0 ? null : value()));
    return row;
  }

  <T> T one(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  private String value() {
    return one(List.of("x", "y", "z"));
  }

  private String condition() {
    return "%s = %s"
        .formatted(
            one(conditioned), random.nextInt(3) == 0 ? "principal.region" : "'" + value() + "'");
  }

  private String tagged() {
    String first = comparison();
    return switch (random.nextInt(4)) {
      case 0 -> first + " and " + comparison();
      case 1 -> first + " or " + comparison();
      case 2 -> "not " + first;
      default -> first;
    };
  }

  private String comparison() {
    String key = one(List.of("pii", "team"));
    return switch (random.nextInt(3)) {
      case 0 -> key + " = " + value();
      case 1 -> key + " != " + value();
      default -> "%s in (%s, %s)".formatted(key, value(), value());
    };
  }

  /** Whether an expression of the few forms above holds. */
  static boolean holds(String expression, Map<String, String> values) {
    int or = expression.indexOf(" or ");
    if (or >= 0) {
      return holds(expression.substring(0, or), values)
          || holds(expression.substring(or + 4), values);
    }
    int and = expression.indexOf(" and ");
    if (and >= 0) {
      return holds(expression.substring(0, and), values)
          && holds(expression.substring(and + 5), values);
    }
    if (expression.startsWith("not ")) {
      return !holds(expression.substring(4), values);
    }
    String key = expression.substring(0, expression.indexOf(' '));
    String value = values.get(key);
    if (value == null) {
      return false;
    }
    String rest = expression.substring(key.length() + 1);
    if (rest.startsWith("!= ")) {
      return !value.equals(rest.substring(3));
    }
    return rest.startsWith("= ")
        ? value.equals(rest.substring(2))
        : List.of(rest.replaceAll("in \\(|\\)", "").split(", ", -1)).contains(value);
  }

  static boolean where(String where, Map<String, String> ofPrincipal, Map<String, String> tags) {
    String[] words = where.split(" ", -1);
    String left = ofPrincipal.get(words[0].replace("principal.", ""));
    String right = tags.get(words[2].replace("resource.", ""));
    return left != null && right != null && left.equals(right) == words[1].equals("=");
  }

  /** Whether {@code column = value} is TRUE, FALSE, or NULL. */
  static @Nullable Boolean holds(
      String condition, Principal principal, Map<String, @Nullable String> row) {
    String[] words = condition.split(" ", -1);
    String left = row.get(words[0]);
    String right =
        words[2].equals("principal.region")
            ? principal.attributes().get("region")
            : words[2].replace("'", "");
    return (left == null || right == null) ? null : Boolean.valueOf(left.equals(right));
  }
}
