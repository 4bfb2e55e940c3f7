package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A lake project of one domain, `shop`, and a server that runs it. */
final class SmallLake implements AutoCloseable {
  private static final String PIPELINE =
      """
      stages:
        clean:
          on: { objects: raw/shop/orders/** }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
        sifted:
          on: { objects: raw/shop/sifted/** }
          sql: orders.sql
          into: { table: stage.sifted, mode: append }
          bad_records: quarantine
        whole:
          on: { objects: raw/shop/whole/*.csv }
          sql: orders.sql
          into: { table: stage.whole, mode: overwrite }
      """;

  final Path project;
  final Path data;
  final HosuProcess hosu;
  final S3Client s3;

  private SmallLake(Path project, Path data, HosuProcess hosu) {
    this.project = project;
    this.data = data;
    this.hosu = hosu;
    this.s3 = S3Clients.of(hosu);
  }

  /** Writes the project and starts its server. */
  static SmallLake start(Path folder, String... options) throws IOException {
    Path project = folder.resolve("project");
    write(project, "lake.yaml", "name: small\nlayers: [raw, stage, analytics]\n");
    write(project, "access/groups.yaml", "groups: [shop]\n");
    write(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Orders.\n");
    write(project, "domains/shop/pipelines/orders.yaml", PIPELINE);
    write(project, "domains/shop/transforms/orders.sql", "SELECT id, name, amount FROM input\n");
    return again(project, folder.resolve("data"), options);
  }

  /** Starts the server of a project that is there. */
  static SmallLake again(Path project, Path data, String... options) throws IOException {
    return new SmallLake(project, data, HosuProcess.start(project, data, options));
  }

  static void write(Path folder, String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** Puts an object of layer raw and waits until everything that follows from it is over. */
  void put(String key, byte[] bytes) throws Exception {
    s3.putObject(r -> r.bucket("raw").key(key), RequestBody.fromBytes(bytes));
    var waited = hosu.hosu("wait", "--timeout", "60s");
    assertThat(waited.exit()).as(waited.err()).isZero();
  }

  void put(String key, String text) throws Exception {
    put(key, text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a command prints as JSON: an array. */
  List<JsonNode> array(String... command) throws Exception {
    var ran = hosu.hosu(command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    JsonNode json = Json.parse(ran.out());
    assertThat(json.isArray()).as(ran.out()).isTrue();
    return StreamSupport.stream(json.spliterator(), false).toList();
  }

  /** The dead letters whose message is about the object. */
  List<JsonNode> deadLetters(String key) throws Exception {
    return array("dlq", "list", "-o", "json").stream()
        .filter(letter -> letter.at("/event/detail/object/key").asText().equals(key))
        .toList();
  }

  @Override
  public void close() {
    s3.close();
    hosu.close();
  }
}
