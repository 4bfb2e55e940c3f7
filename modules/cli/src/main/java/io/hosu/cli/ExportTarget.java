package io.hosu.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where an export goes: what is written there is there as a whole, or not at all. */
sealed interface ExportTarget {

  /** Writes one file. */
  void write(String name, String contentType, LakeClient.Body body) throws IOException;

  /** Where a file is then, for people. */
  String place(String name);

  /** A folder, or {@code s3://LAYER/PREFIX/}. */
  static ExportTarget of(String text, Terminal terminal, LakeClient client) {
    if (!text.startsWith("s3://")) {
      return new Folder(text, terminal.resolve(text));
    }
    ObjectAddress address = ObjectAddress.parse(text.endsWith("/") ? text : text + "/");
    return new InLake(address, client);
  }

  /** A folder of this machine. */
  record Folder(String named, Path path) implements ExportTarget {
    @Override
    public void write(String name, String contentType, LakeClient.Body body) throws IOException {
      Files.createDirectories(path);
      Path part = Files.createTempFile(path, name, ".part");
      try {
        try (OutputStream out = Files.newOutputStream(part)) {
          body.writeTo(out);
        }
        Files.move(
            part,
            path.resolve(name),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    }

    @Override
    public String place(String name) {
      return Path.of(named, name).toString();
    }
  }

  /** A prefix of the lake. */
  record InLake(ObjectAddress prefix, LakeClient client) implements ExportTarget {
    @Override
    public void write(String name, String contentType, LakeClient.Body body) {
      client.put(prefix.under(name).path(), contentType, -1, body);
    }

    @Override
    public String place(String name) {
      return "s3://" + prefix.under(name);
    }
  }
}
