package io.hosu.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of the guide that is a tutorial: blocks of {@code yaml} and {@code sql} that begin with a
 * comment that names their file, and blocks of {@code console} with commands and what they print.
 * Other blocks are not followed.
 */
final class GuidePage {
  private static final String PROMPT = "$ ";
  private static final String END = "```";

  private final Path file;
  private final List<Part> parts = new ArrayList<>();

  /** A part of a page. */
  sealed interface Part {
    /** As it stands on the page. */
    List<String> lines();

    /** What is not followed. */
    record Text(List<String> lines) implements Part {}

    /** A file of the project, with the fences of its block. */
    record Kept(List<String> lines) implements Part {
      String name() {
        return lines.get(1).replaceFirst("^(#|--) ", "").strip();
      }

      /** SQL without the comment that names it, so that it can be that of a new project. */
      String text() {
        int from = name().endsWith(".sql") ? 2 : 1;
        return String.join("\n", lines.subList(from, lines.size() - 1)) + "\n";
      }
    }

    /** A command and what it prints. */
    record Command(String text, List<String> prints) implements Part {
      @Override
      public List<String> lines() {
        List<String> lines = new ArrayList<>(prints);
        lines.addFirst(PROMPT + text);
        return lines;
      }
    }
  }

  private GuidePage(Path file) {
    this.file = file;
  }

  /** Reads a page of {@code docs/guide}. */
  static GuidePage read(String name) throws IOException {
    GuidePage page = new GuidePage(Checkout.root().resolve("docs/guide").resolve(name));
    List<String> lines = Files.readAllLines(page.file);
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (line.matches("```(yaml|sql)") && lines.get(at + 1).matches("(#|--) \\S+\\.(yaml|sql)")) {
        int end = end(lines, at);
        page.parts.add(new Part.Kept(lines.subList(at, end + 1)));
        at = end + 1;
      } else if (line.equals("```console")) {
        int end = end(lines, at);
        page.parts.add(new Part.Text(List.of(line)));
        page.addCommands(lines.subList(at + 1, end));
        page.parts.add(new Part.Text(List.of(END)));
        at = end + 1;
      } else {
        page.parts.add(new Part.Text(List.of(line)));
        at++;
      }
    }
    return page;
  }

  private static int end(List<String> lines, int start) {
    return start + lines.subList(start, lines.size()).indexOf(END);
  }

  private void addCommands(List<String> lines) {
    int at = 0;
    while (at < lines.size()) {
      int next = at + 1;
      while (next < lines.size() && !lines.get(next).startsWith(PROMPT)) {
        next++;
      }
      String command = lines.get(at).substring(PROMPT.length());
      parts.add(new Part.Command(command, lines.subList(at + 1, next)));
      at = next;
    }
  }

  /** Its parts, in their order. */
  List<Part> parts() {
    return parts;
  }

  /** Those before the first heading of the second order. */
  List<Part> beginning() {
    return parts.stream()
        .takeWhile(part -> part.lines().stream().noneMatch(line -> line.startsWith("## ")))
        .toList();
  }

  /** Writes the page anew, with other commands and what they print. */
  void write(List<Part> followed) throws IOException {
    Files.write(file, followed.stream().flatMap(part -> part.lines().stream()).toList());
  }
}
