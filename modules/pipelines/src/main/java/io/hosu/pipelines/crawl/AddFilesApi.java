package io.hosu.pipelines.crawl;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.io.IOException;

/**
 * {@code POST /v1/tables/{name}/files} with {@code place} and {@code dry_run}: makes the Parquet
 * objects below a place files of a table where they lie, as {@link FilesInPlace} does.
 */
public final class AddFilesApi implements Routes {
  private final FilesInPlace files;
  private final RunningLooks looks;

  public AddFilesApi(FilesInPlace files, RunningLooks looks) {
    this.files = files;
    this.looks = looks;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/tables/{name}/files", this::add);
  }

  private void add(Call call) throws IOException {
    TableName table = call.variable("name", TableName::parse);
    JsonFields body = call.fields("place", "dry_run").filled();
    ObjectName place = place(body.text("place"));
    var wanted = new FilesInPlace.Wanted(table, place, body.flag("dry_run", false));
    Caller caller = Authentication.caller(call);
    call.send(200, looks.during(caller, place.toString(), seen -> files.add(caller, wanted, seen)));
  }

  /** {@code LAYER/PREFIX}, or the same as other engines write it. */
  private static ObjectName place(String text) {
    return text.startsWith("s3://") ? ObjectName.ofLocation(text) : ObjectName.parse(text);
  }
}
