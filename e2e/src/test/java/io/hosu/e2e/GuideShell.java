package io.hosu.e2e;

import io.hosu.e2e.GuidePage.Part;
import io.hosu.testing.HosuProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A shell in the folder of a project, in which a page of the guide is followed. */
final class GuideShell implements AutoCloseable {
  private static final String MARK = "@@@ done";

  /** What the server makes up: ids of things, of access keys and of snapshots. */
  private static final Pattern IDS =
      Pattern.compile(
          "(?:\\b|(?<=_))(?:01[0-9a-z]{24}|HOS[US][A-Z0-9]{16}|tok_[0-9a-z]{26}|[0-9]{16,19})\\b");

  private final Path project;
  private final Process bash;
  private final Writer in;
  private final BufferedReader out;
  private final Map<String, String> ids = new HashMap<>();

  /**
   * A shell that knows the command {@code hosu}.
   *
   * @param project where it begins, and finds the server of the {@code .hosu} there
   * @param bin a folder for the command
   */
  GuideShell(Path project, Path bin) throws IOException {
    this.project = project;
    Path hosu = Files.createDirectories(bin).resolve("hosu");
    Files.writeString(
        hosu, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(String.join("' '", HosuProcess.java())));
    if (!hosu.toFile().setExecutable(true)) {
      throw new IOException(hosu + " cannot be run");
    }
    ProcessBuilder builder =
        new ProcessBuilder("bash").directory(project.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(HOSU|AWS)_.*"));
    builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    this.bash = builder.start();
    this.in = bash.outputWriter(StandardCharsets.UTF_8);
    this.out = bash.inputReader(StandardCharsets.UTF_8);
  }

  /** Follows the parts, and returns them with what was printed. */
  List<Part> follow(List<Part> parts) throws IOException {
    List<Part> followed = new ArrayList<>();
    for (Part part : parts) {
      followed.add(
          switch (part) {
            case Part.Text text -> text;
            case Part.Kept file -> keep(file);
            case Part.Command command -> run(command);
          });
    }
    return followed;
  }

  private Part keep(Part.Kept file) throws IOException {
    Path path = project.resolve(file.name());
    Files.createDirectories(path.getParent());
    Files.writeString(path, file.text());
    return file;
  }

  private Part run(Part.Command command) throws IOException {
    String text =
        IDS.matcher(command.text())
            .replaceAll(known -> ids.getOrDefault(known.group(), known.group()));
    in.write("{ %s\n} </dev/null; echo '%s'\n".formatted(text, MARK));
    in.flush();
    List<String> printed = new ArrayList<>();
    String line = out.readLine();
    while (line != null && !line.equals(MARK)) {
      printed.add(line.stripTrailing());
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("The shell ended in: " + text);
    }
    learn(command.prints(), printed);
    return new Part.Command(text, printed);
  }

  /** Which ids of this lake are those on the page. */
  private void learn(List<String> shown, List<String> printed) {
    List<String> there = ids(shown);
    List<String> here = ids(printed);
    for (int i = 0; i < Math.min(there.size(), here.size()); i++) {
      ids.put(there.get(i), here.get(i));
    }
  }

  private static List<String> ids(List<String> lines) {
    return IDS.matcher(String.join("\n", lines)).results().map(MatchResult::group).toList();
  }

  @Override
  public void close() {
    bash.destroyForcibly();
  }
}
