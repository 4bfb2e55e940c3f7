package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Grant;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.kernel.HosuException.Invalid;
import java.util.List;

/** Checks the tags of a project, wherever they are declared. */
final class TagChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;

  TagChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
  }

  void check() {
    draft.accessMappings("tags").forEach(this::shape);
    List<DeclaredTags.TagDraft> tags = DeclaredTags.list(draft);
    tags.forEach(this::tag);
    DeclaredTags.repeated(tags).values().forEach(this::repeated);
  }

  private void shape(Mapping tags) {
    if (tags.scalar("on").isEmpty()) {
      mistakes.error(
          tags.place(), "A tag: the key 'on' is missing.", "Add it: on: shop.stage.orders");
    }
    List<Entry> values = tags.entries().stream().filter(e -> !e.key().equals("on")).toList();
    if (values.isEmpty()) {
      mistakes.error(
          tags.place(), "A tag: it has no key and value.", "Add one, for example pii: high");
    }
    for (Entry value : values) {
      if (!(value.value() instanceof Scalar)) {
        mistakes.error(
            value.place(),
            "The tag '%s' has %s where a value is expected."
                .formatted(value.key(), value.value().what()),
            TextForm.VALUE.remedy());
      }
    }
  }

  private void tag(DeclaredTags.TagDraft tag) {
    try {
      new Tags.Tag(tag.on(), tag.key(), tag.value().text(), Grant.GIT);
    } catch (Invalid e) {
      mistakes.error(tag.place(), e.what(), e.remedy());
    }
  }

  private void repeated(List<DeclaredTags.TagDraft> tags) {
    DeclaredTags.TagDraft first = tags.getFirst();
    for (DeclaredTags.TagDraft other : tags.subList(1, tags.size())) {
      if (!other.value().text().equals(first.value().text())) {
        mistakes.error(
            other.place(),
            "The tag '%s' of %s is '%s' here, and '%s' at %s."
                .formatted(
                    other.key(),
                    other.on(),
                    other.value().text(),
                    first.value().text(),
                    first.place()),
            "Keep one of the two.");
      }
    }
  }

  /** Tells when a declared table has no such column. */
  void column(Scalar on, Resource.Column column) {
    draft
        .declared(column.table())
        .ifPresent(table -> {
          List<String> known =
              table.yaml().mapping("columns").map(Mapping::entries).orElse(List.of()).stream()
                  .map(Entry::key)
                  .toList();
          if (!GrantChecks.has(known, column.column())) {
            mistakes.error(
                on.place(),
                "The table %s has no column '%s'%s"
                    .formatted(table.name(), column.column(), suggestion(column.column(), known)),
                "Columns: %s.".formatted(Mistakes.listed(known)));
          }
        });
  }
}
