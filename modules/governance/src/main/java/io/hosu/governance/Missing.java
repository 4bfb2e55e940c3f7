package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What somebody lacks to do something, in parts for scripts; a refusal says the same to people.
 *
 * @param permission which permission
 * @param on on what
 * @param givers who may give it, as owners of domains are written; or {@code administrators}
 * @param command the command that gives it
 * @param yaml the lines of a file in access/ that give it; empty when none do
 */
record Missing(
    Permission permission, Resource on, List<String> givers, String command, String yaml) {
  static final String ADMINISTRATORS = "administrators";
  private static final Pattern PLAIN = Pattern.compile("[\\w./:@,-]+");

  Missing {
    givers = List.copyOf(givers);
  }

  /** What a grant mends. */
  static Missing grant(
      Principal principal, Permission permission, Resource on, List<String> givers) {
    String to = Grantee.of(principal).toString();
    Resource place = on instanceof Resource.Column(var table, _) ? Resource.of(table) : on;
    String only = on instanceof Resource.Column(_, String column) ? column : "";
    return new Missing(
        permission,
        on,
        givers,
        "hosu grant %s %s %s%s"
            .formatted(
                to,
                permission,
                shell(place.toString()),
                only.isEmpty() ? "" : " --columns " + shell(only)),
        """
        grants:
          - { to: %s, allow: [%s], on: %s%s }\
        """
            .formatted(
                Json.print(to),
                permission,
                Json.print(place.toString()),
                only.isEmpty() ? "" : ", columns: [%s]".formatted(Json.print(only))));
  }

  /** What another command mends, which administrators give. */
  static Missing other(Permission permission, Resource on, String command) {
    return new Missing(permission, on, List.of(ADMINISTRATORS), command, "");
  }

  /** What people do about it. */
  String remedy() {
    return yaml.isEmpty()
        ? "Ask for: " + command
        : """
        Ask one of them for: %s
        or, to keep it in the lake project, add to a file in access/:
        %s\
        """
            .formatted(command, yaml);
  }

  /** The fields {@code missing, givers, command, yaml} of a problem. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.putObject("missing").put("permission", permission.name()).put("on", on.toString());
    var names = json.putArray("givers");
    givers.forEach(names::add);
    json.put("command", command);
    return yaml.isEmpty() ? json : json.put("yaml", yaml);
  }

  /** One word of a command line. */
  static String shell(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
