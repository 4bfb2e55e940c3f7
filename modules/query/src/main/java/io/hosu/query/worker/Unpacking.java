package io.hosu.query.worker;

import io.airlift.compress.zstd.ZstdInputStream;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.kernel.Sizes;
import io.hosu.query.engine.Compression;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.InputFile;
import io.hosu.query.engine.QueryError;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Makes plain files of objects that are packed or in another character set. */
final class Unpacking {
  private static final int BUFFER = 1 << 16;

  private final Path directory;
  private final long maxBytes;
  private final Converting converting;
  private int made;

  /** Files go to {@code directory}; none grows beyond {@code maxBytes}. */
  Unpacking(Path directory, long maxBytes, Converting converting) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.converting = converting;
  }

  /** The object as a plain file: itself, or a copy. */
  PlainFile plain(InputFile file, @Nullable String encoding) throws IOException {
    if (file.format().isConverted()) {
      return converted(file);
    }
    boolean text = file.format() != FileFormat.PARQUET;
    Charset charset = text ? charset(file, encoding) : StandardCharsets.UTF_8;
    boolean marked = text && startsWithUtf8Mark(file);
    if (file.compression() == Compression.NONE
        && charset.equals(StandardCharsets.UTF_8)
        && !marked) {
      return PlainFile.of(file, file.path());
    }
    if (Files.size(file.path()) == 0) {
      return PlainFile.of(file, file.path());
    }
    Path copy = directory.resolve("input-" + made++);
    try (InputStream in = open(file);
        OutputStream out = Files.newOutputStream(copy)) {
      copy(file, in, charset, out);
    } catch (EOFException _) {
      throw truncated(file);
    } catch (CharacterCodingException e) {
      throw notInCharset(file, charset, e);
    } catch (ZipException e) {
      throw damaged(file, e);
    }
    return PlainFile.of(file, copy);
  }

  /** The records as lines of JSON. */
  private PlainFile converted(InputFile file) throws IOException {
    Path copy = directory.resolve("input-" + made++);
    try (JsonLines lines =
        new JsonLines(
            new BufferedOutputStream(Files.newOutputStream(copy), BUFFER),
            bytes -> counted(file, bytes, 0))) {
      if (Files.size(file.path()) > 0) {
        converting.write(file.format(), file.path(), () -> open(file), lines, Long.MAX_VALUE);
      }
    } catch (EOFException _) {
      throw truncated(file);
    } catch (Unreadable e) {
      throw new Invalid(
          QueryError.OBJECT_UNREADABLE,
          "Object %s cannot be read: %s.".formatted(file.object(), e.getMessage()),
          "Nothing is lost. Put the whole file again, or put its records as JSON lines or Parquet.",
          Place.inObject(file.object(), 0, ""));
    } catch (ZipException e) {
      throw damaged(file, e);
    }
    return PlainFile.of(file, copy).as(FileFormat.JSON_LINES);
  }

  private void copy(InputFile file, InputStream in, Charset charset, OutputStream out)
      throws IOException {
    if (charset.equals(StandardCharsets.UTF_8)) {
      bytes(file, withoutMark(in), out);
      return;
    }
    try (Reader reader =
            new InputStreamReader(
                in, charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT));
        Writer writer = new java.io.OutputStreamWriter(out, StandardCharsets.UTF_8)) {
      char[] chars = new char[BUFFER];
      long written = 0;
      for (int n = reader.read(chars); n >= 0; n = reader.read(chars)) {
        written = counted(file, written, n);
        writer.write(chars, 0, n);
      }
    }
  }

  private void bytes(InputFile file, InputStream in, OutputStream out) throws IOException {
    byte[] bytes = new byte[BUFFER];
    long written = 0;
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
      written = counted(file, written, n);
      out.write(bytes, 0, n);
    }
  }

  private long counted(InputFile file, long written, int more) {
    if (written + more > maxBytes) {
      throw new Invalid(
          QueryError.OBJECT_UNREADABLE,
          "Object %s unpacks to more than %s.".formatted(file.object(), Sizes.print(maxBytes)),
          "Put it unpacked or in parts, or raise the setting query.temp-size.",
          Place.inObject(file.object(), 0, ""));
    }
    return written + more;
  }

  private static InputStream open(InputFile file) throws IOException {
    InputStream raw = Files.newInputStream(file.path());
    try {
      return switch (file.compression()) {
        case NONE -> new BufferedInputStream(raw, BUFFER);
        case GZIP -> new Gzip(raw);
        case ZSTD -> new Zstd(new BufferedInputStream(raw, BUFFER));
      };
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Refuses what the library passes over: bytes after the packed ones, other than padding. */
  private static final class Gzip extends GZIPInputStream {
    private static final int TRAILER = 8;

    Gzip(InputStream raw) throws IOException {
      super(raw, BUFFER);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = super.read(bytes, from, length);
      if (n < 0) {
        requireEnd();
      }
      return n;
    }

    private void requireEnd() throws IOException {
      for (int i = len - inf.getRemaining() + TRAILER; i < len; i++) {
        requirePadding(buf[i]);
      }
      for (int b = in.read(); b >= 0; b = in.read()) {
        requirePadding(b);
      }
    }

    private static void requirePadding(int b) throws ZipException {
      if (b != 0) {
        throw new ZipException("other bytes follow the packed ones");
      }
    }
  }

  /** Says what is wrong with packed bytes in the same way as gzip does. */
  private static final class Zstd extends FilterInputStream {
    Zstd(InputStream raw) {
      super(new ZstdInputStream(raw));
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        return super.read(bytes, from, length);
      } catch (IOException e) {
        throw String.valueOf(e.getMessage()).startsWith("Not enough input")
            ? new EOFException(e.getMessage())
            : new ZipException("its frames are broken");
      } catch (RuntimeException e) {
        throw new ZipException("its frames are broken");
      }
    }
  }

  private static Charset charset(InputFile file, @Nullable String encoding) throws IOException {
    if (encoding == null) {
      return file.compression() == Compression.NONE ? markedCharset(file) : StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(encoding.equalsIgnoreCase("latin-1") ? "ISO-8859-1" : encoding);
    } catch (UnsupportedCharsetException | java.nio.charset.IllegalCharsetNameException e) {
      throw new Invalid(
          QueryError.OBJECT_UNREADABLE,
          "'%s' is not the name of a character set.".formatted(encoding),
          "Write a name such as utf-8, latin-1, windows-1252 or utf-16.",
          e);
    }
  }

  private static Charset markedCharset(InputFile file) throws IOException {
    byte[] start = start(file);
    boolean utf16 =
        start.length >= 2
            && ((start[0] == (byte) 0xFF && start[1] == (byte) 0xFE)
                || (start[0] == (byte) 0xFE && start[1] == (byte) 0xFF));
    return utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }

  private static boolean startsWithUtf8Mark(InputFile file) throws IOException {
    byte[] start = start(file);
    return file.compression() == Compression.NONE
        && start.length == 3
        && start[0] == (byte) 0xEF
        && start[1] == (byte) 0xBB
        && start[2] == (byte) 0xBF;
  }

  private static byte[] start(InputFile file) throws IOException {
    try (InputStream in = Files.newInputStream(file.path())) {
      return in.readNBytes(3);
    }
  }

  private static InputStream withoutMark(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
    buffered.mark(3);
    byte[] start = buffered.readNBytes(3);
    boolean mark =
        start.length == 3
            && start[0] == (byte) 0xEF
            && start[1] == (byte) 0xBB
            && start[2] == (byte) 0xBF;
    if (!mark) {
      buffered.reset();
    }
    return buffered;
  }

  private static Invalid truncated(InputFile file) {
    return new Invalid(
        QueryError.OBJECT_TRUNCATED,
        "Object %s ends before its %s bytes do.".formatted(file.object(), file.compression()),
        "Put the whole file again under the same key.",
        Place.inObject(file.object(), 0, ""));
  }

  private static Invalid notInCharset(InputFile file, Charset charset, IOException cause) {
    return new Invalid(
        QueryError.OBJECT_UNREADABLE,
        "Object %s is not text in %s: %s."
            .formatted(file.object(), charset.name(), cause.getMessage()),
        "Name the character set it is written in in the stage, for example encoding: latin-1.",
        Place.inObject(file.object(), 0, ""));
  }

  private static Invalid damaged(InputFile file, IOException cause) {
    return new Invalid(
        QueryError.OBJECT_UNREADABLE,
        "Object %s is not packed as its key says, or is damaged: %s."
            .formatted(file.object(), cause.getMessage()),
        "Put it again with a key that ends as its bytes are packed: .gz, .zst, or neither.",
        Place.inObject(file.object(), 0, ""));
  }
}
