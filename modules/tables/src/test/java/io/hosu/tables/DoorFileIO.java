package io.hosu.tables;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** A client's way to files: the S3 door, with what the Iceberg door told of it and nothing else. */
public class DoorFileIO implements FileIO {
  private transient Map<String, String> properties = Map.of();
  private transient @Nullable S3Client s3;

  @Override
  public void initialize(Map<String, String> given) {
    properties = given;
    if (!given.containsKey("s3.access-key-id")) {
      return;
    }
    s3 =
        S3Client.builder()
            .endpointOverride(URI.create(given.get("s3.endpoint")))
            .forcePathStyle(Boolean.parseBoolean(given.get("s3.path-style-access")))
            .region(Region.of(given.get("client.region")))
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsSessionCredentials.create(
                        given.get("s3.access-key-id"),
                        given.get("s3.secret-access-key"),
                        given.get("s3.session-token"))))
            .build();
  }

  /** The client, for what a test wants to try beside files of the table. */
  public S3Client s3() {
    return requireNonNull(s3);
  }

  /** What is put where {@code bytes} are written. */
  byte[] put(String location, byte[] bytes) throws IOException {
    return bytes;
  }

  /** What is read where {@code bytes} lie. */
  byte[] read(String location, byte[] bytes) throws IOException {
    return bytes;
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  @Override
  public InputFile newInputFile(String location) {
    URI at = URI.create(location);
    try {
      Path copy = Files.createTempFile("door", ".file");
      copy.toFile().deleteOnExit();
      byte[] bytes =
          s3().getObjectAsBytes(r -> r.bucket(at.getHost()).key(at.getPath().substring(1)))
              .asByteArray();
      Files.write(copy, read(location, bytes));
      return new LocalInput(location, copy);
    } catch (NoSuchKeyException e) {
      throw new NotFoundException(e, "%s", location);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new Output(location);
  }

  @Override
  public void deleteFile(String location) {
    URI at = URI.create(location);
    s3().deleteObject(r -> r.bucket(at.getHost()).key(at.getPath().substring(1)));
  }

  private final class Output implements OutputFile {
    private final String location;

    Output(String location) {
      this.location = location;
    }

    @Override
    public PositionOutputStream create() {
      return new Stream(location);
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
  }

  private final class Stream extends PositionOutputStream {
    private final String location;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean closed;
    private long stored;

    Stream(String location) {
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
    public long storedLength() {
      return closed ? stored : getPos();
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        URI at = URI.create(location);
        byte[] all = put(location, bytes.toByteArray());
        stored = all.length;
        s3().putObject(
                r -> r.bucket(at.getHost()).key(at.getPath().substring(1)),
                RequestBody.fromBytes(all));
      }
    }
  }
}
