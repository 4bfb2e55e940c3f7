package io.hosu.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An engine's way to the files of a table: the S3 door, as the Iceberg door tells of it. */
public final class ClientFiles implements FileIO {
  private static final long serialVersionUID = 1;
  private transient @Nullable S3Client s3;

  @Override
  public void initialize(Map<String, String> told) {
    if (told.containsKey("s3.access-key-id")) {
      s3 =
          S3Client.builder()
              .endpointOverride(URI.create(told.get("s3.endpoint")))
              .forcePathStyle(true)
              .region(Region.of(told.get("client.region")))
              .httpClient(UrlConnectionHttpClient.create())
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsSessionCredentials.create(
                          told.get("s3.access-key-id"),
                          told.get("s3.secret-access-key"),
                          told.get("s3.session-token"))))
              .build();
    }
  }

  private S3Client s3() {
    return Objects.requireNonNull(s3);
  }

  /** Puts one file. */
  void put(String location, byte[] bytes) {
    URI at = URI.create(location);
    s3().putObject(
            r -> r.bucket(at.getHost()).key(at.getPath().substring(1)),
            RequestBody.fromBytes(bytes));
  }

  private byte[] get(String location) {
    URI at = URI.create(location);
    return s3().getObjectAsBytes(r -> r.bucket(at.getHost()).key(at.getPath().substring(1)))
        .asByteArray();
  }

  @Override
  public InputFile newInputFile(String location) {
    byte[] bytes = get(location);
    return new InputFile() {
      @Override
      public long getLength() {
        return bytes.length;
      }

      @Override
      public SeekableInputStream newStream() {
        return new Bytes(bytes);
      }

      @Override
      public String location() {
        return location;
      }

      @Override
      public boolean exists() {
        return true;
      }
    };
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new OutputFile() {
      @Override
      public PositionOutputStream create() {
        return new Put(location);
      }

      @Override
      public PositionOutputStream createOrOverwrite() {
        return create();
      }

      @Override
      public String location() {
        return location;
      }

      @Override
      public InputFile toInputFile() {
        return newInputFile(location);
      }
    };
  }

  @Override
  public void deleteFile(String location) {
    URI at = URI.create(location);
    s3().deleteObject(r -> r.bucket(at.getHost()).key(at.getPath().substring(1)));
  }

  private final class Put extends PositionOutputStream {
    private final String location;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean closed;

    Put(String location) {
      this.location = location;
    }

    @Override
    public long getPos() {
      return bytes.size();
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      bytes.write(some, offset, length);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        put(location, bytes.toByteArray());
      }
    }
  }

  private static final class Bytes extends SeekableInputStream {
    private final ByteArrayInputStream in;
    private final int length;

    Bytes(byte[] bytes) {
      this.in = new ByteArrayInputStream(bytes);
      this.length = bytes.length;
    }

    @Override
    public long getPos() {
      return (long) length - in.available();
    }

    @Override
    public void seek(long position) throws IOException {
      in.reset();
      in.skipNBytes(position);
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] some, int offset, int count) {
      return in.read(some, offset, count);
    }
  }
}
