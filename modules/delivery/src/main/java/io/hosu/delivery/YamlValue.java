package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** A value of a YAML file with its place. Aliases are already replaced by what they stand for. */
sealed interface YamlValue {
  Place place();

  /** What it is, with the article, for messages. */
  String what();

  JsonNode toJson();

  /** Keys in their order; each occurs once. */
  record Mapping(Place place, List<Entry> entries) implements YamlValue {
    public Mapping {
      entries = List.copyOf(entries);
    }

    Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }

    Optional<YamlValue> find(String key) {
      return entry(key).map(Entry::value);
    }

    Optional<Mapping> mapping(String key) {
      return find(key).flatMap(value -> value instanceof Mapping m ? Optional.of(m) : noMapping());
    }

    private static Optional<Mapping> noMapping() {
      return Optional.empty();
    }

    Optional<Scalar> scalar(String key) {
      return find(key).flatMap(YamlValue::asScalar);
    }

    Optional<String> text(String key) {
      return scalar(key).map(Scalar::text);
    }

    /** The scalars of a list, or the one scalar that stands for a list. */
    List<Scalar> scalars(String key) {
      return find(key).map(Mapping::scalarsOf).orElse(List.of());
    }

    List<String> texts(String key) {
      return scalars(key).stream().map(Scalar::text).toList();
    }

    private static List<Scalar> scalarsOf(YamlValue value) {
      return switch (value) {
        case Scalar scalar -> List.of(scalar);
        case Sequence sequence ->
            sequence.items().stream().flatMap(item -> asScalar(item).stream()).toList();
        case Mapping _ -> List.of();
      };
    }

    @Override
    public String what() {
      return "a mapping";
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object();
      entries.forEach(entry -> json.set(entry.key(), entry.value().toJson()));
      return json;
    }
  }

  record Entry(Place place, String key, YamlValue value) {}

  record Sequence(Place place, List<YamlValue> items) implements YamlValue {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String what() {
      return "a list";
    }

    @Override
    public ArrayNode toJson() {
      ArrayNode json = Json.array();
      items.forEach(item -> json.add(item.toJson()));
      return json;
    }
  }

  record Scalar(Place place, String text, ScalarType type) implements YamlValue {
    @Override
    public String what() {
      return switch (type) {
        case TEXT -> "a text";
        case NUMBER -> "a number";
        case FLAG -> "true or false";
        case NOTHING -> "nothing";
      };
    }

    @Override
    public JsonNode toJson() {
      return switch (type) {
        case TEXT -> Json.mapper().getNodeFactory().textNode(text);
        case NUMBER -> Json.mapper().getNodeFactory().numberNode(new BigDecimal(text));
        case FLAG -> Json.mapper().getNodeFactory().booleanNode(Boolean.parseBoolean(text));
        case NOTHING -> Json.mapper().getNodeFactory().nullNode();
      };
    }
  }

  /** What a scalar is by YAML 1.2's core schema. */
  enum ScalarType {
    TEXT,
    NUMBER,
    FLAG,
    NOTHING
  }

  private static Optional<Scalar> asScalar(YamlValue value) {
    return value instanceof Scalar scalar ? Optional.of(scalar) : Optional.empty();
  }
}
