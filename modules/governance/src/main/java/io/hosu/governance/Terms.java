package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What narrows a grant.
 *
 * @param columns which columns it is about
 * @param rows which rows it is about; empty: all
 * @param masks by column, what is seen in its place; {@link #EVERY} for every column that has none
 *     of its own
 * @param where what must hold of the principal's attributes and the resource's tags
 * @param until when it ends; empty: never
 */
public record Terms(
    Columns columns,
    Optional<Condition> rows,
    SortedMap<String, Masking> masks,
    Optional<Expression> where,
    Optional<Instant> until) {
  /** Stands for every column in masks. */
  public static final String EVERY = "*";

  private static final Terms NONE =
      new Terms(
          Columns.all(), Optional.empty(), new TreeMap<>(), Optional.empty(), Optional.empty());

  /**
   * A mask.
   *
   * @param when the condition under which the column is masked; it is in the clear where that is
   *     FALSE. Empty: it is always masked
   */
  public record Masking(Mask mask, Optional<Condition> when) {}

  public Terms {
    TreeMap<String, Masking> small = new TreeMap<>();
    masks.forEach((column, mask) -> small.put(Columns.small(column), mask));
    masks = Collections.unmodifiableSortedMap(small);
  }

  /** Nothing narrows it. */
  public static Terms none() {
    return NONE;
  }

  /** Only these columns. */
  public Terms with(Columns others) {
    return new Terms(others, rows, masks, where, until);
  }

  /** Only these rows. */
  public Terms with(Condition condition) {
    return new Terms(columns, Optional.of(condition), masks, where, until);
  }

  /** With this mask on {@code column}. */
  public Terms with(String column, Masking masking) {
    TreeMap<String, Masking> more = new TreeMap<>(masks);
    more.put(column, masking);
    return new Terms(columns, rows, more, where, until);
  }

  /** Only where this holds. */
  public Terms where(Expression expression) {
    return new Terms(columns, rows, masks, Optional.of(expression), until);
  }

  /** Until then. */
  public Terms until(Instant end) {
    return new Terms(columns, rows, masks, where, Optional.of(end));
  }

  /** Whether nothing narrows it. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether columns, rows or masks narrow what is seen of a table. */
  public boolean limits() {
    return !columns.isAll() || rows.isPresent() || !masks.isEmpty();
  }

  /** Whether it is over at {@code time}. */
  boolean isOver(Instant time) {
    return until.filter(end -> !time.isBefore(end)).isPresent();
  }

  /** How {@code column} is masked, if it is. */
  Optional<Masking> mask(String column) {
    return Optional.ofNullable(masks.get(Columns.small(column)))
        .or(() -> Optional.ofNullable(masks.get(EVERY)));
  }

  /** As grants write it: the keys that say something, always in the same order. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    if (!columns.isAll()) {
      var names = columns.except() ? json.putObject("columns").putArray("except") : null;
      var list = names == null ? json.putArray("columns") : names;
      columns.names().forEach(list::add);
    }
    rows.ifPresent(condition -> json.put("rows", condition.sql()));
    if (!masks.isEmpty()) {
      ObjectNode all = json.putObject("masks");
      masks.forEach((column, masking) -> put(all, column, masking));
    }
    where.ifPresent(expression -> json.put("where", expression.toString()));
    until.ifPresent(end -> json.put("until", end.toString()));
    return json;
  }

  private static void put(ObjectNode all, String column, Masking masking) {
    masking
        .when()
        .ifPresentOrElse(
            when ->
                all.putObject(column)
                    .put("mask", masking.mask().toString())
                    .put("when", when.sql()),
            () -> all.put(column, masking.mask().toString()));
  }

  /**
   * Reads what grants write; other fields of {@code json} are not looked at.
   *
   * @throws Invalid with what is wrong with the first value that is
   */
  public static Terms fromJson(JsonNode json) {
    return new Terms(
        columns(json.path("columns")),
        text(json, "rows").map(Condition::parse),
        masks(json.path("masks")),
        text(json, "where").map(Expression::parseWhere),
        text(json, "until").map(TermsText::instant));
  }

  private static Columns columns(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return Columns.all();
    }
    return json.isObject()
        ? Columns.allBut(TermsText.texts("columns", json, "except"))
        : Columns.only(TermsText.texts("columns", json));
  }

  private static SortedMap<String, Masking> masks(JsonNode json) {
    TreeMap<String, Masking> masks = new TreeMap<>();
    if (json.isMissingNode() || json.isNull()) {
      return masks;
    }
    TermsText.requireObject("masks", json)
        .properties()
        .forEach(field -> masks.put(field.getKey(), masking(field.getValue())));
    return masks;
  }

  private static Masking masking(JsonNode json) {
    if (json.isTextual()) {
      return new Masking(Mask.parse(json.asText()), Optional.empty());
    }
    JsonNode both = TermsText.requireObject("a mask", json, "mask", "when");
    return new Masking(
        Mask.parse(text(both, "mask").orElse("")), text(both, "when").map(Condition::parse));
  }

  private static Optional<String> text(JsonNode json, String name) {
    return TermsText.text(json, name);
  }
}
