package io.hosu.governance;

import io.hosu.governance.AccessChange.Effect;
import io.hosu.governance.Limits.Sight;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One comparison of two states of access. Only who and what may differ is looked at. */
final class AccessComparison {
  private final AccessState before;
  private final AccessState after;
  private final Map<TableName, List<String>> columns;
  private final Set<TableName> tables;
  private final boolean sameTags;
  private String called = "";
  private String through = ""; // the role as which somebody acts, with the words before it
  private final Map<Key, SortedSet<String>> found = new LinkedHashMap<>();
  private final Map<Resource, SortedSet<String>> disclosed = new LinkedHashMap<>();
  private final Map<Resource, SortedSet<String>> turnedBack = new LinkedHashMap<>();

  /** What happens, to whomever. */
  private record Key(
      Effect effect, Permission permission, Resource on, String before, String after) {}

  AccessComparison(AccessState before, AccessState after, Map<TableName, List<String>> columns) {
    this.before = before;
    this.after = after;
    this.columns = columns;
    this.tables = columns.keySet();
    this.sameTags = before.rights().state().tags().equals(after.rights().state().tags());
    Set<String> names = new TreeSet<>(before.principals().keySet());
    names.addAll(after.principals().keySet());
    names.forEach(this::compare);
    names.forEach(this::compareTrust);
  }

  /** All differences, what is gained first. */
  List<AccessChange> changes() {
    return found.entrySet().stream()
        .map(entry -> {
          Key key = entry.getKey();
          return new AccessChange(
              key.effect, key.permission, key.on, key.before, key.after, entry.getValue());
        })
        .sorted(AccessChange.ORDER)
        .toList();
  }

  /** What is likely not meant. */
  List<AccessWarning> warnings() {
    List<AccessWarning> all = new ArrayList<>(new GrantWarnings(after, columns).all());
    disclosed.forEach((column, who) ->
        all.add(
            new AccessWarning(
                column.toString(),
                "It is tagged as personal, and will be readable in the clear by %s."
                    .formatted(String.join(", ", who)),
                "Mask it in the grant: masks: { COLUMN: hash }, or leave it out with columns.")));
    turnedBack.forEach((column, who) ->
        all.add(
            new AccessWarning(
                column.toString(),
                "It is tagged as personal, and its tokens will be turned back to values by %s."
                    .formatted(String.join(", ", who)),
                "Grant DETOKENIZE to those alone who are to read it, or show them another mask than"
                    + " token: masks: { COLUMN: hash }.")));
    after.engines().stream()
        .filter(engine -> !before.engines().contains(engine))
        .forEach(engine -> all.add(trusted(engine)));
    return all;
  }

  private static AccessWarning trusted(String engine) {
    return new AccessWarning(
        engine,
        "It will be given all files of the tables of which it, or who works through it, may see a"
            + " part, and is trusted to leave out the rest (keeps_limits).",
        "Let that be so for an engine alone that keeps to read-restrictions, and that nobody else"
            + " has the credentials of.");
  }

  private void compare(String name) {
    Side now = new Side(before, name);
    Side then = new Side(after, name);
    called = then.principal == null ? String.valueOf(now.principal) : then.principal.toString();
    List<Grant> changed = difference(now.grants, then.grants);
    if (changed.isEmpty() && sameTags && now.isLike(then)) {
      return;
    }
    boolean everywhere = !sameTags || !now.isLike(then);
    for (TableName table : tables) {
      if (everywhere || changed.stream().anyMatch(grant -> mayReach(grant, table))) {
        compareTable(now, then, table);
      }
    }
    changed.forEach(grant -> compareOthers(now, then, grant));
  }

  /** Who may act as a role from now on gains what it may do, and who may not any more loses it. */
  private void compareTrust(String role) {
    Set<String> now = before.trusted(role);
    Set<String> then = after.trusted(role);
    Set<String> others = new TreeSet<>(now);
    others.addAll(then);
    others.removeIf(name -> now.contains(name) && then.contains(name));
    for (String name : others) {
      boolean gains = then.contains(name);
      AccessState state = gains ? after : before;
      called = String.valueOf(state.principals().get(name));
      through = "as %s: ".formatted(state.principals().get(role));
      Side its = new Side(state, role);
      Side none = new Side(state, "");
      Side from = gains ? none : its;
      Side to = gains ? its : none;
      tables.forEach(table -> compareTable(from, to, table));
      its.grants.forEach(grant -> compareOthers(from, to, grant));
    }
    through = "";
  }

