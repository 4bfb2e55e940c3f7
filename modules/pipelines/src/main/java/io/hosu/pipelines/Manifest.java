package io.hosu.pipelines;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hosu.kernel.Glob;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Place;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object that lists others: {@code {"entries": [{"url": "s3://raw/shop/1.csv"}]}}, the
 * manifest of Amazon Redshift's COPY, as its UNLOAD writes it too. Beside it an entry may have
 * {@code size} and {@code sha256}. Keys that none of these has are refused, as a misspelt one would
 * check nothing.
 *
 * <p>A name is {@code s3://LAYER/KEY}, {@code LAYER/KEY}, or relative to the folder of the
 * manifest. An entry is waited for unless it is {@code "mandatory": false}.
 */
final class Manifest {
  /** No manifest may be longer. */
  static final int MOST_BYTES = 8 << 20;

  private static final int MOST_ENTRIES = 100_000;
  private static final Set<String> KEYS = Set.of("entries", "schema", "meta", "author");
  private static final Set<String> ENTRY_KEYS =
      Set.of("url", "mandatory", "size", "sha256", "meta");
  private static final Set<String> META_KEYS = Set.of("content_length", "record_count");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Of two lists, one would be passed over.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final ObjectName name;
  private final StageName stage;
  private final Glob manifests;
  private int number;

  private Manifest(ObjectName name, StageName stage, Glob manifests) {
    this.name = name;
    this.stage = stage;
    this.manifests = manifests;
  }

  /**
   * An object that a manifest lists.
   *
   * @param size how many bytes it must have; null: any
   * @param sha256 their checksum in hex, in small letters; null: any
   */
  record Entry(ObjectName name, boolean mandatory, @Nullable Long size, @Nullable String sha256) {
    ObjectSet.Member member(@Nullable InputObject object) {
      return new ObjectSet.Member(name, mandatory, object, object == null ? null : wrong(object));
    }

    private @Nullable String wrong(InputObject object) {
      if (size != null && size != object.bytes()) {
        return "it has %d bytes, the manifest says %d".formatted(object.bytes(), size);
      }
      return sha256 != null && !sha256.equals(object.sha256())
          ? "its sha256 is %s, the manifest says %s".formatted(object.sha256(), sha256)
          : null;
    }
  }

  /**
   * The entries of a manifest.
   *
   * @param on which objects are manifests of the stage: those are no data of it
   * @throws Invalid {@link PipelinesError#MANIFEST_INVALID} with the place in it
   */
  static List<Entry> read(ObjectName name, byte[] bytes, StageName stage, Trigger.Manifest on) {
    return new Manifest(name, stage, Glob.of(on.glob())).read(bytes);
  }

  private List<Entry> read(byte[] bytes) {
    JsonNode manifest = parse(bytes);
    unknown(manifest, KEYS)
        .ifPresent(what -> {
          throw invalid(0, what, "");
        });
    JsonNode entries = manifest.path("entries");
    if (!entries.isArray() || entries.isEmpty()) {
      throw invalid(0, "has no list 'entries' with an object in it", "");
    }
    if (entries.size() > MOST_ENTRIES) {
      throw invalid(0, "lists %d objects".formatted(entries.size()), "");
    }
    List<Entry> read = new ArrayList<>(entries.size());
    Set<ObjectName> names = new HashSet<>();
    for (JsonNode entry : entries) {
      number++;
      Entry one = entry(entry);
      if (manifests.matches(one.name().toString())) {
        throw ofEntry(
            "lists %s, which is a manifest of stage %s itself".formatted(one.name(), stage), entry);
      }
      if (!names.add(one.name())) {
        throw ofEntry("lists %s twice".formatted(one.name()), entry);
      }
      read.add(one);
    }
    return read;
  }

  private JsonNode parse(byte[] bytes) {
    if (bytes.length >= MOST_BYTES) {
      throw invalid(0, "is longer than the %d bytes that one may have".formatted(MOST_BYTES), "");
    }
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw invalid(at == null ? 0 : at.getLineNr(), "is not JSON: " + Json.problem(e), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is to be said of a key that means nothing here. */
  private static Optional<String> unknown(JsonNode object, Set<String> known) {
    return object.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !known.contains(key))
        .findFirst()
        .map(key ->
            "has a key '%s' that means nothing%s"
                .formatted(key, Suggestions.didYouMean(key, known)));
  }

  private Entry entry(JsonNode entry) {
    unknown(entry, ENTRY_KEYS)
        .or(() -> unknown(entry.path("meta"), META_KEYS))
        .ifPresent(what -> {
          throw ofEntry(what, entry);
        });
    if (!entry.path("url").isTextual()) {
      throw ofEntry("has no text 'url'", entry);
    }
    JsonNode mandatory = entry.path("mandatory");
    if (!mandatory.isMissingNode() && !mandatory.isBoolean()) {
      throw ofEntry("has a 'mandatory' that is neither true nor false", entry);
    }
    return new Entry(
        name(entry.path("url").asText(), entry),
        mandatory.asBoolean(true),
        size(entry),
        sha256(entry));
  }

  private @Nullable Long size(JsonNode entry) {
    JsonNode meta = entry.path("meta");
    if (!meta.isMissingNode() && !meta.isNull() && !meta.isObject()) {
      throw ofEntry("has a 'meta' that is no object", entry);
    }
    Long size = bytes(entry.path("size"), entry);
    Long length = bytes(meta.path("content_length"), entry);
    if (size != null && length != null && !size.equals(length)) {
      throw ofEntry(
          "says two sizes, 'size' %d and 'content_length' %d".formatted(size, length), entry);
    }
    return size == null ? length : size;
  }

  private @Nullable Long bytes(JsonNode size, JsonNode entry) {
    if (size.isMissingNode() || size.isNull()) {
      return null;
    }
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw ofEntry("has a size that is no number of bytes", entry);
    }
    return size.asLong();
  }

  private @Nullable String sha256(JsonNode entry) {
    JsonNode sum = entry.path("sha256");
    if (sum.isMissingNode() || sum.isNull()) {
      return null;
    }
    if (!SHA256.matcher(sum.asText()).matches()) {
      throw ofEntry("has a 'sha256' that is not 64 digits of hex", entry);
    }
    return sum.asText().toLowerCase(Locale.ROOT);
  }

  private ObjectName name(String url, JsonNode entry) {
    String full = full(url);
    List<String> parts = Arrays.asList(full.split("/", -1));
    if (parts.size() < 3 || parts.stream().anyMatch(part -> part.isEmpty() || isDots(part))) {
      throw ofEntry("names no object: '%s'".formatted(url), entry);
    }
    if (!parts.get(1).equals(stage.domain())) {
      throw ofEntry(
          "lists '%s', which is none of the objects of the stage's domain %s"
              .formatted(url, stage.domain()),
          entry);
    }
    try {
      return ObjectName.parse(full);
    } catch (Invalid e) {
      throw ofEntry("names no object: %s".formatted(e.what()), entry);
    }
  }

  private static boolean isDots(String part) {
    return part.equals(".") || part.equals("..");
  }

  private String full(String url) {
    if (url.startsWith("s3://")) {
      return url.substring("s3://".length());
    }
    String[] parts = url.split("/", 3);
    if (parts.length == 3 && parts[1].equals(stage.domain()) && !parts[0].equals(".")) {
      return url;
    }
    String own = name.toString();
    String relative = url.startsWith("./") ? url.substring(2) : url;
    return own.substring(0, own.lastIndexOf('/') + 1) + relative;
  }

  private Invalid ofEntry(String what, JsonNode entry) {
    String text = entry.toString();
    return invalid(
        0,
        "%s, in entry %d".formatted(what, number),
        text.substring(0, Math.min(200, text.length())));
  }

  private Invalid invalid(long line, String what, String text) {
    return new Invalid(
        PipelinesError.MANIFEST_INVALID,
        "The manifest %s %s.".formatted(name, what),
        "Write {\"entries\": [{\"url\": \"s3://LAYER/%s/...\"}]}, at most %d entries and %d bytes, and"
                .formatted(stage.domain(), MOST_ENTRIES, MOST_BYTES)
            + " put it again.",
        Place.inObject(name.toString(), line, text));
  }
}
