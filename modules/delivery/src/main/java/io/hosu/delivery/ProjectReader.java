package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.CrawlerDraft;
import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.ShapeCheck.Role;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.delivery.YamlValue.ScalarType;
import io.hosu.kernel.Names;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the files of a project one by one, each against the shape of its kind. */
final class ProjectReader {
  private static final Pattern IN_DOMAIN = Pattern.compile("domains/([^/]+)/(.+)");
  private static final Pattern TRANSFORM = Pattern.compile("transforms/[^/]+\\.sql");
  private static final List<String> FOLDERS =
      List.of("datasets", "pipelines", "crawlers", "transforms");
  private static final Set<String> FOR_PEOPLE = Set.of("md", "txt", "adoc", "rst");
  private static final String SEE =
      "See which files a lake project has in docs/reference/project.md.";

  private final Mistakes mistakes;
  private final ShapeCheck shapes;
  private final ProjectDraft draft = new ProjectDraft();

  private ProjectReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.shapes = new ShapeCheck(mistakes);
    this.draft.sound = shapes::isSound;
  }

  static ProjectDraft read(ProjectFiles files, Mistakes mistakes) {
    ProjectReader reader = new ProjectReader(mistakes);
    files.all().forEach(reader::file);
    reader.lake(files);
    return reader.draft;
  }

  private void file(String path, String text) {
    Matcher inDomain = IN_DOMAIN.matcher(path);
    String domain = inDomain.matches() ? inDomain.group(1) : null;
    if (domain != null && !domain(path, domain)) {
      return;
    }
    if (domain != null && TRANSFORM.matcher(inDomain.group(2)).matches()) {
      draft.sql.put(path, text);
      return;
    }
    Kinds.of(path).ifPresentOrElse(kind -> yaml(kind, path, text, domain), () -> stray(path));
  }

  private boolean domain(String path, String domain) {
    if (!draft.domains.containsKey(domain) && Names.isName(domain)) {
      draft.domains.put(domain, Optional.empty());
    }
    if (!Names.isName(domain)) {
      mistakes.error(
          Place.of(path),
          "The folder '%s' cannot name a domain.".formatted(domain),
          TextForm.NAME.remedy());
    }
    return Names.isName(domain);
  }

  private void yaml(Kind kind, String path, String text, @Nullable String domain) {
    Optional<YamlValue> read = YamlReader.read(path, text, mistakes);
    draft.incomplete |= read.isEmpty();
    read.ifPresent(value -> {
      Role role = new Role(capital(kind.shape().what()), Place.of(path));
      boolean isEmpty = value instanceof Scalar(_, _, var type) && type == ScalarType.NOTHING;
      YamlValue content = isEmpty ? new Mapping(value.place(), List.of()) : value;
      shapes.check(kind.shape(), content, role);
      if (content instanceof Mapping mapping) {
        take(kind, path, mapping, domain == null ? "" : domain);
      }
    });
  }

  private void take(Kind kind, String path, Mapping file, String domain) {
    switch (kind.name()) {
      case "lake" -> draft.lake = Optional.of(file);
      case "domain" -> draft.domains.put(domain, Optional.of(file));
      case "dataset" -> dataset(path, file, domain);
      case "pipeline" -> pipeline(path, file, domain);
      case "crawler" ->
          fileName(path, "crawler")
              .ifPresent(
                  name -> draft.crawlers.add(new CrawlerDraft(domain, name, Place.of(path), file)));
      case "access" -> draft.access.add(file);
      default -> draft.accessTests.add(file);
    }
  }

  private void dataset(String path, Mapping file, String domain) {
    String dataset = domain + "." + fileName(path, "dataset").orElse("");
    draft.datasets.put(dataset, file);
    for (Entry entry : entries(file, "tables")) {
      if (entry.value() instanceof Mapping table) {
        ProjectDraft.tableName(domain, entry.key())
            .ifPresent(name ->
                draft.add(
                    new TableDraft(name, dataset, entry.place(), table, shapes.isSound(table))));
      }
    }
  }

  private void pipeline(String path, Mapping file, String domain) {
    Optional<String> pipeline = fileName(path, "pipeline");
    pipeline.ifPresent(
        name -> draft.pipelines.put(domain + "." + name, file.text("description").orElse("")));
    for (Entry entry : entries(file, "stages")) {
      if (pipeline.isPresent()
          && Names.isName(entry.key())
          && entry.value() instanceof Mapping stage) {
        StageName name = new StageName(domain, pipeline.get(), entry.key());
        draft.stages.add(new StageDraft(name, entry.place(), stage, shapes.isSound(stage)));
      }
    }
  }

  private static List<Entry> entries(Mapping file, String key) {
    return file.mapping(key).map(Mapping::entries).orElse(List.of());
  }

  private Optional<String> fileName(String path, String what) {
    String name = path.substring(path.lastIndexOf('/') + 1, path.length() - ".yaml".length());
    if (Names.isName(name)) {
      return Optional.of(name);
    }
    mistakes.error(
        Place.of(path),
        "The file's name '%s' cannot name a %s.".formatted(name, what),
        TextForm.NAME.remedy());
    return Optional.empty();
  }

  private void stray(String path) {
    String ending = path.substring(path.lastIndexOf('.') + 1);
    if (FOR_PEOPLE.contains(ending)) {
      return;
    }
    if (ending.equals("yml")) {
      String renamed = path.substring(0, path.length() - 3) + "yaml";
      mistakes.error(
          Place.of(path),
          "Files of a lake project end with .yaml.",
          "Rename it to %s.".formatted(renamed.substring(renamed.lastIndexOf('/') + 1)));
    } else if (ending.equals("yaml") || ending.equals("sql")) {
      mistakes.error(
          Place.of(path), "No file of a lake project lies here%s".formatted(elsewhere(path)), SEE);
    } else {
      mistakes.warning(Place.of(path), "Nothing reads this file.", SEE);
    }
  }

  private static String elsewhere(String path) {
    Matcher inDomain = IN_DOMAIN.matcher(path);
    if (!inDomain.matches() || !inDomain.group(2).contains("/")) {
      return ".";
    }
    String folder = inDomain.group(2).substring(0, inDomain.group(2).indexOf('/'));
    return Suggestions.closest(folder, FOLDERS)
        .filter(known -> !known.equals(folder))
        .map("; did you mean the folder '%s'?"::formatted)
        .orElse(".");
  }

  private void lake(ProjectFiles files) {
    if (files.find("lake.yaml").isEmpty()) {
      mistakes.error(
          Place.of("lake.yaml"),
          "The file lake.yaml is missing.",
          "Add it, with the name of the lake in it: name: shop");
    }
    draft.lake.map(lake -> lake.scalars("layers")).ifPresent(draft.layers::addAll);
    boolean declared = draft.lake.filter(lake -> lake.entry("layers").isPresent()).isPresent();
    if (!declared) {
      Kinds.STANDARD_LAYERS.forEach(
          layer -> draft.layers.add(new Scalar(Place.of("lake.yaml"), layer, ScalarType.TEXT)));
    }
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
