package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts many files below one place, but not those that lie there already as they are here. */
final class Upload {
  private static final int CHUNK = 256 * 1024;
  private static final int PAGE = 1000;

  private final Context context;
  private final LakeClient client;
  private final ObjectAddress place;

  Upload(Context context, LakeClient client, ObjectAddress place) {
    this.context = context;
    this.client = client;
    this.place = place;
  }

  /** An object that lies there. */
  private record Lying(long size, String sha256) {}

  /**
   * Puts them, or says what would be put; what was done is noted at the end.
   *
   * @return {@code place}, {@code files}, how many of these are {@code put}, {@code bytes} of all
   */
  ObjectNode put(List<Source> sources, boolean dryRun) throws IOException {
    Map<String, Lying> there = there();
    long all = 0;
    for (Source source : sources) {
      all += source.length();
    }
    int sent = 0;
    Progress progress = new Progress(context, place.toString(), all);
    try {
      for (Source source : sources) {
        if (isThere(source, there.get(place.under(source.name()).key()))) {
          progress.passed(source.length());
          continue;
        }
        sent++;
        if (!dryRun) {
          send(source, progress);
        }
      }
    } finally {
      progress.end();
    }
    context
        .terminal()
        .note(
            "%s %,d of %s, %s, %s %s"
                .formatted(
                    dryRun ? "would put" : "put",
                    sent,
                    AddFilesCommand.count(sources.size(), "file"),
                    Sizes.print(all),
                    dryRun ? "into" : "which lie in",
                    place));
    return Json.object()
        .put("place", place.toString())
        .put("files", sources.size())
        .put("put", sent)
        .put("bytes", all);
  }

  private Map<String, Lying> there() {
    Map<String, Lying> there = new HashMap<>();
    String next = "";
    do {
      ApiPath path =
          ApiPath.of("/v1/objects")
              .part(place.layer())
              .query("prefix", place.key())
              .query("limit", Integer.toString(PAGE))
              .query("next", next);
      JsonNode page = client.get(path);
      for (JsonNode object : page.path("items")) {
        there.put(
            object.path("key").asText(),
            new Lying(object.path("size").asLong(), object.path("sha256").asText()));
      }
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    return there;
  }

  private boolean isThere(Source source, @org.jspecify.annotations.Nullable Lying lying)
      throws IOException {
    return lying != null
        && lying.size() == source.length()
        && lying.sha256().equals(sha256(source));
  }

  private String sha256(Source source) throws IOException {
    try (InputStream in = source.open(context.terminal())) {
      MessageDigest digest = Sha256.digest();
      byte[] chunk = new byte[CHUNK];
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
      }
      return Sha256.hex(digest);
    }
  }

  private void send(Source source, Progress progress) throws IOException {
    client.put(
        place.under(source.name()).path(),
        source.contentType(),
        source.length(),
        out -> copy(context, source, out, progress));
  }

  /** Sends the bytes of a source, and tells of them while they move. */
  static void copy(Context context, Source source, OutputStream out, Progress progress)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = source.open(context.terminal())) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        out.write(chunk, 0, count);
        progress.moved(count);
      }
    }
  }
}
