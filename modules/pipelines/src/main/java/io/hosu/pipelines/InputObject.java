package io.hosu.pipelines;

import io.hosu.kernel.ObjectName;
import java.nio.file.Path;

/**
 * An object that an execution reads.
 *
 * @param name bucket and key
 * @param version its current version
 * @param sha256 its bytes, in hex
 * @param bytes how many
 * @param path the file that holds them, to be read only
 */
public record InputObject(ObjectName name, String version, String sha256, long bytes, Path path) {
  String text() {
    return name.toString();
  }
}
