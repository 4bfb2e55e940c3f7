package io.hosu.query.worker;

import io.hosu.query.engine.ReadHint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How objects are read, in lines for the people who read a session's log. */
final class InputStory {
  private InputStory() {}

  static List<String> of(List<InputGroup> groups, List<String> empty) {
    List<String> lines = new ArrayList<>();
    for (InputGroup group : groups) {
      lines.add(
          "reads %s%s%s"
              .formatted(
                  group.files().getFirst().object(),
                  others(group.files().size() - 1),
                  group.hint().map(InputStory::form).orElse("")));
    }
    if (!empty.isEmpty()) {
      lines.add("finds no record in %s%s".formatted(empty.getFirst(), others(empty.size() - 1)));
    }
    return lines;
  }

  private static String others(int more) {
    return more == 0 ? "" : " and %d more".formatted(more);
  }

  private static String form(ReadHint hint) {
    String delimiter =
        hint.delimiter().isEmpty() ? "" : " with the delimiter '%s'".formatted(hint.delimiter());
    return hint.columns().stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", ", " as %s%s: ".formatted(hint.format(), delimiter), ""));
  }
}
