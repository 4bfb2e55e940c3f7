package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Mask;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks what narrows a grant: its columns, conditions, masks and its end. */
final class GrantChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final SqlCheck sql;
  private final GrantFitChecks fit;

  GrantChecks(ProjectDraft draft, Mistakes mistakes, SqlCheck sql) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.sql = sql;
    this.fit = new GrantFitChecks(draft, mistakes, sql);
  }

  /** Finds the mistakes of one grant that has its shape, and whose resource is {@code on}. */
  void check(Mapping grant, Resource on) {
    int before = mistakes.count();
    for (String key : List.of("columns", "rows", "where", "until")) {
      grant.entry(key).ifPresent(entry -> read(entry, GrantTerms.only(grant, key)));
    }
    grant
        .mapping("masks")
        .ifPresent(masks ->
            masks
                .entries()
                .forEach(mask -> read(mask, GrantTerms.only(one(masks, mask), "masks"))));
    String domain = on.domainName().orElse("lake");
    grant.scalar("rows").ifPresent(rows -> condition(domain, rows, rows.text()));
    masks(grant).forEach(mask -> sqlOf(domain, mask));
    if (on instanceof Resource.Table(var name)) {
      draft.declared(name).ifPresent(table -> columns(grant, table));
      fit.check(grant, name);
    } else if (mistakes.count() == before) {
      fit.check(grant, on);
    }
  }

  private static Mapping one(Mapping masks, Entry mask) {
    Mapping single = new Mapping(masks.place(), List.of(mask));
    return new Mapping(masks.place(), List.of(new Entry(mask.place(), "masks", single)));
  }

  private void read(Entry entry, ObjectNode terms) {
    try {
      Terms.fromJson(terms);
    } catch (Invalid e) {
      mistakes.error(placeOf(entry), e.what(), e.remedy());
    }
  }

  private static Place placeOf(Entry entry) {
    return entry.value() instanceof Scalar scalar ? scalar.place() : entry.place();
  }

  /** Finds what is wrong with a grant of which every part is right. */
  void whole(Mapping grant) {
    try {
      GrantTerms.grant(grant);
    } catch (Invalid e) {
      mistakes.error(grant.place(), e.what(), e.remedy());
    }
  }

  private static List<Entry> masks(Mapping grant) {
    return grant.mapping("masks").map(Mapping::entries).orElse(List.of());
  }

  private void sqlOf(String domain, Entry mask) {
    switch (mask.value()) {
      case Scalar scalar -> expression(domain, scalar);
      case Mapping both -> {
        both.scalar("mask").ifPresent(scalar -> expression(domain, scalar));
        both.scalar("when").ifPresent(when -> condition(domain, when, when.text()));
      }
      case YamlValue.Sequence _ -> {}
    }
  }

  private void expression(String domain, Scalar mask) {
    try {
      if (Mask.parse(mask.text()) instanceof Mask.Sql(var expression)) {
        condition(domain, mask, expression.sql());
      }
    } catch (Invalid _) {
      // told by now
    }
  }

  /** An expression is correct where a SELECT of it is, from rows that anything may be of. */
  private void condition(String domain, Scalar at, String text) {
    try {
      Terms.fromJson(Json.object().put("rows", text));
    } catch (Invalid _) {
      return; // told by now, and it must not reach out of its parentheses
    }
    switch (sql.check(domain, "SELECT (%s) FROM input".formatted(text))) {
      case SqlCheck.Verdict.Unchecked() -> {}
      case SqlCheck.Verdict.Wrong(_, _, var why, var remedy) ->
          mistakes.error(at.place(), "The SQL '%s': %s".formatted(text, why), remedy);
      case SqlCheck.Verdict.Reads(var tables, _) -> {
        List<String> others = new ArrayList<>(tables);
        others.remove("input");
        if (!others.isEmpty()) {
          mistakes.error(
              at.place(),
              "The SQL '%s' reads %s, but may only ask the row itself and principal.ATTRIBUTE."
                  .formatted(text, Mistakes.listed(others)),
              "Keep what it needs in a column of the table, or in an attribute of principals.");
        }
      }
    }
  }

  private void columns(Mapping grant, TableDraft table) {
    List<String> known =
        table.yaml().mapping("columns").map(Mapping::entries).orElse(List.of()).stream()
            .map(Entry::key)
            .toList();
    List<Scalar> named =
        grant
            .mapping("columns")
            .map(columns -> columns.scalars("except"))
            .orElseGet(() -> grant.scalars("columns"));
    named.forEach(column -> column(column.place(), column.text(), table, known));
    masks(grant).stream()
        .filter(mask -> !mask.key().equals(Terms.EVERY))
        .forEach(mask -> column(mask.place(), mask.key(), table, known));
  }

  private void column(Place place, String name, TableDraft table, List<String> known) {
    if (!has(known, name)) {
      mistakes.error(
          place,
          "The table %s has no column '%s'%s"
              .formatted(table.name(), name, suggestion(name, known)),
          "Columns: %s.".formatted(Mistakes.listed(known)));
    }
  }

  static boolean has(List<String> columns, String name) {
    return columns.stream()
        .anyMatch(column -> column.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
  }

  /** The resource of {@code text}, when it is well-formed; if not, that is told. */
  Optional<Resource> resource(Scalar text) {
    try {
      return Optional.of(Resource.parse(text.text()));
    } catch (Invalid e) {
      mistakes.error(text.place(), e.what(), e.remedy());
      return Optional.empty();
    }
  }
}
