package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateRequirements;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequestParser;
import software.amazon.awssdk.core.sync.RequestBody;

/** A table of a server as another engine changes it: files by the S3 door, commits by Iceberg's. */
final class OutsideTable implements TableOperations {
  private static final String STAGE = "/iceberg/v1/shop/namespaces/stage/tables/";

  private final Server server;
  private final String name;
  private final Path folder;
  private final Map<String, Path> written = new LinkedHashMap<>();
  private TableMetadata current;

  /**
   * Opens it.
   *
   * @param folder for copies of its files
   */
  OutsideTable(Server server, String name, Path folder) throws IOException {
    this.server = server;
    this.name = name;
    this.folder = folder;
    this.current = load();
  }

  Table table() {
    return new BaseTable(this, name, _ -> {});
  }

  /** A new name for a file of the table. */
  String place(String file) {
    return current.location() + "/data/" + file;
  }

  /** Puts a file of this machine as one of the table. */
  void put(String location, Path file) {
    URI at = URI.create(location);
    server.s3.putObject(
        r -> r.bucket(at.getHost()).key(at.getPath().substring(1)), RequestBody.fromFile(file));
  }

  /** A copy of a file of the table. */
  Path copy(String location) {
    URI at = URI.create(location);
    Path copy = folder.resolve("copy-" + at.getPath().substring(1).replace('/', '-'));
    if (!Files.exists(copy)) {
      server.s3.getObject(r -> r.bucket(at.getHost()).key(at.getPath().substring(1)), copy);
    }
    return copy;
  }

  private TableMetadata load() throws IOException {
    JsonNode answer = server.get(STAGE + name);
    return TableMetadataParser.fromJson(
        answer.path("metadata-location").asText(), answer.path("metadata"));
  }

  @Override
  public TableMetadata current() {
    return current;
  }

  @Override
  public TableMetadata refresh() {
    try {
      current = load();
      return current;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void commit(TableMetadata base, TableMetadata changed) {
    written.forEach(this::put);
    written.clear();
    try {
      server.post(
          STAGE + name,
          UpdateTableRequestParser.toJson(
              UpdateTableRequest.create(
                  TableIdentifier.of("stage", name),
                  UpdateRequirements.forUpdateTable(base, changed.changes()),
                  changed.changes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    refresh();
  }

  @Override
  public FileIO io() {
    return new FileIO() {
      @Override
      public InputFile newInputFile(String location) {
        Path path = written.get(location);
        return org.apache.iceberg.Files.localInput((path == null ? copy(location) : path).toFile());
      }

      @Override
      public OutputFile newOutputFile(String location) {
        return new Output(location);
      }

      @Override
      public void deleteFile(String location) {
        written.remove(location);
      }
    };
  }

  private final class Output implements OutputFile {
    private final String location;

    Output(String location) {
      this.location = location;
    }

    @Override
    public PositionOutputStream create() {
      synchronized (written) {
        Path path = folder.resolve(name + "-" + written.size() + "-" + System.nanoTime());
        written.put(location, path);
        return org.apache.iceberg.Files.localOutput(path.toFile()).create();
      }
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
      return org.apache.iceberg.Files.localInput(
          Objects.requireNonNull(written.get(location)).toFile());
    }
  }

  @Override
  public String metadataFileLocation(String file) {
    return current.location() + "/metadata/" + file;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(current.location(), current.properties());
  }
}
