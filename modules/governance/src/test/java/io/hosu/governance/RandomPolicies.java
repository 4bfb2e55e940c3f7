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
  static final List<String> OTHERS =
      List.of(
          "lake",
          "air",
          "air.stage",
          "sea",
          "pipeline:air.p",
          "raw/air/d/1.csv",
          "stage/sea/x.csv",
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

  final Random random;
  private final List<String> conditioned;
  private final List<String> masks;

  RandomPolicies(long seed) {
    this(seed, COLUMNS, MASKS);
  }

  private RandomPolicies(long seed, List<String> conditioned, List<String> masks) {
    this.random = new Random(seed);
    this.conditioned = conditioned;
    this.masks = masks;
  }

  /** Policies of which some conditions and masks do not fit the tables. */
  static RandomPolicies misfitting(long seed) {
    return new RandomPolicies(
        seed, List.of("a", "b", "c", "a", "b", "c", MISSING), MISFITTING_MASKS);
  }

  /** Whether a condition or a mask can be computed. */
  static boolean fits(Object sql) {
    return !sql.toString().contains(MISSING);
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
    return new NaiveRules(grants, owners, tags, datasets, NOW);
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
      List<String> names = COLUMNS.subList(0, 1 + random.nextInt(2));
      columns = random.nextBoolean() ? Columns.only(names) : Columns.allBut(names);
      terms = terms.with(columns);
    }
    if (random.nextInt(3) == 0) {
      terms = terms.with(new Condition(condition()));
    }
    for (String column : List.of("a", "b", "c", "*")) {
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
    Map<String, @Nullable String> row = new HashMap<>();
    COLUMNS.forEach(column -> row.put(column, random.nextInt(4) == 0 ? null : value()));
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
