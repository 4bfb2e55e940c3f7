package io.hosu.server;

import io.hosu.governance.Administrator.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file {@code admin.env} of the data directory: the administrator's credentials and where the
 * server is, as lines {@code KEY=VALUE} that a shell reads. Only its owner may read it.
 */
final class AdminEnv {
  private final Path file;

  AdminEnv(Path data) {
    this.file = data.resolve("admin.env");
  }

  /** Keeps new credentials; durable when it returns. */
  void keep(Credentials credentials) {
    Map<String, String> values = read();
    values.put("AWS_ACCESS_KEY_ID", credentials.accessKey().id());
    values.put("AWS_SECRET_ACCESS_KEY", credentials.accessKey().secret().reveal());
    values.put("HOSU_TOKEN", credentials.token().reveal());
    write(values);
  }

  /**
   * Keeps where the doors are; the credentials stay as they are.
   *
   * @param trusted the certificate that clients must know to trust the doors; empty where they do
   *     not speak TLS
   */
  void keep(URI http, URI s3, String region, Optional<Path> trusted) {
    Map<String, String> values = read();
    values.put("AWS_ENDPOINT_URL_S3", s3.toString());
    values.put("AWS_REGION", region);
    values.put("HOSU_URL", http.toString());
    values.put("HOSU_ICEBERG_URI", http + "/iceberg");
    values.remove("HOSU_CA");
    values.remove("AWS_CA_BUNDLE");
    trusted
        .map(Path::toAbsolutePath)
        .ifPresent(file -> {
          values.put("HOSU_CA", file.toString());
          values.put("AWS_CA_BUNDLE", file.toString());
        });
    write(values);
  }

  private Map<String, String> read() {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          int equals = line.indexOf('=');
          if (equals > 0) {
            values.put(line.substring(0, equals), line.substring(equals + 1));
          }
        }
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the file at once, so that nobody reads half of it. */
  private void write(Map<String, String> values) {
    String text =
        values.entrySet().stream()
            .map(value -> value.getKey() + "=" + value.getValue() + "\n")
            .collect(Collectors.joining());
    Path draft = file.resolveSibling("admin.env.draft");
    try {
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(draft, text);
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
