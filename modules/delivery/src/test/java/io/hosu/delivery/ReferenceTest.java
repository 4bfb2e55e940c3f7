package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceTest {
  private static final Path REFERENCE = Regenerate.repository().resolve("docs/reference");

  static Stream<String> kinds() {
    return Kinds.ALL.stream().map(Kind::name);
  }

  private static Kind kind(String name) {
    return Kinds.ALL.stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSchemaOfEachKindIsTheOneInTheRepository(String kind) throws IOException {
    Regenerate.require(
        REFERENCE.resolve("schemas/" + kind + ".json"),
        Json.pretty(JsonSchemas.of(kind(kind))) + "\n");
  }

  @Test
  void theReferencePageIsTheOneInTheRepository() throws IOException {
    Regenerate.require(REFERENCE.resolve("project.md"), ReferencePage.write());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theExampleOfEachKindHasNoMistakeInItsShapeAndFitsItsSchema(String kind) {
    assertThat(bySchema(kind(kind), kind(kind).example())).isEmpty();
    assertThat(byShape(kind(kind), kind(kind).example())).isEmpty();
  }

  @Test
  void everyFileOfTheExampleLakesFitsItsSchema() throws IOException {
    List<String> checked = new ArrayList<>();
    for (Path lake : lakes()) {
      ProjectFiles.in(lake)
          .all()
          .forEach((path, text) ->
              Kinds.of(path)
                  .ifPresent(kind -> {
                    assertThat(bySchema(kind, text)).as(path).isEmpty();
                    checked.add(path);
                  }));
    }
    assertThat(checked).contains("lake.yaml");
  }

  private static List<Path> lakes() throws IOException {
    try (Stream<Path> folders = Files.list(Regenerate.repository().resolve("examples"))) {
      return folders.filter(lake -> Files.exists(lake.resolve("lake.yaml"))).sorted().toList();
    }
  }

  /** Shapes and schemas are made from the same lines: what one refuses, the other does. */
  @ParameterizedTest
  @MethodSource("kinds")
  void shapeAndSchemaRefuseTheSameFiles(String kind) {
    for (String wrong :
        List.of(
            "unknown: 1",
            "[]",
            "name: []",
            "layers: []",
            "description: 3",
            "tags: { A: b }",
            "stages: {}",
            "stages: { a: { on: never, sql: a.sql, into: { table: stage.a } } }",
            "stages: { a: { on: {}, sql: a.sql, into: { table: stage.a } } }",
            "stages: { a: { on: by_hand, sql: a, into: { table: stage.a } } }",
            "stages: { a: { on: by_hand, sql: a.sql, into: { table: a } } }",
            "stages: { a: { on: by_hand, sql: a.sql, into: { table: s.a }, timeout: 5 } }",
            "stages: { a: { on: by_hand, sql: a.sql, into: { table: s.a }, batch: { max: 0 } } }",
            "tables: { stage.a: { columns: {} } }",
            "grants: [{ to: bob, allow: [SELECT], on: shop }]",
            "grants: [{ to: user:bob, allow: [READ], on: shop }]",
            "groups: [a b]")) {
      assertThat(byShape(kind(kind), wrong)).as(wrong).isNotEmpty();
      assertThat(bySchema(kind(kind), wrong)).as(wrong).isNotEmpty();
    }
  }

  private static List<Mistake> byShape(Kind kind, String yaml) {
    Mistakes mistakes = new Mistakes();
    YamlValue value = YamlReader.read("x.yaml", yaml, mistakes).orElseThrow();
    new ShapeCheck(mistakes)
        .check(kind.shape(), value, new ShapeCheck.Role("The file", Place.of("x.yaml")));
    return mistakes.sorted();
  }

  private static List<String> bySchema(Kind kind, String yaml) {
    YamlValue value = YamlReader.read("x.yaml", yaml, new Mistakes()).orElseThrow();
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Json.print(JsonSchemas.of(kind)), InputFormat.JSON)
        .validate(Json.print(value.toJson()), InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
