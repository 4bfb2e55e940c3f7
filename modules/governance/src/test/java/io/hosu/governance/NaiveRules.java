package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of docs/reference/access-rules.md, sentence by sentence, without any index and over one
 * row at a time: what the compiled policy must agree with.
 */
final class NaiveRules {
  /** From what discloses least to what discloses most, as the page lists them. */
  private static final List<String> ORDER =
      List.of(
          "null",
          "constant",
          "hash",
          "token",
          "year",
          "month",
          "range",
          "phone",
          "email",
          "last",
          "first",
          "sql",
          "clear");

  final List<Grant> grants;
  final Map<String, String> owners;
  final Map<String, Map<String, String>> tags;
  final Map<String, String> datasets;
  final Instant now;

  /** Where tables lie: {@code LAYER/DOMAIN/NAME/}. */
  final Map<String, TableName> places;

  /** Of the columns of {@link RandomPolicies#RENAMED}. */
  final NaiveNames names;

  NaiveRules(
      List<Grant> grants,
      Map<String, String> owners,
      Map<String, Map<String, String>> tags,
      Map<String, String> datasets,
      Instant now) {
    this(grants, owners, tags, datasets, now, Map.of(), NaiveNames.PLAIN);
  }

  private NaiveRules(
      List<Grant> grants,
      Map<String, String> owners,
      Map<String, Map<String, String>> tags,
      Map<String, String> datasets,
      Instant now,
      Map<String, TableName> places,
      NaiveNames names) {
    this.grants = grants;
    this.owners = owners;
    this.tags = tags;
    this.datasets = datasets;
    this.now = now;
    this.places = places;
    this.names = names;
  }

  /** The same with other grants. */
  NaiveRules with(List<Grant> others) {
    return new NaiveRules(others, owners, tags, datasets, now, places, names);
  }

  /** The same where tables lie at these places. */
  NaiveRules withPlaces(Map<String, TableName> others) {
    return new NaiveRules(grants, owners, tags, datasets, now, others, names);
  }

  /** The same where columns had other names. */
  NaiveRules withNames(NaiveNames others) {
    return new NaiveRules(grants, owners, tags, datasets, now, places, others);
  }

  private NaiveNames names(TableName table) {
    return table.equals(RandomPolicies.RENAMED) ? names : NaiveNames.PLAIN;
  }

