package io.hosu.query.engine;

import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's jar without its native libraries, and beside it the one library of this machine:
 * unpacked once, so that no engine unpacks 70 MB when it starts.
 */
final class Installation {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);
  private static final String LIBRARY = "libduckdb_java";

  private Installation() {}

  /**
   * The class path for an engine, made of this process's own.
   *
   * @throws Unavailable {@link QueryError#ENGINE_UNAVAILABLE}
   */
  static String classPath(Path cache) {
    List<String> entries = new ArrayList<>();
    try {
      for (String entry :
          System.getProperty("java.class.path", "").split(java.io.File.pathSeparator, -1)) {
        if (entry.isEmpty()) {
          continue;
        }
        Path jar = Path.of(entry).toAbsolutePath();
        entries.add(holdsLibrary(jar) ? slim(jar, cache).toString() : jar.toString());
      }
    } catch (IOException e) {
      throw new Unavailable(
          QueryError.ENGINE_UNAVAILABLE,
          "The engine's library cannot be unpacked to %s: %s.".formatted(cache, e.getMessage()),
          "See with `hosu doctor` whether the disk is full or not writable.",
          e);
    }
    return String.join(java.io.File.pathSeparator, entries);
  }

  private static boolean holdsLibrary(Path jar) throws IOException {
    String name = String.valueOf(jar.getFileName());
    if (!name.startsWith("duckdb_jdbc") || !name.endsWith(".jar") || !Files.isRegularFile(jar)) {
      return false;
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry(libraryName()) != null;
    }
  }

  private static String libraryName() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String cpu = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return LIBRARY
        + ".so_"
        + (os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : "linux")
        + "_"
        + (cpu.equals("aarch64") || cpu.equals("arm64") ? "arm64" : "amd64");
  }

  private static Path slim(Path jar, Path cache) throws IOException {
    String version = String.valueOf(jar.getFileName()).replace(".jar", "");
    Path home = Files.createDirectories(cache.resolve(version).toAbsolutePath());
    Path slim = home.resolve(version + "-slim.jar");
    if (Files.exists(slim)) {
      return slim;
    }
    try (FileChannel channel =
            FileChannel.open(
                home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.exists(slim)) {
        unpack(jar, home, slim);
        log.atInfo().setMessage("engine library unpacked").addKeyValue("path", home).log();
      }
    }
    return slim;
  }

  private static void unpack(Path jar, Path home, Path slim) throws IOException {
    Path part = home.resolve("part");
    try (JarFile from = new JarFile(jar.toFile())) {
      try (InputStream library = from.getInputStream(from.getJarEntry(libraryName()))) {
        Files.copy(library, part, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(part, home.resolve(libraryName()), StandardCopyOption.ATOMIC_MOVE);
      try (OutputStream out = Files.newOutputStream(part);
          JarOutputStream to = new JarOutputStream(out)) {
        copyClasses(from, to);
      }
    }
    Files.move(part, slim, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void copyClasses(JarFile from, JarOutputStream to) throws IOException {
    Enumeration<JarEntry> entries = from.entries();
    while (entries.hasMoreElements()) {
      JarEntry entry = entries.nextElement();
      if (entry.isDirectory() || entry.getName().startsWith(LIBRARY)) {
        continue;
      }
      JarEntry copy = new JarEntry(entry.getName());
      copy.setTime(entry.getTime());
      to.putNextEntry(copy);
      try (InputStream in = from.getInputStream(entry)) {
        in.transferTo(to);
      }
      to.closeEntry();
    }
  }
}
