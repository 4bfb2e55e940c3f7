package io.hosu.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** The reference page of the lake project's files, in Markdown. */
final class ReferencePage {
  private final StringBuilder page = new StringBuilder();

  private ReferencePage() {}

  static String write() {
    ReferencePage page = new ReferencePage();
    page.begin();
    Kinds.ALL.forEach(page::kind);
    return page.page.toString();
  }

  private void begin() {
    line("# The lake project");
    line("");
    line("<!-- Generated: ./build -pl modules/delivery -am test -Dhosu.regenerate=true -->");
    line("");
    line(
        "A lake project is a folder that declares a lake. `hosu validate` checks it, `hosu apply`");
    line("makes a server equal to it, `hosu init DIR` makes a small one that runs.");
    line("");
    line("| files | declare |");
    line("|---|---|");
    for (Kind kind : Kinds.ALL) {
      line("| [`%s`](#%s) | %s |".formatted(kind.path(), kind.name(), kind.meaning()));
    }
    line("| `domains/DOMAIN/transforms/*.sql` | What stages run: one SELECT a file. |");
    line("");
    line("Names are `a-z`, then `a-z`, `0-9` and `_`, at most 63 characters; a file's name is the");
    line(
        "name of what it declares. Durations are `250ms`, `1.5s`, `15m`, `2h`, `7d`. Unknown keys");
    line(
        "are mistakes. Hidden files, and whatever lies outside `lake.yaml`, `domains/`, `access/`");
    line("and `operations/`, are not read.");
    line("");
    line("Editors that know JSON Schema complete and check a file that begins with");
    line("`# yaml-language-server: $schema=PATH`; the schemas are in [schemas](schemas).");
  }

  private void kind(Kind kind) {
    line("");
    line("## " + kind.name());
    line("");
    line("`%s` ([schema](schemas/%s.json))".formatted(kind.path(), kind.name()));
    line("");
    line(kind.meaning());
    line("");
    line("```yaml");
    page.append(kind.example());
    line("```");
    Deque<Shape.Struct> open = new ArrayDeque<>(List.of(kind.shape()));
    List<Shape.Struct> done = new ArrayList<>();
    while (!open.isEmpty()) {
      Shape.Struct next = open.removeFirst();
      if (!done.contains(next)) {
        done.add(next);
        struct(next);
        next.keys().forEach(key -> structsIn(key.shape(), open));
      }
    }
  }

  private static void structsIn(Shape shape, Deque<Shape.Struct> into) {
    switch (shape) {
      case Shape.Struct struct -> into.add(struct);
      case Shape.Either(_, var full) -> into.add(full);
      case Shape.ListOf list -> structsIn(list.item(), into);
      case Shape.MapOf map -> structsIn(map.value(), into);
      case Shape.Text _, Shape.Count _, Shape.Flag _, Shape.Free _ -> {}
    }
  }

  private void struct(Shape.Struct struct) {
    line("");
    line("### " + Character.toUpperCase(struct.what().charAt(0)) + struct.what().substring(1));
    line("");
    if (!struct.forms().isEmpty()) {
      String forms =
          struct.forms().stream().map(ReferencePage::form).collect(Collectors.joining("; "));
      line("One of these forms: %s.".formatted(forms));
      line("");
    }
    line("| key | value | default | meaning |");
    line("|---|---|---|---|");
    struct.keys().forEach(this::key);
  }

  private static String form(List<String> keys) {
    String rest = keys.stream().skip(1).map("`%s`"::formatted).collect(Collectors.joining(" and "));
    return rest.isEmpty()
        ? "`%s`".formatted(keys.getFirst())
        : "`%s`, to which %s may be added".formatted(keys.getFirst(), rest);
  }

  private void key(Key key) {
    String standard = key.required() ? "**required**" : cell(key.standard());
    String example = key.example().isEmpty() ? "" : ", for example " + code(key.example());
    line(
        "| `%s` | %s%s | %s | %s |"
            .formatted(
                key.name(), cell(key.shape().what()), example, standard, cell(key.meaning())));
  }

  private static String code(String text) {
    return text.contains("`") ? cell(text) : "`" + cell(text) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