  /** What is seen of a row: by column that exists; nothing when the row is not there. */
  Optional<Map<String, String>> row(
      Principal principal,
      TableName table,
      List<String> columns,
      Map<String, @Nullable String> row) {
    List<String> granted = columns.stream().filter(c -> isGranted(principal, table, c)).toList();
    List<String> there = columns.stream().filter(c -> exists(principal, table, c)).toList();
    boolean hidden =
        of(principal).stream()
            .filter(g -> about(g, Permission.SELECT) && g.denies())
            .filter(NaiveRules::isAboutRows)
            .filter(g -> lies(table.toString(), g.on()) && where(g, principal, table.toString()))
            .anyMatch(
                g -> !Boolean.FALSE.equals(holds(g, g.terms().rows(), principal, table, row)));
    boolean shown =
        granted.stream()
            .anyMatch(c ->
                allowing(principal, table, c).stream()
                    .anyMatch(g -> inRows(g, principal, table, row)));
    if (hidden || !shown || there.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> cells = new TreeMap<>();
    there.forEach(c -> cells.put(c, cell(principal, table, c, row)));
    return Optional.of(cells);
  }

  /** Cells that a condition denies which does not fit are not there at all. */
  boolean exists(Principal principal, TableName table, String column) {
    return isGranted(principal, table, column)
        && denying(principal, table, column).stream().allMatch(g -> fits(g, table));
  }

  private boolean fits(Grant grant, TableName table) {
    return grant
        .terms()
        .rows()
        .map(Condition::sql)
        .map(sql -> names(table).now(grant, sql))
        .stream()
        .allMatch(Optional::isPresent);
  }

  private boolean isGranted(Principal principal, TableName table, String column) {
    boolean denied =
        denying(principal, table, column).stream()
            .anyMatch(g ->
                g.terms().rows().filter(rows -> names(table).isClear(g, rows.sql())).isEmpty());
    return !denied && !allowing(principal, table, column).isEmpty();
  }

  private String cell(
      Principal principal, TableName table, String column, Map<String, @Nullable String> row) {
    boolean hidden =
        denying(principal, table, column).stream()
            .filter(g -> g.terms().rows().isPresent() && !isAboutRows(g))
            .anyMatch(
                g -> !Boolean.FALSE.equals(holds(g, g.terms().rows(), principal, table, row)));
    String best = "null";
    for (Grant grant : allowing(principal, table, column)) {
      if (inRows(grant, principal, table, row)) {
        String seen = seen(grant, column, principal, table, row);
        best = discloses(seen, best) > 0 ? seen : best;
      }
    }
    return hidden ? "null" : best;
  }

  static int discloses(String one, String other) {
    String kind = one.replaceFirst("\\(.*", "");
    int order = ORDER.indexOf(kind) - ORDER.indexOf(other.replaceFirst("\\(.*", ""));
    if (order != 0 || one.equals(other)) {
      return order;
    }
    return switch (kind) {
      case "range" -> Long.compare(number(other), number(one));
      case "last", "first" -> Long.compare(number(one), number(other));
      default -> one.compareTo(other);
    };
  }

  private static long number(String mask) {
    return Long.parseLong(mask.replaceAll("\\D", ""));
  }

  private String seen(
      Grant grant,
      String column,
      Principal principal,
      TableName table,
      Map<String, @Nullable String> row) {
    List<Terms.Masking> masks = names(table).masks(grant, column);
    boolean clear =
        masks.stream()
            .allMatch(m ->
                m.when().isPresent()
                    && Boolean.FALSE.equals(holds(grant, m.when(), principal, table, row)));
    if (clear) {
      return "clear";
    }
    Mask all = null;
    for (Terms.Masking one : masks) {
      boolean fits =
          !(one.mask() instanceof Mask.Sql(Condition sql))
              || names(table).now(grant, sql.sql()).isPresent();
      all = Masks.and(all, fits ? one.mask() : new Mask.Null());
    }
    return all == null || RandomPolicies.fits(column, all) ? String.valueOf(all) : "null";
  }

  private boolean inRows(
      Grant grant, Principal principal, TableName table, Map<String, @Nullable String> row) {
    return grant.terms().rows().isEmpty()
        || Boolean.TRUE.equals(holds(grant, grant.terms().rows(), principal, table, row));
  }

  private static boolean isAboutRows(Grant grant) {
    return grant.terms().rows().isPresent()
        && grant.terms().columns().isAll()
        && !(grant.on() instanceof Resource.Tagged);
  }

  private List<Grant> allowing(Principal principal, TableName table, String column) {
    return on(principal, table, column, g -> !g.denies() && fits(g, table));
  }

  private List<Grant> denying(Principal principal, TableName table, String column) {
    return on(principal, table, column, g -> g.denies() && !isAboutRows(g));
  }

  private List<Grant> on(
      Principal principal, TableName table, String column, Predicate<Grant> wanted) {
    String name = table + "." + column;
    return of(principal).stream()
        .filter(wanted)
        .filter(g -> about(g, Permission.SELECT) && names(table).isAbout(g, column))
        .filter(g -> lies(name, g.on()) && where(g, principal, name))
        .toList();
  }

  /** Whether the principal may do this, which is not to see a table. */
  boolean may(Principal principal, Permission permission, String resource) {
    boolean data =
        List.of("SELECT", "INSERT", "DELETE", "READ_OBJECTS", "WRITE_OBJECTS", "DETOKENIZE")
            .contains(permission.name());
    if (principal.administrator() && !data) {
      return true;
    }
    List<Grant> found =
        of(principal).stream()
            .filter(g -> about(g, permission))
            .filter(g -> lies(resource, g.on()) && where(g, principal, resource))
            .toList();
    return found.stream().noneMatch(Grant::denies)
        && !found.isEmpty()
        && (permission != Permission.READ_OBJECTS
            || tableOf(resource).stream().allMatch(table -> seesAll(principal, table)));
  }

  /** The table of which an object is a file. */
  private Optional<TableName> tableOf(String object) {
    return places.keySet().stream()
        .filter(place -> object.matches(Pattern.quote(place) + "(data|metadata)/.*"))
        .findAny()
        .map(places::get);
  }

  /** Whether every column that the table may have is seen as it is, in every row. */
  private boolean seesAll(Principal principal, TableName table) {
    boolean allRows =
        of(principal).stream()
            .filter(g -> about(g, Permission.SELECT) && g.denies() && isAboutRows(g))
            .noneMatch(
                g -> lies(table.toString(), g.on()) && where(g, principal, table.toString()));
    return allRows
        && Stream.concat(RandomPolicies.COLUMNS.stream(), Stream.of("another"))
            .allMatch(column ->
                denying(principal, table, column).isEmpty()
                    && allowing(principal, table, column).stream()
                        .anyMatch(g ->
                            g.terms().rows().isEmpty() && names(table).masks(g, column).isEmpty()));
  }

  private List<Grant> of(Principal principal) {
    List<Grant> all = new ArrayList<>();
    for (Grant grant : grants) {
      boolean over =
          grant.terms().until().isPresent() && !now.isBefore(grant.terms().until().get());
      if (!over && isTo(grant.to(), principal)) {
        all.add(grant);
      }
    }
    owners.forEach((domain, owner) -> {
      if (owner.equals(principal.name()) || principal.groups().contains(owner)) {
        for (Permission permission : Permission.values()) {
          Resource on = new Resource.Domain(domain);
          all.add(new Grant("", Grantee.of(principal), java.util.Set.of(permission), on, "owner"));
        }
      }
    });
    return all;
  }

  private static boolean isTo(Grantee to, Principal principal) {
    return switch (to.kind()) {
      case GROUP -> principal.groups().contains(to.name());
      case DOMAIN ->
          principal.kind() == Principal.Kind.ROLE
              && principal.name().split("\\.", -1).length == 3
              && principal.name().startsWith(to.name() + ".");
      case PRINCIPAL -> RandomPolicies.holds(to.name(), principal.attributes());
      case USER, ROLE, SERVICE ->
          to.kind().name().equals(principal.kind().name()) && to.name().equals(principal.name());
    };
  }

  private static boolean about(Grant grant, Permission wanted) {
    boolean all = grant.permissions().contains(Permission.ADMIN);
    if (grant.denies()) {
      return all
          || grant.permissions().contains(Permission.DESCRIBE)
          || grant.permissions().contains(wanted);
    }
    return grant.permissions().contains(wanted)
        || wanted == Permission.DESCRIBE
        || (all && !wanted.isData());
  }

  /** Whether something, written out, lies in what a grant is on. */
  private boolean lies(String thing, Resource on) {
    if (on instanceof Resource.Tagged(Expression expression)) {
      return RandomPolicies.holds(expression.toString(), tags(thing));
    }
    return around(thing).contains(on.toString());
  }

  private boolean where(Grant grant, Principal principal, String thing) {
    return grant.terms().where().isEmpty()
        || RandomPolicies.where(
            grant.terms().where().get().toString(), principal.attributes(), tags(thing));
  }

  private Map<String, String> tags(String thing) {
    Map<String, String> all = new TreeMap<>();
    around(thing).forEach(outer -> all.putAll(tags.getOrDefault(outer, Map.of())));
    return all;
  }

  private List<String> around(String thing) {
    List<String> all = new ArrayList<>(List.of("lake"));
    if (thing.equals("lake")) {
      return all;
    }
    if (thing.startsWith("pipeline:") || thing.startsWith("dataset:")) {
      all.add(thing.replaceFirst(".*:", "").replaceFirst("\\..*", ""));
      all.add(thing);
      return all;
    }
    if (thing.contains("/")) {
      String[] parts = thing.split("/", -1);
      all.add(parts[1]);
      all.add(parts[1] + "." + parts[0]);
      if (parts.length > 3) {
        all.add("dataset:" + parts[1] + "." + parts[2]);
      }
      for (int i = 1; i < parts.length; i++) {
        all.add(String.join("/", List.of(parts).subList(0, i)) + "/");
      }
      all.add(thing);
      return all;
    }
    String[] parts = thing.split("\\.", -1);
    for (int i = 1; i <= parts.length; i++) {
      String outer = String.join(".", List.of(parts).subList(0, i));
      if (i == 3 && datasets.containsKey(outer)) {
        all.add("dataset:" + parts[0] + "." + datasets.get(outer));
      }
      all.add(outer);
    }
    return all;
  }

  private @Nullable Boolean holds(
      Grant grant,
      Optional<Condition> condition,
      Principal principal,
      TableName table,
      Map<String, @Nullable String> row) {
    Optional<String> now = condition.flatMap(its -> names(table).now(grant, its.sql()));
    return now.isPresent() ? RandomPolicies.holds(now.get(), principal, row) : null;
  }
}
