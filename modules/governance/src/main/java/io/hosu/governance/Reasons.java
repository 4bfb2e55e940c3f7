package io.hosu.governance;

import io.hosu.governance.Limits.Sight;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which of several grants is the reason of an answer: the one by which alone it holds, or which
 * shows more of what is seen than the others; of those that do the same, the one that holds
 * longest.
 */
final class Reasons {
  private static final Comparator<Grant> LONGEST =
      Comparator.comparing((Grant grant) -> grant.terms().until().orElse(Instant.MAX)).reversed();

  private final Holder own;

  private Reasons(Holder own) {
    this.own = own;
  }

  /**
   * As {@link Rights#explain} has it. The first grant is the reason; those follow that the answer
   * needs beside it, or that show something of what is seen.
   */
  static Decision explain(
      Rights rights, Principal principal, Permission permission, Resource resource) {
    Decision decision = rights.explain(principal, permission, resource);
    return decision instanceof Decision.Allowed allowed
        ? new Reasons(rights.own(principal)).ordered(allowed, permission, resource)
        : decision;
  }

  private Decision ordered(Decision.Allowed allowed, Permission permission, Resource resource) {
    return switch (resource) {
      case Resource.Table(TableName table) when permission == Permission.SELECT ->
          seen(allowed, table, own.names(table));
      case Resource.Column(TableName table, String column) when permission == Permission.SELECT ->
          seen(allowed, table, List.of(column));
      default -> longest(allowed, own.allowing(permission, permission.asked(resource)));
    };
  }

  /** Any one of {@code enough} would do. */
  private static Decision longest(Decision.Allowed allowed, List<Grant> enough) {
    Grant first = allowed.grants().getFirst();
    if (!enough.contains(first)) {
      return allowed;
    }
    List<Grant> all = new ArrayList<>(allowed.grants());
    all.set(0, enough.stream().sorted(LONGEST).findFirst().orElse(first));
    return new Decision.Allowed(all, allowed.limits());
  }

  /** What a grant shows by itself of what all show together. */
  private record Part(Grant grant, boolean all, boolean rows, long columns) {
    static final Comparator<Part> MOST =
        Comparator.comparing(Part::all)
            .thenComparing(Part::rows)
            .thenComparingLong(Part::columns)
            .reversed()
            .thenComparing(Part::grant, LONGEST);
  }

  private Decision seen(Decision.Allowed allowed, TableName table, List<String> names) {
    if (allowed.grants().size() == 1
        || !(own.sight(table, names) instanceof Decision.Allowed(var its, Limits together))) {
      return allowed;
    }
    List<Part> parts =
        its.stream().map(grant -> part(grant, table, names, together)).sorted(Part.MOST).toList();
    List<Grant> all = new ArrayList<>();
    boolean enough = parts.getFirst().all && together.isNone();
    parts.stream().limit(enough ? 1 : parts.size()).map(Part::grant).forEach(all::add);
    allowed.grants().stream().filter(grant -> !its.contains(grant)).forEach(all::add);
    return new Decision.Allowed(all, allowed.limits());
  }

  private Part part(Grant grant, TableName table, List<String> names, Limits together) {
    if (!(own.with(grant).sight(table, names) instanceof Decision.Allowed(_, Limits alone))) {
      return new Part(grant, false, false, 0);
    }
    long columns = names.stream().filter(name -> isSame(alone, together, name)).count();
    return new Part(
        grant,
        alone.equals(together),
        SightText.rows(alone).equals(SightText.rows(together)),
        columns);
  }

  private static boolean isSame(Limits one, Limits other, String name) {
    Optional<List<Sight>> cells = SightText.cells(other, name);
    return cells.isPresent()
        && Objects.equals(
            SightText.cell(SightText.cells(one, name).orElse(null), one.rows()),
            SightText.cell(cells.get(), other.rows()));
  }
}
