package io.hosu.objects.s3;

import io.hosu.http.Request;
import io.hosu.kernel.HosuException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about who signed it, not yet verified.
 *
 * @param accessKey the id of the access key
 * @param scope what the signing key is good for
 * @param amzDate when it was signed, as {@code 20260101T120000Z}
 * @param signedHeaders their names, in small letters, {@code ;} between
 * @param signature in hex
 * @param expires how long a presigned request is good for; empty when the signature is in a header
 */
record SignatureClaim(
    String accessKey,
    SigV4.Scope scope,
    String amzDate,
    String signedHeaders,
    String signature,
    Optional<Duration> expires) {
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration LONGEST = Duration.ofDays(7);

  /** Reads the claim out of the header or the query; a request without one is refused. */
  static SignatureClaim of(Request request, QueryString query) {
    Optional<String> header = request.header("authorization");
    if (header.isPresent()) {
      return ofHeader(request, header.get());
    }
    if (query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm")) {
      return ofQuery(query);
    }
    if (query.has("AWSAccessKeyId") && query.has("Signature")) {
      throw unsupported();
    }
    throw S3Error.ACCESS_DENIED.failure(
        "The request is not signed.", "Sign it with an access key that hosu has made.");
  }

  /** The access key that a request claims, for the audit record; null when it claims none. */
  static @Nullable String credential(Request request, QueryString query) {
    try {
      return "key:" + of(request, query).accessKey();
    } catch (HosuException e) {
      return null;
    }
  }

  /** When it was signed. */
  Instant signedAt() {
    return Instant.from(AMZ_DATE.parse(amzDate));
  }

  boolean signs(String header) {
    return Arrays.asList(signedHeaders.split(";", -1)).contains(header);
  }

  private static SignatureClaim ofHeader(Request request, String header) {
    if (!header.startsWith(SigV4.ALGORITHM + " ")) {
      throw header.startsWith("AWS ") || header.startsWith("AWS4-") || header.startsWith("Bearer ")
          ? unsupported()
          : malformed("The Authorization header is not AWS4-HMAC-SHA256.");
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : header.substring(SigV4.ALGORITHM.length()).split(",", -1)) {
      int at = field.indexOf('=');
      if (at > 0) {
        fields.put(field.substring(0, at).strip(), field.substring(at + 1).strip());
      }
    }
    for (String name : new String[] {"Credential", "SignedHeaders", "Signature"}) {
      if (fields.getOrDefault(name, "").isEmpty()) {
        throw malformed("The Authorization header has no %s.".formatted(name));
      }
    }
    return claim(
        S3Error.AUTHORIZATION_HEADER_MALFORMED,
        fields.getOrDefault("Credential", ""),
        date(request),
        fields.getOrDefault("SignedHeaders", ""),
        fields.getOrDefault("Signature", ""),
        Optional.empty());
  }

  private static SignatureClaim ofQuery(QueryString query) {
    if (!query.text("X-Amz-Algorithm").equals(SigV4.ALGORITHM)) {
      throw S3Error.AUTHORIZATION_QUERY_PARAMETERS.failure(
          "X-Amz-Algorithm only supports AWS4-HMAC-SHA256.");
    }
    for (String name :
        new String[] {
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-SignedHeaders",
          "X-Amz-Signature"
        }) {
      if (query.text(name).isEmpty()) {
        throw S3Error.AUTHORIZATION_QUERY_PARAMETERS.failure(
            "The query has no %s.".formatted(name));
      }
    }
    return claim(
        S3Error.AUTHORIZATION_QUERY_PARAMETERS,
        query.text("X-Amz-Credential"),
        query.text("X-Amz-Date"),
        query.text("X-Amz-SignedHeaders"),
        query.text("X-Amz-Signature"),
        Optional.of(expires(query.text("X-Amz-Expires"))));
  }

  private static SignatureClaim claim(
      S3Error error,
      String credential,
      String amzDate,
      String signedHeaders,
      String signature,
      Optional<Duration> expires) {
    String[] words = credential.split("/", -1);
    if (words.length != 5 || !words[4].equals("aws4_request")) {
      throw error.failure("The credential is not ACCESSKEY/DATE/REGION/SERVICE/aws4_request.");
    }
    if (!words[3].equals("s3")) {
      throw error.failure("The service of the credential is %s, not s3.".formatted(words[3]));
    }
    requireDate(error, amzDate);
    if (!amzDate.startsWith(words[1] + "T")) {
      throw error.failure("The date of the credential is not the date of the request.");
    }
    SigV4.Scope scope = new SigV4.Scope(words[1], words[2], words[3]);
    return new SignatureClaim(words[0], scope, amzDate, signedHeaders, signature, expires);
  }

  private static void requireDate(S3Error error, String amzDate) {
    try {
      AMZ_DATE.parse(amzDate);
    } catch (DateTimeException e) {
      throw error.failure("'%s' is not a date such as 20260101T120000Z.".formatted(amzDate));
    }
  }

  private static String date(Request request) {
    Optional<String> amzDate = request.header("x-amz-date");
    if (amzDate.isPresent()) {
      return amzDate.get();
    }
    try {
      String date = request.header("date").orElse("");
      return AMZ_DATE.format(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException e) {
      throw S3Error.ACCESS_DENIED.failure(
          "A signed request needs a valid Date or x-amz-date header.");
    }
  }

  private static Duration expires(String seconds) {
    try {
      Duration expires = Duration.ofSeconds(Long.parseLong(seconds));
      if (!expires.isNegative() && expires.compareTo(LONGEST) <= 0) {
        return expires;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // told below
    }
    throw S3Error.AUTHORIZATION_QUERY_PARAMETERS.failure(
        "X-Amz-Expires must be a number of seconds of at most a week.");
  }

  private static RuntimeException unsupported() {
    return S3Error.UNSUPPORTED_SIGNATURE.failure(
        "The authorization mechanism is not supported.", "Please use AWS4-HMAC-SHA256.");
  }

  private static RuntimeException malformed(String what) {
    return S3Error.AUTHORIZATION_HEADER_MALFORMED.failure(what);
  }
}
