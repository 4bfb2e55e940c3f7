package io.hosu.query.engine;

import io.hosu.kernel.HosuException.Invalid;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One object of a batch, as a file that an engine can open.
 *
 * @param path the local file; its name means nothing
 * @param object what the object is called, {@code LAYER/KEY}: the column {@code _object}, and the
 *     name in messages
 * @param format what the bytes are, once unpacked
 * @param compression how the bytes are packed
 * @param version which version of the object it is, for the relation {@code rejects}; may be empty
 * @param lines where the file holds only some records of the object: a text whose n-th line is the
 *     number of the line in the object that the n-th line of the file was; null: it is the object
 */
public record InputFile(
    Path path,
    String object,
    FileFormat format,
    Compression compression,
    String version,
    @Nullable Path lines) {

  /** A whole object of which nobody asks for the version. */
  public InputFile(Path path, String object, FileFormat format, Compression compression) {
    this(path, object, format, compression, "", null);
  }

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

  /** The same object in another version. */
  public InputFile ofVersion(String other) {
    return new InputFile(path, object, format, compression, other, lines);
  }

  /**
   * The format that the key of an object stands for.
   *
   * @throws Invalid {@link QueryError#FORMAT_UNKNOWN} when it says none
   */
  public static FileFormat formatOf(String object) {
    String name = Compression.unpackedName(object);
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    return FileFormat.find(suffix)
        .orElseThrow(() ->
            new Invalid(
                QueryError.FORMAT_UNKNOWN,
                "The key of object %s does not say which format it has.".formatted(object),
                "End the key with .csv, .tsv, .json, .jsonl, .parquet, .avro, .orc or .xml (and .gz or .zst), or"
                    + " name the format in the stage: format: csv."));
  }
}
