package io.hosu.pipelines.crawl;

import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The stage of a crawled table, or its crawler, as files of a lake project. */
final class LoadingYaml {
  private LoadingYaml() {}

  /** The files by their paths in the project. */
  static Map<String, String> of(StageSpec stage, String place) {
    if (!(stage.transform() instanceof Transform.Sql sql)) {
      throw new IllegalStateException(stage.name() + " is none that loads.");
    }
    String domain = stage.name().domain();
    String name = stage.name().pipeline();
    Map<String, String> files = new LinkedHashMap<>();
    files.put(
        "domains/%s/pipelines/%s.yaml".formatted(domain, name), pipeline(stage, sql.file(), place));
    files.put("domains/%s/transforms/%s".formatted(domain, sql.file()), sql.text());
    return files;
  }

  /** The crawler that makes what comes to a place files of a table in place, by its path. */
  static Map<String, String> crawler(TableName target, String place) {
    return Map.of(
        "domains/%s/crawlers/%s.yaml".formatted(target.domain(), target.table()),
        """
        description: %s
        place: %s
        into: %s.%s
        load: in-place
        """
            .formatted(
                text("Follows what comes to " + place),
                text(place),
                target.layer(),
                target.table()));
  }

  private static String pipeline(StageSpec stage, String file, String place) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("description: %s\n".formatted(text("Loads what was found under " + place)));
    yaml.append("stages:\n  load:\n");
    yaml.append("    on: { objects: %s }\n".formatted(texts(globs(stage))));
    String format = format(stage.input().format());
    if (!format.isEmpty()) {
      yaml.append("    format: { %s }\n".formatted(format));
    }
    if (stage.input().badRecords() == BadRecords.QUARANTINE) {
      yaml.append("    bad_records: quarantine\n");
    }
    yaml.append("    sql: %s\n".formatted(file));
    String table = stage.into().table().layer() + "." + stage.into().table().table();
    List<String> by = stage.into().partitionBy();
    String parts = by.isEmpty() ? "" : ", partition_by: " + texts(by);
    yaml.append("    into: { table: %s, mode: append%s }\n".formatted(table, parts));
    return yaml.toString();
  }

  private static List<String> globs(StageSpec stage) {
    return stage.on() instanceof Trigger.Objects objects ? objects.globs() : List.of();
  }

  private static String format(FormatSpec format) {
    List<String> parts = new ArrayList<>();
    FormatSpec.Type type = format.type();
    if (type != null) {
      parts.add("type: " + type.name().toLowerCase(Locale.ROOT));
    }
    FormatSpec.DelimitedText how = format.text();
    if (how.delimiter() != null) {
      parts.add("delimiter: " + text(how.delimiter()));
    }
    if (how.quote() != null) {
      parts.add("quote: " + text(how.quote()));
    }
    if (how.header() != null) {
      parts.add("header: " + how.header());
    }
    if (how.encoding() != null) {
      parts.add("encoding: " + how.encoding());
    }
    if (!format.columns().isEmpty()) {
      List<String> columns = new ArrayList<>();
      format.columns().forEach((name, its) -> columns.add(text(name) + ": " + text(its)));
      parts.add("columns: { %s }".formatted(String.join(", ", columns)));
    }
    return String.join(", ", parts);
  }

  private static String texts(List<String> all) {
    return all.stream().map(LoadingYaml::text).toList().toString();
  }

  /** A text between quotes, which YAML reads as JSON does. */
  private static String text(String text) {
    return Json.print(text);
  }
}
