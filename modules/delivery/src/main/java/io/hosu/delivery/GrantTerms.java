package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.delivery.YamlValue.ScalarType;
import io.hosu.governance.Grant;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.TreeSet;

/** The grants of a file, as grants write themselves. */
final class GrantTerms {
  static final List<String> KEYS = List.of("columns", "rows", "masks", "where", "until");

  private GrantTerms() {}

  /** The grant of a mapping without mistakes. */
  static Grant grant(Mapping yaml) {
    String effect = yaml.entry("deny").isPresent() ? "deny" : "allow";
    ObjectNode terms = Json.object();
    KEYS.forEach(key -> terms.setAll(only(yaml, key)));
    return GrantKeeper.grant(
        new Declared.Grant(
            effect,
            yaml.text("to").orElseThrow(),
            yaml.text("on").orElseThrow(),
            new TreeSet<>(yaml.texts(effect)),
            terms));
  }

  /** One key of a grant, as the only one. */
  static ObjectNode only(Mapping yaml, String key) {
    ObjectNode json = Json.object();
    yaml.find(key)
        .ifPresent(value -> {
          if (value instanceof Mapping mapping) {
            json.set(key, mapping(mapping));
          } else {
            json.set(key, value.toJson());
          }
        });
    return json;
  }

  /** The mask {@code null} is a word like any other, though it is nothing in YAML. */
  private static ObjectNode mapping(Mapping mapping) {
    ObjectNode json = Json.object();
    mapping
        .entries()
        .forEach(entry -> {
          switch (entry.value()) {
            case Scalar(_, var text, var type) when type == ScalarType.NOTHING ->
                json.put(entry.key(), text.isEmpty() ? "null" : text);
            case Scalar(_, var text, _) when entry.key().equals("except") ->
                json.putArray(entry.key()).add(text);
            case Mapping inner -> json.set(entry.key(), mapping(inner));
            case Scalar scalar -> json.set(entry.key(), scalar.toJson());
            case YamlValue.Sequence list -> json.set(entry.key(), list.toJson());
          }
        });
    return json;
  }
}
