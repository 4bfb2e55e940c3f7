package io.hosu.pipelines.crawl;

import io.hosu.query.engine.Tally;
import io.hosu.query.engine.ValueForm;
import java.util.Optional;

/** Why a column has its type, in words: counts and places, never a value. */
final class Evidence {
  private Evidence() {}

  /** {@code BIGINT: 10,000 of 10,003 values; rejected: 3, first at line 17 of raw/shop/a.csv}. */
  static String of(Tally tally, String holders) {
    if (tally.values() == 0) {
      return "%s: none of %,d %s has a value".formatted(Tally.TEXT, tally.nulls(), holders);
    }
    StringBuilder text = new StringBuilder();
    long fitting = tally.values() - tally.rejected();
    text.append("%s: %,d of %,d values".formatted(kind(tally), fitting, tally.values()));
    if (tally.isDeclared()) {
      text.append(", as Parquet declares it");
    }
    if (tally.nulls() > 0) {
      text.append("; %s without: %,d".formatted(holders, tally.nulls()));
    }
    Optional<ValueForm> form = tally.form();
    if (tally.rejected() > 0) {
      text.append("; rejected: %,d%s".formatted(tally.rejected(), at(tally, form.orElseThrow())));
    }
    if (!tally.isDeclared() && !tally.isNested() && form.isEmpty()) {
      text.append(whyText(tally));
    }
    return text.toString();
  }

  /** A nested type is told in the type itself. */
  private static String kind(Tally tally) {
    String type = tally.type();
    if (type.endsWith("[]")) {
      return "list";
    }
    return type.startsWith("STRUCT(")
        ? "object of %d fields".formatted(tally.fields().size())
        : type;
  }

  private static String whyText(Tally tally) {
    StringBuilder why = new StringBuilder();
    for (ValueForm form : ValueForm.values()) {
      if (!form.isType() && tally.count(form) > 0) {
        why.append("; %s, which stay text: %,d".formatted(form.words(), tally.count(form)));
      }
    }
    nearest(tally)
        .ifPresent(form ->
            why.append("; %s would fit %,d".formatted(form.type(), tally.count(form)))
                .append(at(tally, form).replace(", first at", ", first misfit at")));
    return why.toString();
  }

  /** The type that more than half of the values would have. */
  private static Optional<ValueForm> nearest(Tally tally) {
    for (ValueForm form : ValueForm.values()) {
      if (form.isType() && tally.count(form) * 2 > tally.values()) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  private static String at(Tally tally, ValueForm form) {
    return tally
        .firstMisfit(form)
        .filter(spot -> spot.line() > 0)
        .map(spot -> ", first at line %d of %s".formatted(spot.line(), spot.object()))
        .orElse("");
  }
}
