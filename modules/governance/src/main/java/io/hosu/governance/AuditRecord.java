package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to what, and the decision.
 *
 * @param time when, to the millisecond
 * @param principal who, for example {@code user:alice}; {@link #UNKNOWN} when that is not known
 * @param door by which way
 * @param origin in which request, from where, with what
 * @param action what: a permission, or a word such as {@code CREATE_PRINCIPAL}
 * @param resource on what, as it is written
 * @param shown which part of a table
 * @param decision whether it was allowed
 * @param grants the grants that decided, as they were; null when none did
 * @param given what the answer gave out
 * @param detail what else is known, a JSON object; never a secret
 */
public record AuditRecord(
    Instant time,
    String principal,
    Door door,
    Origin origin,
    String action,
    String resource,
    Shown shown,
    Verdict decision,
    @Nullable String grants,
    Given given,
    String detail) {
  /** Stands for who could not show who it is. */
  public static final String UNKNOWN = "unknown";

  private static final int LONGEST = 4000;

  /** How it was decided. */
  public enum Verdict {
    ALLOWED,
    DENIED
  }

  /**
   * Which part of a table was shown.
   *
   * @param columns those that could be read, in their order; empty: not a matter of columns
   * @param filter the condition that rows met, in SQL; null: all rows
   * @param masks by column, what was shown in the place of cells, a JSON object; null: none
   */
  public record Shown(List<String> columns, @Nullable String filter, @Nullable String masks) {
    /** Not a matter of rows and columns. */
    public static final Shown NOTHING = new Shown(List.of(), null, null);

    public Shown {
      columns = List.copyOf(columns);
    }

    /** What is seen of {@code read} under {@code limits}. */
    static Shown of(List<String> read, Limits limits) {
      List<String> columns =
          limits.isNone() ? read : read.stream().filter(limits.columns()::containsKey).toList();
      ObjectNode masks = Json.object();
      for (String column : columns) {
        List<Limits.Sight> sights = limits.columns().getOrDefault(column, List.of());
        if (sights.stream().anyMatch(sight -> sight.mask() != null)) {
          masks.put(
              ColumnNames.written(column),
              sights.stream().map(Limits.Sight::toString).collect(Collectors.joining("; ")));
        }
      }
      return new Shown(
          columns.stream().map(ColumnNames::written).toList(),
          limits.filter().orElse(null),
          masks.isEmpty() ? null : Json.print(masks));
    }
  }

  /**
   * What the answer of the request gave out, to all of its records together; null when it is not
   * known, or not a matter of rows.
   */
  public record Given(@Nullable Long rows, @Nullable Long bytes) {
    /** Not known. */
    public static final Given UNKNOWN = new Given(null, null);
  }

  /** That {@code caller} may, or may not. */
  public static AuditRecord of(
      Instant time, Caller caller, String action, String resource, Verdict decision) {
    return of(time, caller.principal().toString(), caller.door(), caller.origin(), action, resource)
        .decided(decision);
  }

  /** That somebody did something that was allowed. */
  static AuditRecord of(
      Instant time, String principal, Door door, Origin origin, String action, String resource) {
    return new AuditRecord(
        time.truncatedTo(ChronoUnit.MILLIS),
        principal,
        door,
        new Origin(
            storable(origin.request()),
            storableOrNull(origin.address()),
            storableOrNull(origin.credential()),
            storableOrNull(origin.person()),
            origin.life()),
        storable(action),
        storable(resource),
        Shown.NOTHING,
        Verdict.ALLOWED,
        null,
        Given.UNKNOWN,
        "{}");
  }

  boolean isDenied() {
    return decision == Verdict.DENIED;
  }

  /** Whether somebody was let in to change something. */
  boolean isChange() {
    return !isDenied() && Permission.isChange(action);
  }

  AuditRecord decided(Verdict verdict) {
    return new AuditRecord(
        time, principal, door, origin, action, resource, shown, verdict, grants, given, detail);
  }

  /** The same, of this part of a table. */
  public AuditRecord showing(Shown part) {
    return new AuditRecord(
        time, principal, door, origin, action, resource, part, decision, grants, given, detail);
  }

  /** The same, by these grants. */
  AuditRecord by(Collection<Grant> deciding) {
    String text = deciding.stream().map(AuditRecord::print).collect(Collectors.joining("; "));
    return new AuditRecord(
        time, principal, door, origin, action, resource, shown, decision, text, given, detail);
  }

  private static String print(Grant grant) {
    return "%s %s on %s (%s)"
        .formatted(
            grant.to(),
            grant.permissions().stream()
                .sorted()
                .map(Permission::name)
                .collect(Collectors.joining(" ")),
            grant.on(),
            grant.id());
  }

  /** The same, with what the answer gave out. */
  AuditRecord giving(Given out) {
    return new AuditRecord(
        time, principal, door, origin, action, resource, shown, decision, grants, out, detail);
  }

  /** The same, with one more thing that is known. */
  public AuditRecord with(String key, String value) {
    ObjectNode more = ((ObjectNode) Json.parse(detail)).put(key, storable(value));
    return new AuditRecord(
        time,
        principal,
        door,
        origin,
        action,
        resource,
        shown,
        decision,
        grants,
        given,
        Json.print(more));
  }

  private static @Nullable String storableOrNull(@Nullable String text) {
    return text == null ? null : storable(text);
  }

  /** A text that every database keeps: whoever sends another must not stop the audit by it. */
  private static String storable(String text) {
    String some = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    if (some.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c))) {
      return some; // as nearly all are, and each request has a dozen
    }
    StringBuilder clean = new StringBuilder(some.length());
    some.codePoints()
        .map(c ->
            c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xfffd : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
