package io.hosu.objects.door;

import io.hosu.http.Request;
import io.hosu.objects.ObjectVersion;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** HTTP's conditions on a read (RFC 9110): {@code If-Match}, {@code If-None-Match} and by date. */
public enum ReadCondition {
  /** The request may go on. */
  MET,
  /** The client has it already. */
  NOT_MODIFIED,
  /** The object is not what the client demands. */
  FAILED;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  /** What the headers of {@code request} say of {@code object}. */
  public static ReadCondition of(Request request, ObjectVersion object) {
    return of(request, "", object);
  }

  /** What the headers say that begin with {@code prefix}, as those for a copy's source do. */
  public static ReadCondition of(Request request, String prefix, ObjectVersion object) {
    Optional<String> match = request.header(prefix + "if-match");
    Optional<Instant> unmodified = date(request, prefix + "if-unmodified-since");
    Instant modified = object.createdAt().truncatedTo(ChronoUnit.SECONDS);
    if (match.isPresent() && !matches(match.get(), object.etag())) {
      return FAILED;
    }
    if (match.isEmpty() && unmodified.isPresent() && modified.isAfter(unmodified.get())) {
      return FAILED;
    }
    Optional<String> noneMatch = request.header(prefix + "if-none-match");
    Optional<Instant> since = date(request, prefix + "if-modified-since");
    if (noneMatch.isPresent()) {
      return matches(noneMatch.get(), object.etag()) ? NOT_MODIFIED : MET;
    }
    return since.isPresent() && !modified.isAfter(since.get()) ? NOT_MODIFIED : MET;
  }

  /** An entity tag without its quotes and its mark of weakness. */
  public static String bare(String etag) {
    String strong = etag.strip().startsWith("W/") ? etag.strip().substring(2) : etag.strip();
    boolean quoted = strong.length() > 1 && strong.startsWith("\"") && strong.endsWith("\"");
    return quoted ? strong.substring(1, strong.length() - 1) : strong;
  }

  /** A date as HTTP writes it. */
  public static String print(Instant instant) {
    return DATE.format(instant);
  }

  /**
   * Whether a list of entity tags, weak or strong, names {@code etag} or all ({@code *}).
   *
   * @param etag without quotes
   */
  public static boolean matches(String header, String etag) {
    for (String tag : header.split(",", -1)) {
      if (bare(tag).equals(etag) || tag.strip().equals("*")) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Instant> date(Request request, String header) {
    return request
        .header(header)
        .flatMap(text -> {
          try {
            return Optional.of(
                ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
          } catch (DateTimeException e) {
            return Optional.empty(); // as RFC 9110 has it
          }
        });
  }
}
