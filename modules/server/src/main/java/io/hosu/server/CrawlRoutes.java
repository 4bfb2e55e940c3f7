package io.hosu.server;

import io.hosu.http.Routes;
import io.hosu.objects.Objects;
import io.hosu.pipelines.Imports;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.crawl.AddFilesApi;
import io.hosu.pipelines.crawl.Crawler;
import io.hosu.pipelines.crawl.Crawls;
import io.hosu.pipelines.crawl.CrawlsApi;
import io.hosu.pipelines.crawl.DeclaredTables;
import io.hosu.pipelines.crawl.FilesInPlace;
import io.hosu.pipelines.crawl.ProposalsApi;
import io.hosu.pipelines.crawl.RunningLooks;
import io.hosu.query.engine.Looker;
import io.hosu.store.Database;

/** What makes tables of objects that nobody declared. */
final class CrawlRoutes {
  private CrawlRoutes() {}

  static Routes of(
      Database database,
      Objects objects,
      Pipelines pipelines,
      Pipelines.Parts parts,
      Pipelines.Work work,
      Looker looker,
      DeclaredTables declared) {
    RunningLooks looks = new RunningLooks(parts.clock());
    FilesInPlace files =
        new FilesInPlace(
            objects, work.files(), looker, new Imports(parts, work), work.tables(), work.policy());
    Crawls crawls =
        new Crawls(
            database,
            new Crawler(objects, work.files(), looker),
            pipelines,
            work.tables(),
            work.policy(),
            parts.clock(),
            looks,
            files);
    return router -> {
      new CrawlsApi(crawls).register(router);
      new ProposalsApi(parts, work, pipelines.stages(), declared).register(router);
      new AddFilesApi(files, looks).register(router);
    };
  }
}
