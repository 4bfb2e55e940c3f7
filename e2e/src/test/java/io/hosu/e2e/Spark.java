package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Apache Spark in a process of its own. It knows nothing of Hosu. */
final class Spark {
  private static final Path BUILT = Checkout.root().resolve("e2e/spark/target");

  private final List<String> catalog;
  private final Map<String, String> environment;
  private final List<String> statements;

  private Spark(List<String> catalog, Map<String, String> environment, List<String> statements) {
    this.catalog = catalog;
    this.environment = environment;
    this.statements = statements;
  }

  /**
   * A session that reads and writes through the Iceberg door, where a domain is a warehouse.
   *
   * @param credential the id and the secret of an access key, with a colon between
   */
  static Spark throughDoor(HosuProcess hosu, String domain, String credential) {
    String uri = hosu.value("HOSU_URL") + "/iceberg";
    return new Spark(
        List.of(
            "type=rest",
            "uri=" + uri,
            "warehouse=" + domain,
            "rest.auth.type=oauth2",
            "oauth2-server-uri=" + uri + "/v1/oauth/tokens",
            "credential=" + credential),
        Map.of(),
        List.of());
  }

  /**
   * A session in which the tables stand under their names: a domain is a catalog of Spark, into
   * which the places of the tables' metadata files are put. It reads through the S3 door alone.
   */
  static Spark ofFiles(HosuProcess hosu, String domain, List<String> tables) throws IOException {
    List<String> statements = new ArrayList<>();
    tables.stream()
        .map(table -> table.substring(0, table.indexOf('.')))
        .distinct()
        .forEach(layer -> statements.add("CREATE NAMESPACE %s.%s".formatted(domain, layer)));
    for (String table : tables) {
      String name = domain + "." + table;
      statements.add(
          "CALL %s.system.register_table('%s', '%s')"
              .formatted(domain, name, metadata(hosu, name)));
    }
    return new Spark(
        List.of(
            "type=jdbc",
            "uri=jdbc:sqlite::memory:",
            "clients=1",
            "warehouse=s3://unused",
            "io-impl=org.apache.iceberg.aws.s3.S3FileIO",
            "client.region=" + hosu.value("AWS_REGION"),
            "s3.endpoint=" + hosu.value("AWS_ENDPOINT_URL_S3"),
            "s3.path-style-access=true"),
        hosu.env(),
        statements);
  }

  private static String metadata(HosuProcess hosu, String table) throws IOException {
    var answer = hosu.get("/v1/tables/" + table);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body()).path("metadata_location").asText();
  }

  /** The rows of each statement, a line of CSV each. */
  List<List<String>> sql(List<String> asked) throws Exception {
    List<String> command = new ArrayList<>(command());
    command.addAll(statements);
    command.addAll(asked);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Path log = Files.createTempFile("spark", ".log");
    Process process = builder.redirectError(log.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    Files.delete(log);
    return answers(out, asked.size());
  }

  private List<List<String>> answers(String out, int asked) {
    List<List<String>> answers = new ArrayList<>();
    for (int i = 0; i < asked; i++) {
      String mark = statements.size() + i + ">";
      answers.add(
          out.lines()
              .filter(line -> line.startsWith(mark))
              .map(line -> line.substring(mark.length()))
              .toList());
    }
    return answers;
  }

  private List<String> command() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Duser.timezone=UTC"));
    settings().forEach(setting -> command.add("-Dspark." + setting));
    command.addAll(List.of("-cp", classPath(), "io.hosu.e2e.spark.SparkLines"));
    return command;
  }

  private List<String> settings() {
    String name = "sql.catalog.shop";
    List<String> settings = new ArrayList<>();
    settings.add("ui.enabled=false");
    settings.add("driver.host=127.0.0.1");
    settings.add(
        "sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
    settings.add(name + "=org.apache.iceberg.spark.SparkCatalog");
    catalog.forEach(setting -> settings.add(name + "." + setting));
    return settings;
  }

  private static String classPath() throws IOException {
    Path jars = BUILT.resolve("class.path");
    assertThat(jars)
        .as("Spark's class path: ./build -q -pl e2e/spark test-compile writes it")
        .exists();
    return BUILT.resolve("test-classes") + ":" + Files.readString(jars);
  }
}
