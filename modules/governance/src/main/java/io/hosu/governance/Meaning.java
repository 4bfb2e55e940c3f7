package io.hosu.governance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What grants say of the columns of one table, each read as its names were meant when it was given.
 * What cannot be told any more shows nothing, and hides all that it could be about.
 */
final class Meaning {
  private static final int LONGEST = 10_000;

  private final NameState names;
  private final @Nullable NameHistory history;

  /**
   * The meaning.
   *
   * @param history the names of the table's columns; null: each means the column that has it
   */
  Meaning(NameState names, @Nullable NameHistory history) {
    this.names = names;
    this.history = history;
  }

  /** Who {@code column} is, if its name alone does not tell it. */
  NameHistory.@Nullable Identity identity(String column) {
    return history == null ? null : history.identity(column).orElse(null);
  }

  /** Whether {@code grant} is about a column. */
  boolean isAbout(Grant grant, String column, NameHistory.@Nullable Identity who) {
    Columns columns = grant.terms().columns();
    if (who == null || columns.isAll()) {
      return columns.has(column);
    }
    boolean hides = columns.except() != grant.denies();
    long given = names.given(grant);
    boolean named =
        who.ever().stream()
            .anyMatch(
                name -> columns.names().contains(name) && (hides || who.isMeant(name, given)));
    return named != columns.except();
  }

  /** The condition that chooses its rows; none when it cannot be told what it is about. */
  Optional<Condition> rows(Grant grant) {
    return grant.terms().rows().filter(rows -> isClear(grant, rows));
  }

  /** Whether it can be told what the condition is about that chooses its rows, if there is one. */
  boolean hasClearRows(Grant grant) {
    return grant.terms().rows().isEmpty() || rows(grant).isPresent();
  }

  private boolean isClear(Grant grant, Condition condition) {
    return history == null || history.isClear(condition.sql(), names.given(grant));
  }

  /** How a column is masked by {@code grant}, if it is. */
  Optional<Terms.Masking> mask(Grant grant, String column, NameHistory.@Nullable Identity who) {
    Terms terms = grant.terms();
    if (history == null || terms.masks().isEmpty()) {
      return terms.mask(column);
    }
    return who == null
        ? terms.mask(column).map(masking -> clear(grant, masking))
        : mask(grant, who);
  }

  /** What the masks under all its names show together. */
  private Optional<Terms.Masking> mask(Grant grant, NameHistory.Identity who) {
    Map<String, Terms.Masking> masks = grant.terms().masks();
    List<String> own = who.ever().stream().filter(masks::containsKey).toList();
    Optional<Terms.Masking> every =
        Optional.ofNullable(masks.get(Terms.EVERY)).map(masking -> clear(grant, masking));
    long given = names.given(grant);
    boolean meant = own.stream().anyMatch(name -> who.isMeant(name, given));
    Optional<Terms.Masking> all = meant ? Optional.empty() : every;
    for (String name : own) {
      Terms.Masking one = clear(grant, Objects.requireNonNull(masks.get(name)));
      all = Optional.of(all.map(other -> both(one, other)).orElse(one));
    }
    return all;
  }

  private Terms.Masking clear(Grant grant, Terms.Masking masking) {
    boolean known = !(masking.mask() instanceof Mask.Sql(var sql)) || isClear(grant, sql);
    return new Terms.Masking(
        known ? masking.mask() : new Mask.Null(),
        masking.when().filter(when -> isClear(grant, when)));
  }

  /** It is masked where one of them does so, with what both show. */
  private static Terms.Masking both(Terms.Masking one, Terms.Masking other) {
    Mask mask = Objects.requireNonNull(Masks.and(one.mask(), other.mask()));
    return new Terms.Masking(
        mask, one.when().flatMap(when -> other.when().flatMap(its -> either(when, its))));
  }

  /** None: always, where the condition would be too long to be one. */
  private static Optional<Condition> either(Condition one, Condition other) {
    String both = "coalesce((%s), TRUE) OR coalesce((%s), TRUE)".formatted(one, other);
    return Optional.of(both).filter(sql -> sql.length() <= LONGEST).map(Condition::new);
  }

  /**
   * All that a column could be tagged with: what allows must hold of each of them, what denies of
   * one.
   */
  static List<SortedMap<String, String>> tags(
      Map<String, SortedMap<String, String>> own,
      SortedMap<String, String> ofTable,
      NameHistory.Identity who) {
    SortedMap<String, String> meant = new TreeMap<>(ofTable);
    List<SortedMap<String, String>> all = new ArrayList<>();
    all.add(meant);
    for (String name : who.ever()) {
      SortedMap<String, String> its = own.get(name);
      if (its != null) {
        SortedMap<String, String> under = new TreeMap<>(ofTable);
        under.putAll(its);
        all.add(under);
        its.forEach((key, value) -> {
          if (who.isMeantByTag(name, key)) {
            meant.put(key, value);
          }
        });
      }
    }
    return all.stream().distinct().toList();
  }
}
