package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * As whom somebody is signed in at which server: the file {@code hosu/logins.json} of a person's
 * configuration, which only its owner may read. Processes that change it wait for one another.
 */
final class Logins {
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path file;

  private Logins(Path file) {
    this.file = file;
  }

  /** Those of a person: below {@code XDG_CONFIG_HOME}, or {@code HOME/.config}. */
  static Logins of(Terminal terminal) {
    String home = terminal.variable("HOME");
    String configuration = terminal.variable("XDG_CONFIG_HOME");
    Path folder =
        configuration.isEmpty()
            ? Path.of(home.isEmpty() ? terminal.folder().toString() : home, ".config")
            : Path.of(configuration);
    return new Logins(folder.resolve("hosu").resolve("logins.json"));
  }

  /** Where they are kept. */
  Path file() {
    return file;
  }

  /** The one at a server. */
  Optional<Login> find(URI server) {
    return Optional.ofNullable(read().get(server.toString())).map(Login::fromJson);
  }

  /** The servers at which there is one. */
  List<String> servers() {
    List<String> names = new ArrayList<>();
    read().fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Keeps one in the place of the one before. */
  void keep(URI server, Login login) {
    locked(() -> {
      ObjectNode all = read();
      all.set(server.toString(), login.toJson());
      write(all);
      return login;
    });
  }

  /** Forgets the one at a server; returns it, if there was one. */
  Optional<Login> remove(URI server) {
    return locked(() -> {
      ObjectNode all = read();
      Optional<Login> removed =
          Optional.ofNullable(all.remove(server.toString())).map(Login::fromJson);
      if (removed.isPresent()) {
        write(all);
      }
      return removed;
    });
  }

  /**
   * Changes the one at a server, unless another process did in the meantime: two must not renew it,
   * as a provider may take the token for that only once.
   *
   * @return the one that is kept now
   */
  Login change(URI server, Login before, UnaryOperator<Login> change) {
    return locked(() -> {
      ObjectNode all = read();
      Login now =
          Optional.ofNullable(all.get(server.toString())).map(Login::fromJson).orElse(before);
      if (!now.token().equals(before.token())) {
        return now;
      }
      Login changed = change.apply(now);
      all.set(server.toString(), changed.toJson());
      write(all);
      return changed;
    });
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T locked(Work<T> work) {
    try {
      Files.createDirectories(file.getParent(), FOLDER);
      Path lock = file.resolveSibling("logins.lock");
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        return work.run();
      }
    } catch (IOException e) {
      throw new Unavailable(
          CliError.OUTPUT_FAILED,
          "The sign-in cannot be kept in %s: %s.".formatted(file, e),
          "Name a folder that you may write, as XDG_CONFIG_HOME.",
          e);
    }
  }

  private ObjectNode read() {
    if (!Files.exists(file)) {
      return Json.object();
    }
    try {
      if (Json.parse(Files.readString(file)) instanceof ObjectNode all) {
        return all;
      }
      throw new IOException("it is no JSON object");
    } catch (IOException | Invalid e) {
      throw new Invalid(
          CliError.FILE_UNREADABLE,
          "%s cannot be read: %s.".formatted(file, e.getMessage()),
          "Remove it, and sign in anew: hosu login",
          e);
    }
  }

  /** Replaces the file at once, so that nobody reads half of it. */
  private void write(ObjectNode all) throws IOException {
    Path made = Files.createTempFile(file.getParent(), "logins", ".json", FILE);
    try {
      Files.writeString(made, Json.pretty(all) + "\n");
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(made);
    }
  }
}
