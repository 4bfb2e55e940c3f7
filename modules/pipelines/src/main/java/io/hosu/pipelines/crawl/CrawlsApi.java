package io.hosu.pipelines.crawl;

import io.hosu.governance.Authentication;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.Transform.Crawl.Load;
import java.io.IOException;

/**
 * Crawlers over HTTP: {@code POST /v1/crawls} with {@code place}, {@code into}, {@code load} and
 * {@code dry_run} answers the tables that objects could be, with {@code into} has one loaded, and
 * with {@code load} {@code in-place} makes their objects files of them where they lie; {@code GET
 * /v1/crawls} tells how far those are that the caller waits for at this server; {@code GET
 * /v1/crawlers} with {@code limit} and {@code next}; {@code GET /v1/crawlers/{table}}, which takes
 * the name of a declared crawler too; {@code DELETE /v1/crawlers/{table}}, after which nothing that
 * comes is loaded any more.
 *
 * <p>A crawl sees the objects that the caller may read. To load, the caller must be allowed to read
 * all that lies there and to create the table.
 */
public final class CrawlsApi implements Routes {
  private final Crawls crawls;

  public CrawlsApi(Crawls crawls) {
    this.crawls = crawls;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/crawls", this::crawl)
        .get("/v1/crawls", this::running)
        .get("/v1/crawlers", this::list, "limit", "next")
        .get("/v1/crawlers/{table}", this::show)
        .delete("/v1/crawlers/{table}", this::remove);
  }

  private void crawl(Call call) throws IOException {
    JsonFields body = call.fields("place", "into", "load", "dry_run").filled();
    Crawler.Where where = Crawler.Where.parse(body.text("place"));
    var wanted =
        new Crawls.Wanted(
            where,
            body.optionalText("into").map(table -> TableName.parseIn(where.domain(), table)),
            body.optionalText("load").map(CrawlsApi::load).orElse(Load.BY_STAGE),
            body.flag("dry_run", false));
    call.send(200, crawls.crawl(Authentication.caller(call), wanted));
  }

  private static Load load(String word) {
    return Load.find(word)
        .orElseThrow(() ->
            new Invalid(
                PipelinesError.CRAWL_INVALID,
                "'%s' is no way in which rows get into a table.".formatted(word),
                "Write by-stage or in-place."));
  }

  private void running(Call call) throws IOException {
    call.send(Page.last(crawls.running(Authentication.caller(call))));
  }

  private void list(Call call) throws IOException {
    call.send(crawls.list(Authentication.caller(call), call.next().orElse(""), call.limit()));
  }

  private void show(Call call) throws IOException {
    call.send(200, crawls.show(Authentication.caller(call), call.variable("table")));
  }

  private void remove(Call call) throws IOException {
    TableName table = call.variable("table", TableName::parse);
    call.send(200, crawls.remove(Authentication.caller(call), table));
  }
}
