package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes a lake project of one domain, {@code shop}, with one pipeline. */
final class Project {
  private Project() {}

  /** The folder of a new project with the stages of {@code yaml} and these transforms by name. */
  static Path write(Path folder, String yaml, Map<String, String> transforms) throws IOException {
    Path project = folder.resolve("project");
    file(project, "lake.yaml", "name: bench\nlayers: [raw, stage, analytics]\n");
    file(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Measured.\n");
    file(project, "domains/shop/pipelines/load.yaml", yaml);
    for (Map.Entry<String, String> sql : transforms.entrySet()) {
      file(project, "domains/shop/transforms/" + sql.getKey(), sql.getValue());
    }
    return project;
  }

  /** Writes another file of a project. */
  static void file(Path project, String name, String text) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
