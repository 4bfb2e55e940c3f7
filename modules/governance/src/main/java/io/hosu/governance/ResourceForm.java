package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.Optional;

/** How resources are written, and what keys say about their place. */
final class ResourceForm {
  private ResourceForm() {}

  static Resource parse(String text) {
    if (text.equals("lake") || text.equals("*")) {
      return new Resource.Lake();
    }
    if (text.startsWith("domain:")) {
      return new Resource.Domain(text.substring("domain:".length()));
    }
    if (text.startsWith("pipeline:")) {
      String[] words = two(text, "pipeline:");
      return new Resource.Pipeline(words[0], words[1]);
    }
    if (text.startsWith("dataset:")) {
      String[] words = two(text, "dataset:");
      return new Resource.Dataset(words[0], words[1]);
    }
    if (text.startsWith("tag:")) {
      return new Resource.Tagged(Expression.parse(unquoted(text.substring("tag:".length()))));
    }
    int slash = text.indexOf('/');
    if (slash > 0) {
      return Resource.objects(text.substring(0, slash), text.substring(slash + 1));
    }
    String[] words = text.split("\\.", 4);
    return switch (words.length) {
      case 1 -> new Resource.Domain(words[0]);
      case 2 -> new Resource.Layer(words[0], words[1]);
      case 3 -> new Resource.Table(TableName.parse(text));
      default -> column(text, words);
    };
  }

  private static Resource column(String text, String[] words) {
    if (words[3].isBlank()) {
      throw invalid(text);
    }
    return new Resource.Column(new TableName(words[0], words[1], words[2]), words[3]);
  }

  private static String[] two(String text, String prefix) {
    String[] words = text.substring(prefix.length()).split("\\.", -1);
    if (words.length != 2) {
      throw invalid(text);
    }
    return words;
  }

  /** What stands in double quotes, or the text when none are around it. */
  static String unquoted(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static Invalid invalid(String text) {
    return new Invalid(
        GovernanceError.RESOURCE_INVALID,
        "'%s' is nothing that grants can be on.".formatted(text),
        "Write lake, DOMAIN, DOMAIN.LAYER, DOMAIN.LAYER.TABLE, LAYER/KEY, LAYER/PREFIX/,"
            + " dataset:DOMAIN.DATASET, pipeline:DOMAIN.PIPELINE or tag:\"pii = low\".");
  }

  /** The first element of a key, when it is the name of a domain and something follows it. */
  static Optional<String> domainOf(String key) {
    int slash = key.indexOf('/');
    return slash > 0 && Names.isName(key.substring(0, slash))
        ? Optional.of(key.substring(0, slash))
        : Optional.empty();
  }

  /** The layer it lies in; empty text when it is in none. */
  static String layerOf(Resource resource) {
    return switch (resource) {
      case Resource.Layer(_, String layer) -> layer;
      case Resource.Table(TableName name) -> name.layer();
      case Resource.Bucket(String layer) -> layer;
      case Resource.ObjectKey(ObjectName name) -> name.bucket();
      case Resource.Column(TableName table, _) -> table.layer();
      case Resource.Lake _,
          Resource.Domain _,
          Resource.Pipeline _,
          Resource.Dataset _,
          Resource.Tagged _ ->
          "";
    };
  }

  /**
   * Whether some key of {@code bucket} that begins with {@code prefix} lies in {@code resource}.
   */
  static boolean reaches(Resource resource, String bucket, String prefix) {
    return switch (resource) {
      case Resource.Lake _ -> true;
      case Resource.Bucket(String layer) -> layer.equals(bucket);
      case Resource.Domain(String domain) -> meet(domain + "/", prefix);
      case Resource.Layer(String domain, String layer) ->
          layer.equals(bucket) && meet(domain + "/", prefix);
      case Resource.ObjectKey(ObjectName name) ->
          name.bucket().equals(bucket)
              && (name.key().startsWith(prefix) || covers(name, new ObjectName(bucket, prefix)));
      case Resource.Dataset(String domain, String dataset) ->
          meet("%s/%s/".formatted(domain, dataset), prefix);
      case Resource.Tagged _ -> true;
      case Resource.Table _, Resource.Pipeline _, Resource.Column _ -> false;
    };
  }

  /** Whether an object lies in the folder of {@code dataset}. */
  static boolean has(Resource.Dataset dataset, Resource other) {
    return other instanceof Resource.ObjectKey(ObjectName name)
        && name.key().startsWith("%s/%s/".formatted(dataset.domain(), dataset.dataset()));
  }

  private static boolean meet(String one, String other) {
    return one.startsWith(other) || other.startsWith(one);
  }

  static boolean covers(ObjectName outer, ObjectName inner) {
    return outer.equals(inner)
        || (outer.key().endsWith("/")
            && outer.bucket().equals(inner.bucket())
            && inner.key().startsWith(outer.key()));
  }
}
