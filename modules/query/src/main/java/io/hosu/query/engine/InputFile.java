package io.hosu.query.engine;

import io.hosu.kernel.HosuException.Invalid;
import java.nio.file.Path;

/**
 * One object of a batch, as a file that an engine can open.
 *
 * @param path the local file; its name means nothing
 * @param object what the object is called, {@code LAYER/KEY}: the column {@code _object}, and the
 *     name in messages
 * @param format what the bytes are, once unpacked
 * @param compression how the bytes are packed
 */
public record InputFile(Path path, String object, FileFormat format, Compression compression) {

  /**
   * The file of an object, its format and packing taken from {@code options} or from its key.
   *
   * @throws Invalid {@link QueryError#FORMAT_UNKNOWN} when neither says it
   */
  public static InputFile of(Path path, String object, ReadOptions options) {
    Compression compression = Compression.of(object);
    FileFormat declared = options.format();
    FileFormat format = declared != null ? declared : formatOf(object);
    return new InputFile(path, object, format, compression);
  }

  private static FileFormat formatOf(String object) {
    String name = Compression.unpackedName(object);
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    return FileFormat.find(suffix)
        .orElseThrow(() ->
            new Invalid(
                QueryError.FORMAT_UNKNOWN,
                "The key of object %s does not say which format it has.".formatted(object),
                "End the key with .csv, .tsv, .json, .jsonl or .parquet (and .gz or .zst), or"
                    + " name the format in the stage: format: csv."));
  }
}
