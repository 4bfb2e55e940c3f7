package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.cli.LakeClient.Answer;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.kernel.Sizes;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies what one sees of a table out of it, with a manifest that tells what was copied. */
@Command(
    name = "export",
    description = "Copies what you may see of a table to files, with a manifest.",
    footer = {
      "",
      "It is a query like others: what grants leave out is not in the files, and it is on record.",
      "The manifest is written last: without it an export is not whole.",
      "",
      "  hosu tables export shop.stage.orders --format csv --to s3://analytics/shop/exports/orders"
    })
final class ExportCommand implements Callable<Integer> {
  private static final String MANIFEST = "manifest.json";
  private static final int CHUNK = 256 * 1024;

  @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  String table = "";

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "A folder here, or s3://LAYER/PREFIX in the lake.")
  String to = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "csv",
      description = "csv, parquet, or json: an object a line. Default: csv.")
  Kind kind = Kind.CSV;

  @Option(
      names = "--at",
      paramLabel = "VERSION",
      description = "A snapshot's id, a branch or a tag. Default: the table as it is.")
  String version = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  ExportCommand(Context context) {
    this.context = context;
  }

  /** How rows are written. */
  enum Kind {
    CSV("text/csv", ".csv"),
    JSON("application/x-ndjson", ".jsonl"),
    PARQUET("application/vnd.apache.parquet", ".parquet");

    private final String mediaType;
    private final String ending;

    Kind(String mediaType, String ending) {
      this.mediaType = mediaType;
      this.ending = ending;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws IOException {
    TableName name = TableName.parse(table);
    LakeClient client = server.client(context);
    ExportTarget target = ExportTarget.of(to, context.terminal(), client);
    String snapshot = snapshot(client);
    Copy copy = new Copy(client, select(name, snapshot));
    String file = name.table() + kind.ending;
    target.write(file, kind.mediaType, copy::writeTo);
    ObjectNode manifest = manifest(name, snapshot, copy, file);
    byte[] text = (Json.print(manifest) + "\n").getBytes(StandardCharsets.UTF_8);
    target.write(MANIFEST, "application/json", out -> out.write(text));
    tell(target, manifest, file);
    return Cli.OK;
  }

  private static String select(TableName name, String snapshot) {
    return "SELECT * FROM %s%s"
        .formatted(name, snapshot.isEmpty() ? "" : " FOR VERSION AS OF " + snapshot);
  }

  /** The snapshot that is read, whatever is committed meanwhile; empty when there is none. */
  private String snapshot(LakeClient client) {
    ApiPath path = ApiPath.of("/v1/tables").part(table);
    if (version.isEmpty()) {
      return client.get(path).path("snapshot").asText("");
    }
    if (version.matches("-?[0-9]{1,19}")) {
      return version;
    }
    ItemList refs = new ItemList(client, path.part("refs"), 0);
    while (refs.hasNext()) {
      JsonNode ref = refs.next();
      if (ref.path("name").asText().equals(version)) {
        return ref.path("snapshot").asText();
      }
    }
    throw new Invalid(
        CliError.USAGE_WRONG,
        "Table %s has no branch or tag '%s'.".formatted(table, version),
        "See them with: hosu tables refs " + table);
  }

  private ObjectNode manifest(TableName name, String snapshot, Copy copy, String file) {
    ObjectNode manifest = Json.object();
    manifest.put("table", name.toString());
    manifest.put("snapshot", snapshot.isEmpty() ? null : snapshot);
    manifest.put("format", kind.toString());
    manifest.put("exported_at", Instants.print(context.clock().instant()));
    manifest.put("query", copy.query);
    manifest
        .putArray("files")
        .addObject()
        .put("name", file)
        .put("rows", copy.rows())
        .put("bytes", copy.bytes)
        .put("sha256", HexFormat.of().formatHex(copy.digest.digest()));
    return manifest;
  }

  private void tell(ExportTarget target, ObjectNode manifest, String file) {
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(manifest);
      return;
    }
    JsonNode written = manifest.at("/files/0");
    context
        .terminal()
        .say(
            "%s  %d rows, %s"
                .formatted(
                    target.place(file),
                    written.path("rows").asLong(),
                    Sizes.print(written.path("bytes").asLong())));
    context.terminal().say(target.place(MANIFEST));
  }

  /** The rows on their way, counted and summed up. */
  private final class Copy {
    private final LakeClient client;
    private final String sql;
    private final MessageDigest digest = Sha256.digest();
    private String query = "";
    private long bytes;

    Copy(LakeClient client, String sql) {
      this.client = client;
      this.sql = sql;
    }

    void writeTo(OutputStream out) throws IOException {
      ObjectNode body = Json.object().put("sql", sql);
      ApiPath queries = ApiPath.of("/v1/queries");
      try (Answer answer = client.postForStream(queries, body, kind.mediaType, Map.of(), _ -> {})) {
        query = answer.header("Hosu-Query-Id");
        InputStream in = answer.body();
        byte[] chunk = new byte[CHUNK];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          digest.update(chunk, 0, count);
          bytes += count;
          out.write(chunk, 0, count);
        }
      }
    }

    /** As the server counted them, which says too that it gave all of them. */
    long rows() {
      JsonNode done = client.get(ApiPath.of("/v1/queries").part(query));
      if (!done.path("rows").isIntegralNumber()) {
        throw new Unavailable(
            CliError.SERVER_ANSWER_INVALID,
            "The query %s did not come to its end, so that the export is not whole."
                .formatted(query),
            "Export again; what is there without a manifest counts for nothing.");
      }
      return done.path("rows").asLong();
    }
  }
}
