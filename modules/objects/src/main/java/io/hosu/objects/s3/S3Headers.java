package io.hosu.objects.s3;

import io.hosu.http.Header;
import io.hosu.http.Response;
import io.hosu.objects.Attributes;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Precondition;
import io.hosu.objects.StoredChecksum;
import io.hosu.objects.door.HeaderText;
import io.hosu.objects.door.ReadCondition;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** S3's headers of objects, read and written. */
final class S3Headers {
  private static final String METADATA = "x-amz-meta-";
  private static final List<String> KEPT =
      List.of(
          "content-type",
          "content-encoding",
          "cache-control",
          "content-disposition",
          "content-language",
          "expires");

  /** What asks for something that Hosu does not have, with the values that ask for nothing. */
  private static final Map<String, Set<String>> REFUSED =
      Map.ofEntries(
          Map.entry("x-amz-acl", Set.of("private", "bucket-owner-full-control")),
          Map.entry("x-amz-storage-class", Set.of("STANDARD")),
          Map.entry("x-amz-tagging", Set.of("")),
          Map.entry("x-amz-website-redirect-location", Set.of()),
          Map.entry("x-amz-write-offset-bytes", Set.of()),
          Map.entry("x-amz-expected-bucket-owner", Set.of()),
          Map.entry("x-amz-mfa", Set.of()));

  private static final List<String> REFUSED_PREFIXES =
      List.of(
          "x-amz-server-side-encryption",
          "x-amz-copy-source-server-side-encryption",
          "x-amz-object-lock-",
          "x-amz-grant-");

  private S3Headers() {}

  /** Refuses headers that ask for what Hosu does not have: nothing is passed over in silence. */
  static void requireKnown(S3Request request) {
    for (Header header : request.http().headers()) {
      String name = header.name();
      boolean refused =
          REFUSED_PREFIXES.stream().anyMatch(name::startsWith)
              || (REFUSED.containsKey(name)
                  && !REFUSED.getOrDefault(name, Set.of()).contains(header.value()));
      if (refused) {
        throw S3Error.NOT_IMPLEMENTED.failure(
            "A header you provided implies functionality that Hosu does not have: %s."
                .formatted(name),
            "Send the request without it.");
      }
    }
  }

  /** What is to be kept with the object. */
  static Attributes attributes(S3Request request) {
    Map<String, String> headers = new TreeMap<>();
    for (String name : KEPT) {
      request.header(name).map(HeaderText::decode).ifPresent(value -> headers.put(name, value));
    }
    String encoding = headers.getOrDefault("content-encoding", "");
    if (encoding.contains("aws-chunked")) {
      headers.remove("content-encoding");
      String rest = encoding.replaceAll("\\s*aws-chunked\\s*,?", "").strip();
      if (!rest.isEmpty()) {
        headers.put("content-encoding", rest.replaceAll(",$", ""));
      }
    }
    Map<String, String> metadata = new TreeMap<>();
    for (Header header : request.http().headers()) {
      if (header.name().startsWith(METADATA)) {
        metadata.merge(
            header.name().substring(METADATA.length()),
            HeaderText.decode(header.value().strip()),
            (first, second) -> first + "," + second);
      }
    }
    return new Attributes(headers, metadata);
  }

  /** What must be true of the key that is written. */
  static Precondition precondition(S3Request request) {
    Optional<String> noneMatch = request.header("if-none-match");
    Optional<String> match = request.header("if-match");
    if (noneMatch.isPresent() && !noneMatch.get().strip().equals("*")) {
      throw S3Error.NOT_IMPLEMENTED.failure("A write knows If-None-Match only with *.");
    }
    if (noneMatch.isPresent() && match.isPresent()) {
      throw S3Error.NOT_IMPLEMENTED.failure("A write cannot have If-Match and If-None-Match.");
    }
    if (noneMatch.isPresent()) {
      return new Precondition.Absent();
    }
    return match
        .<Precondition>map(etag -> new Precondition.Matches(ReadCondition.bare(etag)))
        .orElse(Precondition.none());
  }

  /** The headers that only S3 has. */
  static void describe(Response response, ObjectVersion object) {
    response.header("x-amz-version-id", object.version());
    object
        .metadata()
        .forEach((name, value) -> response.header(METADATA + name, HeaderText.encode(value)));
  }

  /** The headers that tell the checksum kept with the object, if there is one. */
  static void checksum(Response response, Optional<StoredChecksum> checksum) {
    checksum.ifPresent(kept -> {
      response.header(name(kept), kept.value());
      response.header("x-amz-checksum-type", kept.form().name());
    });
  }

  /** The elements that tell the checksum kept with an object or a part, if there is one. */
  static void checksum(XmlWriter xml, Optional<StoredChecksum> checksum) {
    checksum.ifPresent(kept -> xml.element("Checksum" + kept.algorithm().name(), kept.value()));
  }

  private static String name(StoredChecksum checksum) {
    return "x-amz-checksum-" + checksum.algorithm().name().toLowerCase(Locale.ROOT);
  }
}
