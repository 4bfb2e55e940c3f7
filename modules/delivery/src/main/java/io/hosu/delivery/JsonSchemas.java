package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.regex.Pattern;

/** JSON Schemas (2020-12) of the kinds of files, for editors that complete and check them. */
final class JsonSchemas {
  private JsonSchemas() {}

  static ObjectNode of(Kind kind) {
    ObjectNode schema = Json.object();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("$id", "urn:hosu:schema:" + kind.name());
    schema.put("title", kind.path());
    schema.put("description", kind.meaning());
    schema.setAll(of(kind.shape()));
    return schema;
  }

  private static ObjectNode of(Shape shape) {
    return switch (shape) {
      case Shape.Text(var form) -> text(form);
      case Shape.Count(long least, boolean whole) ->
          whole
              ? typed("integer").put("minimum", least).put("maximum", Shape.Count.MOST)
              : typed("number").put("minimum", least);
      case Shape.Flag() -> typed("boolean");
      case Shape.ListOf list -> list.orOne() ? anyOf(of(list.item()), list(list)) : list(list);
      case Shape.MapOf map -> map(map);
      case Shape.Struct struct -> struct(struct);
      case Shape.Either(var brief, var full) -> anyOf(of(brief), of(full));
      case Shape.Free _ -> typed("object");
    };
  }

  private static ObjectNode text(TextForm form) {
    ObjectNode schema = Json.object();
    if (form.anyScalar()) {
      schema.set("type", array(List.of("string", "number", "boolean")));
    } else if (form.equals(TextForm.MASK)) {
      schema.set("type", array(List.of("string", "null")));
    } else {
      schema.put("type", "string");
    }
    Pattern pattern = form.pattern();
    if (pattern != null) {
      schema.put("pattern", "^(?:" + pattern + ")$");
    }
    if (!form.words().isEmpty()) {
      schema.set("enum", array(form.words()));
    }
    return schema;
  }

  private static ObjectNode list(Shape.ListOf list) {
    ObjectNode schema = typed("array");
    schema.set("items", of(list.item()));
    return list.least() == 0 ? schema : schema.put("minItems", list.least());
  }

  private static ObjectNode map(Shape.MapOf map) {
    ObjectNode schema = typed("object");
    schema.set("propertyNames", text(map.name()));
    schema.set("additionalProperties", of(map.value()));
    return map.least() == 0 ? schema : schema.put("minProperties", map.least());
  }

  private static ObjectNode struct(Shape.Struct struct) {
    ObjectNode schema = typed("object");
    ObjectNode properties = schema.putObject("properties");
    for (Key key : struct.keys()) {
      properties.set(key.name(), described(key));
    }
    schema.put("additionalProperties", false);
    List<String> required = struct.keys().stream().filter(Key::required).map(Key::name).toList();
    if (!required.isEmpty()) {
      schema.set("required", array(required));
    }
    for (List<String> form : struct.forms()) {
      ObjectNode one = schema.withArray("anyOf").addObject();
      one.set("required", array(form.subList(0, 1)));
      one.putObject("propertyNames").set("enum", array(form));
    }
    return schema;
  }

  private static ObjectNode described(Key key) {
    ObjectNode schema = Json.object();
    String standard = key.standard().isEmpty() ? "" : " Default: " + key.standard() + ".";
    schema.put("description", key.meaning() + standard);
    schema.setAll(of(key.shape()));
    return schema;
  }

  private static ObjectNode typed(String type) {
    return Json.object().put("type", type);
  }

  private static ObjectNode anyOf(ObjectNode... schemas) {
    ObjectNode either = Json.object();
    ArrayNode array = either.putArray("anyOf");
    for (ObjectNode schema : schemas) {
      array.add(schema);
    }
    return either;
  }

  private static ArrayNode array(List<String> texts) {
    ArrayNode array = Json.array();
    texts.forEach(array::add);
    return array;
  }
}