  private boolean mayReach(Grant grant, TableName table) {
    Resource on =
        grant.on() instanceof Resource.Column(TableName its, _) ? Resource.of(its) : grant.on();
    return on instanceof Resource.Tagged
        || after.rights().state().tags().around(Resource.of(table)).contains(on)
        || before.rights().state().tags().around(Resource.of(table)).contains(on)
        || table.quarantined().filter(quoted -> mayReach(grant, quoted)).isPresent();
  }

  /** What one side has and the other has not. */
  private static List<Grant> difference(Set<Grant> one, Set<Grant> other) {
    List<Grant> all = new ArrayList<>();
    one.stream().filter(grant -> !other.contains(grant)).forEach(all::add);
    other.stream().filter(grant -> !one.contains(grant)).forEach(all::add);
    return all;
  }

  private void compareTable(Side now, Side then, TableName table) {
    Set<String> names = new TreeSet<>(now.special(table));
    names.addAll(then.special(table));
    names.add(SightText.OTHERS);
    Limits seen = now.sight(table, names);
    Limits willSee = then.sight(table, names);
    Resource on = Resource.of(table);
    if (seen == null && willSee == null) {
      return;
    }
    if (seen == null || willSee == null) {
      note(
          new Key(
              seen == null ? Effect.GAINS : Effect.LOSES,
              Permission.SELECT,
              on,
              seen == null ? AccessChange.NOTHING : SightText.table(seen, names),
              willSee == null ? AccessChange.NOTHING : SightText.table(willSee, names)));
    } else if (!seen.equals(willSee)) {
      compareRows(seen, willSee, on);
      names.forEach(name -> compareColumn(seen, willSee, table, name));
    }
    names.forEach(name -> {
      boolean readable = SightText.isClear(cells(seen, name));
      if (SightText.isClear(cells(willSee, name))) {
        noteReadable(disclosed, readable, table, name);
      } else if (then.turnsBack(cells(willSee, name), table)) {
        noteReadable(turnedBack, readable || now.turnsBack(cells(seen, name), table), table, name);
      }
    });
  }

  /** What is seen of a column; null: it is not there. */
  private static @Nullable List<Sight> cells(@Nullable Limits limits, String name) {
    return limits == null ? null : SightText.cells(limits, name).orElse(null);
  }

  private void compareRows(Limits seen, Limits willSee, Resource on) {
    String rows = SightText.rows(seen);
    String others = SightText.rows(willSee);
    if (!rows.equals(others)) {
      note(
          new Key(
              direction(showsRows(willSee, seen), showsRows(seen, willSee)),
              Permission.SELECT,
              on,
              rows,
              others));
    }
  }

  private void compareColumn(Limits now, Limits then, TableName table, String name) {
    List<Sight> seen = cells(now, name);
    List<Sight> willSee = cells(then, name);
    String cell = SightText.cell(seen, now.rows());
    String other = SightText.cell(willSee, then.rows());
    if (cell.equals(other)) {
      return;
    }
    boolean others = name.equals(SightText.OTHERS);
    String what = others ? SightText.column(name) + ": " : "";
    Effect effect =
        seen == null || willSee == null
            ? direction(seen == null, willSee == null)
            : direction(showsCells(willSee, then, seen, now), showsCells(seen, now, willSee, then));
    note(new Key(effect, Permission.SELECT, on(table, name), what + cell, what + other));
  }

  private static Resource on(TableName table, String name) {
    return name.equals(SightText.OTHERS)
        ? Resource.of(table)
        : new Resource.Column(table, ColumnNames.written(name));
  }

  /** What it is that {@code after} shows all of before, and before all of after. */
  private static Effect direction(boolean allOfBefore, boolean allOfAfter) {
    if (allOfBefore == allOfAfter) {
      return Effect.CHANGES;
    }
    return allOfBefore ? Effect.GAINS : Effect.LOSES;
  }

