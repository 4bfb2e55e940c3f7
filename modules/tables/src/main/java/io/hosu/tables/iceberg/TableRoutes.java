package io.hosu.tables.iceberg;

import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.Tables;
import io.hosu.tables.iceberg.TableAnswers.Part;
import java.io.IOException;
import org.apache.iceberg.rest.responses.ImmutableLoadCredentialsResponse;

/** Tables as engines find and read them. */
final class TableRoutes implements Routes {
  private static final String PATH = IcebergDoor.TABLES;
  private static final String ONE = PATH + "/{table}";

  private final Tables tables;
  private final Warehouses warehouses;
  private final Readers readers;
  private final TableAnswers answers;

  TableRoutes(Tables tables, Warehouses warehouses, Readers readers, TableAnswers answers) {
    this.tables = tables;
    this.warehouses = warehouses;
    this.readers = readers;
    this.answers = answers;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list)
        .route("HEAD", ONE, this::exists)
        .get(ONE, this::load)
        .get(ONE + "/credentials", this::credentials);
  }

  private void list(Call call) throws IOException {
    String domain = warehouses.domain(call);
    String layer = warehouses.layer(call, domain);
    Pages.send(call, layer, readers.names(call, domain, layer, tables.list()));
  }

  private void exists(Call call) {
    readers.requireKnown(call, warehouses.table(call));
    call.sendNothing();
  }

  private void load(Call call) throws IOException {
    Readers.ReadableTable readable = readers.requireReadable(call, warehouses.table(call));
    Part part = call.query("snapshots", TableRoutes::part).orElse(Part.ALL);
    answers.send(call, readable, part);
  }

  private static Part part(String text) {
    return switch (text) {
      case "refs" -> Part.REFS;
      case "all" -> Part.ALL;
      default ->
          throw new Invalid(
              HttpError.PARAMETER_INVALID,
              "'snapshots' is '%s'.".formatted(text),
              "Use all or refs.");
    };
  }

  private void credentials(Call call) throws IOException {
    Readers.ReadableTable readable = readers.requireReadable(call, warehouses.table(call));
    IcebergJson.send(
        call.response(),
        200,
        ImmutableLoadCredentialsResponse.builder()
            .addAllCredentials(answers.credentials(call, readable))
            .build());
  }
}
