package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Glob;
import java.util.List;

/**
 * The part of an event pattern that lets through all objects of some globs, and few others: what a
 * glob means exactly no pattern can say, so the rule asks the globs about what comes through.
 */
final class ObjectPattern {
  /** What a machine of patterns takes in its stride; beyond, how the keys begin must do. */
  private static final int MOST_WILDCARDS = 5;

  private static final int MOST_OF_ALL = 200;

  private ObjectPattern() {}

  /**
   * Says in {@code detail} which objects.
   *
   * @param globs each {@code LAYER/KEY}
   */
  static void put(ObjectNode detail, List<String> globs) {
    List<Parts> all = globs.stream().distinct().map(Parts::of).toList();
    if (all.size() == 1) {
      all.getFirst().put(detail);
    } else if (all.size() + all.stream().mapToInt(Parts::wildcards).sum() <= MOST_OF_ALL) {
      ArrayNode any = detail.putArray("$or");
      all.forEach(parts -> parts.put(any.addObject()));
    } else {
      ArrayNode buckets = detail.putObject("bucket").putArray("name");
      all.stream().map(Parts::bucket).distinct().forEach(buckets::add);
      ArrayNode keys = detail.putObject("object").putArray("key");
      all.stream()
          .map(parts -> parts.key().prefix())
          .distinct()
          .forEach(prefix -> keys.addObject().put("prefix", prefix));
    }
  }

  /** A glob, and which bucket it is about. */
  private record Parts(String bucket, Glob key) {
    static Parts of(String glob) {
      int slash = glob.indexOf('/');
      return new Parts(glob.substring(0, slash), Glob.of(glob.substring(slash + 1)));
    }

    int wildcards() {
      String wild = key.wildcard(text -> text.replace("*", ""));
      return Math.toIntExact(wild.chars().filter(c -> c == '*').count());
    }

    void put(ObjectNode detail) {
      detail.putObject("bucket").putArray("name").add(bucket);
      ArrayNode keys = detail.putObject("object").putArray("key");
      if (key.isLiteral()) {
        keys.add(key.prefix());
      } else if (wildcards() > MOST_WILDCARDS) {
        keys.addObject().put("prefix", key.prefix());
      } else {
        // A * of a pattern also stands for slashes.
        keys.addObject().put("wildcard", key.wildcard(text -> text.replace("\\", "\\\\")));
      }
    }
  }
}