  /** Whether {@code more} has each row of {@code less}, as far as their conditions tell. */
  private static boolean showsRows(Limits more, Limits less) {
    boolean either =
        more.rows().isEmpty() || (!less.rows().isEmpty() && more.rows().containsAll(less.rows()));
    return either && less.deniedRows().containsAll(more.deniedRows());
  }

  /** Whether each cell is shown at least as well, in all rows or in those that both have. */
  private static boolean showsCells(List<Sight> more, Limits its, List<Sight> less, Limits others) {
    return showsCells(more, less)
        || showsCells(SightText.inRows(more, its.rows()), SightText.inRows(less, others.rows()));
  }

  private static boolean showsCells(List<Sight> more, List<Sight> less) {
    return less.stream()
        .allMatch(one ->
            more.stream()
                .anyMatch(other ->
                    (other.when() == null || other.when().equals(one.when()))
                        && disclosesAsMuch(other.mask(), one.mask())));
  }

  private static boolean disclosesAsMuch(@Nullable Mask more, @Nullable Mask less) {
    return more == null || (less != null && more.compareTo(less) >= 0);
  }

  /** Notes that a personal column is readable from now on, where it was not {@code before}. */
  private void noteReadable(
      Map<Resource, SortedSet<String>> by, boolean before, TableName table, String name) {
    Resource on = on(table, name);
    String pii = after.rights().state().tags().tags(on).get("pii");
    if (!before && pii != null && !pii.equals("none")) {
      by.computeIfAbsent(on, _ -> new TreeSet<>()).add(called);
    }
  }

  /** All permissions of a grant that are not about seeing tables, on what it is on. */
  private void compareOthers(Side now, Side then, Grant grant) {
    for (Permission permission : grant.permissions()) {
      if (permission == Permission.SELECT) {
        continue;
      }
      boolean may = now.may(permission, grant.on());
      boolean will = then.may(permission, grant.on());
      if (may != will) {
        note(
            new Key(
                will ? Effect.GAINS : Effect.LOSES,
                permission,
                grant.on(),
                may ? "allowed" : AccessChange.NOTHING,
                will ? "allowed" : AccessChange.NOTHING));
      }
    }
  }

  private void note(Key key) {
    Key told = new Key(key.effect, key.permission, key.on, through(key.before), through(key.after));
    found.computeIfAbsent(told, _ -> new TreeSet<>()).add(called);
  }

  private String through(String what) {
    return what.equals(AccessChange.NOTHING) ? what : through + what;
  }

  /** One principal in one state; who is not there may do nothing. */
  private static final class Side {
    private final Rights rights;
    private final @Nullable Principal principal;
    private final Set<Grant> grants;

    Side(AccessState state, String name) {
      this.rights = state.rights();
      this.principal = state.principals().get(name);
      this.grants = principal == null ? Set.of() : new HashSet<>(rights.grantsOf(principal));
    }

    boolean isLike(Side other) {
      return principal == null
          ? other.principal == null
          : other.principal != null && principal.equals(other.principal);
    }

    Set<String> special(TableName table) {
      return principal == null ? Set.of() : rights.special(principal, table);
    }

    /** What is seen of a table; null when nothing is. */
    @Nullable Limits sight(TableName table, Set<String> names) {
      return principal != null
              && rights.sight(principal, table, List.copyOf(names))
                  instanceof Decision.Allowed(_, Limits limits)
          ? limits
          : null;
    }

    /** Whether it sees tokens there, and gets back the values that they stand for. */
    boolean turnsBack(@Nullable List<Sight> cells, TableName table) {
      return cells != null
          && cells.stream().anyMatch(sight -> sight.mask() instanceof Mask.Token)
          && may(Permission.DETOKENIZE, new Resource.Domain(table.domain()));
    }

    boolean may(Permission permission, Resource on) {
      if (principal == null) {
        return false;
      }
      return on instanceof Resource.Tagged
          ? grants.stream()
              .anyMatch(
                  grant -> !grant.denies() && grant.on().equals(on) && grant.isAbout(permission))
          : rights.decide(principal, permission, on) instanceof Decision.Allowed;
    }
  }
}
