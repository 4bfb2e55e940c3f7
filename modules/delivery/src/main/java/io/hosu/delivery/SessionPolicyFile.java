package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file of grants to nobody, as {@code access/} has them: what of its rights a role may use in a
 * session.
 */
public final class SessionPolicyFile {
  private SessionPolicyFile() {}

  /**
   * Reads YAML, and so JSON too.
   *
   * @param name of the file, for mistakes
   * @return the policy as the API takes it
   * @throws Invalid {@link DeliveryError#PROJECT_INVALID} with all mistakes
   */
  public static ObjectNode read(String name, String text) {
    Mistakes mistakes = new Mistakes();
    Optional<YamlValue> yaml = YamlReader.read(name, text, mistakes);
    yaml.ifPresent(value ->
        new ShapeCheck(mistakes)
            .check(
                AccessShape.SESSION_POLICY,
                value,
                new ShapeCheck.Role("a session policy", Place.of(name))));
    if (mistakes.hasErrors()) {
      throw new Invalid(
          DeliveryError.PROJECT_INVALID,
          mistakes.sorted().stream().map(Mistake::toString).collect(Collectors.joining("\n")),
          "Write grants: as in access/ of a lake project, without 'to'.");
    }
    return json((Mapping) yaml.orElseThrow());
  }

  private static ObjectNode json(Mapping policy) {
    ObjectNode json = Json.object();
    ArrayNode grants = json.putArray("grants");
    if (policy.find("grants").orElseThrow() instanceof YamlValue.Sequence list) {
      list.items().forEach(item -> grants.add(grant((Mapping) item)));
    }
    return json;
  }

  private static ObjectNode grant(Mapping yaml) {
    String effect = yaml.entry("deny").isPresent() ? "deny" : "allow";
    ObjectNode json = Json.object();
    ArrayNode permissions = json.putArray(effect);
    yaml.texts(effect).forEach(permissions::add);
    yaml.scalar("on").map(Scalar::text).ifPresent(on -> json.put("on", on));
    GrantTerms.KEYS.forEach(key -> json.setAll(GrantTerms.only(yaml, key)));
    return json;
  }
}
