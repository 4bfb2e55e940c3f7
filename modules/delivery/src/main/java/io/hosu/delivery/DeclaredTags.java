package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All tags that a project declares: in access/, and where domains, datasets and tables are. */
final class DeclaredTags {
  private final List<TagDraft> found = new ArrayList<>();

  /** One tag, where it is declared. */
  record TagDraft(Resource on, String key, Scalar value, Place place) {}

  private DeclaredTags() {}

  /** Every tag there is, several of one key included. */
  static List<TagDraft> list(ProjectDraft draft) {
    DeclaredTags tags = new DeclaredTags();
    draft.domains.forEach(
        (name, file) -> file.ifPresent(yaml -> tags.of(new Resource.Domain(name), yaml)));
    draft.datasets.forEach((name, yaml) -> {
      String[] words = name.split("\\.", 2);
      if (!words[1].isEmpty()) {
        tags.of(new Resource.Dataset(words[0], words[1]), yaml);
      }
    });
    draft.tables.forEach(table -> {
      tags.of(Resource.of(table.name()), table.yaml());
      for (Entry column : table.yaml().mapping("columns").map(Mapping::entries).orElse(List.of())) {
        if (column.value() instanceof Mapping yaml) {
          tags.of(new Resource.Column(table.name(), column.key()), yaml);
        }
      }
    });
    draft.accessMappings("tags").forEach(tags::listed);
    return tags.found;
  }

  /** By what they are on. */
  static SortedMap<Resource, SortedMap<String, String>> of(ProjectDraft draft) {
    SortedMap<Resource, SortedMap<String, String>> all =
        new TreeMap<>(Comparator.comparing(Resource::toString));
    list(draft)
        .forEach(tag ->
            all.computeIfAbsent(tag.on, _ -> new TreeMap<>()).put(tag.key, tag.value.text()));
    return all;
  }

  private void of(Resource on, Mapping yaml) {
    yaml.mapping("tags").ifPresent(tags -> tags.entries().forEach(tag -> add(on, tag)));
  }

  private void listed(Mapping tags) {
    resource(tags)
        .ifPresent(on ->
            tags.entries().stream()
                .filter(entry -> !entry.key().equals("on"))
                .forEach(entry -> add(on, entry)));
  }

  private void add(Resource on, Entry entry) {
    if (entry.value() instanceof Scalar value) {
      found.add(new TagDraft(on, entry.key(), value, entry.place()));
    }
  }

  private static Optional<Resource> resource(Mapping tags) {
    try {
      return tags.text("on").map(Resource::parse);
    } catch (Invalid _) {
      return Optional.empty();
    }
  }

  /** By what they are on and their key, those of which there are several. */
  static Map<List<String>, List<TagDraft>> repeated(List<TagDraft> tags) {
    Map<List<String>, List<TagDraft>> all = new TreeMap<>(Comparator.comparing(List::toString));
    tags.forEach(tag ->
        all.computeIfAbsent(List.of(tag.on.toString(), tag.key), _ -> new ArrayList<>()).add(tag));
    all.values().removeIf(some -> some.size() < 2);
    return all;
  }
}
