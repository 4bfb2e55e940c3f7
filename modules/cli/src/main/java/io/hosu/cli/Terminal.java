package io.hosu.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command has of the process that runs it.
 *
 * @param in what is typed or piped in
 * @param out for the answer, and nothing but the answer; always UTF-8
 * @param err for messages, progress and failures
 * @param environment the variables
 * @param folder the current folder
 * @param screen what of this a person sees
 */
record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path folder,
    Screen screen) {

  /** The process's own. */
  static Terminal ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Terminal(
        System.in,
        stream(FileDescriptor.out, 64 * 1024),
        stream(FileDescriptor.err, 1024),
        environment,
        Path.of("").toAbsolutePath(),
        Screen.ofProcess(environment));
  }

  private static PrintStream stream(FileDescriptor descriptor, int buffer) {
    return new Outlet(new FileOutputStream(descriptor), buffer);
  }

  /** Why the answer cannot be written any more; nothing while it can. */
  Optional<IOException> outFailure() {
    return out instanceof Outlet outlet ? outlet.failure() : Optional.empty();
  }

  /** A file or folder as it was named on the command line. */
  Path resolve(String path) {
    return folder.resolve(path).normalize();
  }

  /** A variable; empty when it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** Prints a line of the answer at once. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints a line that is not part of the answer at once. */
  void note(String line) {
    err.println(line);
    err.flush();
  }
}
