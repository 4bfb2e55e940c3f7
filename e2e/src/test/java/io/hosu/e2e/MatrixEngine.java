package io.hosu.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.e2e.MatrixDoors.Answer;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateRequirements;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequestParser;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An engine that changes the rows of {@code shop.stage.sifted}: it has put the files there, and its
 * commit waits for somebody to send it. It copies files instead of writing rows.
 */
final class MatrixEngine {
  /** The table, at Iceberg's door. */
  static final String TABLE = "/iceberg/v1/shop/namespaces/stage/tables/sifted";

  /** What {@link #readFile} shows of a file that may be read: how Parquet begins. */
  static final String FILE = "PAR1";

  private static final String KEY = "s3.access-key-id";

  private final MatrixDoors doors;
  private final Credentials owner;
  private final String file;
  private Waiting waiting = Waiting.NOTHING;
  private @Nullable DataFile added;
  private int copies;

  /** A commit that nobody sent with success yet, and what it does. */
  private record Waiting(String kind, String body) {
    static final Waiting NOTHING = new Waiting("", "");
  }

  /** Acts as {@code owner}, who may do everything to the table. */
  MatrixEngine(MatrixDoors doors, Credentials owner) throws Exception {
    this.doors = doors;
    this.owner = owner;
    this.file = new Loaded().anyFile().location();
  }

  /** Reads a data file of the table. */
  byte[] read(S3Client s3) {
    return get(s3, URI.create(file));
  }

  /** Commits one file more. */
  Answer append(Credentials who) throws Exception {
    return commit(
        "append", who, (table, loaded) -> table.newAppend().appendFile(loaded.copy()).commit());
  }

  /** Commits that a file is no more. */
  Answer delete(Credentials who) throws Exception {
    return commit(
        "delete", who, (table, _) -> table.newDelete().deleteFile(requireNonNull(added)).commit());
  }

  /** Commits that a file is replaced by another. */
  Answer overwrite(Credentials who) throws Exception {
    return commit(
        "overwrite",
        who,
        (table, loaded) ->
            table.newOverwrite().deleteFile(requireNonNull(added)).addFile(loaded.copy()).commit());
  }

  /** Asks for a key to the files, and reads one with it; the answer of who gets no key. */
  Answer readFile(Credentials who) throws Exception {
    Answer answer = doors.api(who, "GET " + TABLE + "/credentials", "");
    if (!answer.isSuccess() || !answer.text().contains(KEY)) {
      return answer;
    }
    Credentials keys = keys(Json.parse(answer.text()).at("/storage-credentials/0/config"));
    AtomicReference<byte[]> read = new AtomicReference<>(new byte[0]);
    Answer got = doors.s3(keys, s3 -> read.set(read(s3)));
    return got.isSuccess()
        ? new Answer(200, new String(read.get(), 0, FILE.length(), US_ASCII), "")
        : got;
  }

  /** Makes a change of the table, such as an engine does it. */
  private interface Change {
    void make(Table table, Loaded loaded) throws IOException;
  }

  private Answer commit(String kind, Credentials who, Change change) throws Exception {
    if (!waiting.kind().equals(kind)) {
      waiting = new Waiting(kind, prepared(change));
    }
    Answer answer = doors.api(who, "POST " + TABLE, waiting.body());
    if (answer.isSuccess()) {
      waiting = Waiting.NOTHING;
    }
    return answer;
  }

  /** Of a table that has a file which is a copy of another, and may go. */
  private String prepared(Change change) throws Exception {
    add();
    Loaded loaded = new Loaded();
    change.make(loaded.table(), loaded);
    loaded.files.upload();
    return loaded.body();
  }

  private void add() throws Exception {
    Loaded loaded = new Loaded();
    added = loaded.copy();
    loaded.table().newAppend().appendFile(added).commit();
    loaded.files.upload();
    Answer answer = doors.api(owner, "POST " + TABLE, loaded.body());
    assertThat(answer.isSuccess()).as("%s", answer).isTrue();
  }

  private static byte[] get(S3Client s3, URI file) {
    return s3.getObjectAsBytes(r -> r.bucket(file.getHost()).key(key(file))).asByteArray();
  }

  private static String key(URI file) {
    return file.getPath().substring(1);
  }

  private static Credentials keys(JsonNode config) {
    return new Credentials(
        "",
        AwsSessionCredentials.create(
            config.path(KEY).asText(),
            config.path("s3.secret-access-key").asText(),
            config.path("s3.session-token").asText()));
  }

  /** The table as the owner loads it, and what a commit to it would say. */
  private final class Loaded implements TableOperations {
    private final DoorFiles files;
    private final TableMetadata before;
    private TableMetadata current;

    Loaded() throws Exception {
      JsonNode json = Json.parse(doors.api(owner, "GET " + TABLE, "").text());
      before =
          TableMetadataParser.fromJson(
              json.path("metadata-location").asText(), json.path("metadata").toString());
      current = before;
      files = new DoorFiles(doors, keys(json.path("config")));
    }

    Table table() {
      return new BaseTable(this, "sifted");
    }

    DataFile anyFile() throws IOException {
      try (CloseableIterable<FileScanTask> tasks = table().newScan().planFiles()) {
        return tasks.iterator().next().file();
      }
    }

    /** A file with the same rows as another, which no commit names yet. */
    DataFile copy() throws IOException {
      DataFile one = anyFile();
      String place = locationProvider().newDataLocation("copy-" + ++copies + ".parquet");
      files.put(place, files.read(one.location()));
      return DataFiles.builder(current.spec()).copy(one).withPath(place).build();
    }

    String body() {
      return UpdateTableRequestParser.toJson(
          new UpdateTableRequest(
              UpdateRequirements.forUpdateTable(before, current.changes()), current.changes()));
    }

    @Override
    public TableMetadata current() {
      return current;
    }

    @Override
    public TableMetadata refresh() {
      return current;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata changed) {
      current = changed;
    }

    @Override
    public FileIO io() {
      return files;
    }

    @Override
    public String metadataFileLocation(String name) {
      return current.location() + "/metadata/" + name;
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(current.location(), current.properties());
    }
  }

  /** Files of the table: read by the S3 door, and written there once all are made. */
  private static final class DoorFiles extends InMemoryFileIO {
    private final transient MatrixDoors doors;
    private final transient Credentials keys;
    private final transient Set<String> made = new LinkedHashSet<>();

    DoorFiles(MatrixDoors doors, Credentials keys) {
      this.doors = doors;
      this.keys = keys;
    }

    @Override
    public InputFile newInputFile(String location) {
      if (!fileExists(location)) {
        addFile(location, read(location));
      }
      return super.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
      made.add(location);
      return super.newOutputFile(location);
    }

    byte[] read(String location) {
      AtomicReference<byte[]> bytes = new AtomicReference<>(new byte[0]);
      done(s3 -> bytes.set(get(s3, URI.create(location))));
      return bytes.get();
    }

    void put(String location, byte[] bytes) {
      URI file = URI.create(location);
      done(s3 ->
          s3.putObject(r -> r.bucket(file.getHost()).key(key(file)), RequestBody.fromBytes(bytes)));
    }

    void upload() throws IOException {
      for (String location : made) {
        if (fileExists(location)) {
          try (InputStream in = newInputFile(location).newStream()) {
            put(location, in.readAllBytes());
          }
        }
      }
    }

    private void done(Consumer<S3Client> request) {
      Answer answer = doors.s3(keys, request);
      assertThat(answer.isSuccess()).as("%s", answer).isTrue();
    }
  }
}
