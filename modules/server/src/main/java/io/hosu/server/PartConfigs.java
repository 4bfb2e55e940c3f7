package io.hosu.server;

import io.hosu.governance.GovernanceConfig;
import io.hosu.http.ListenerConfig;
import io.hosu.kernel.Settings;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.s3.S3Config;
import io.hosu.pipelines.DispatcherConfig;
import io.hosu.pipelines.OpenLineageConfig;
import io.hosu.pipelines.UpkeepConfig;
import io.hosu.query.QueriesConfig;
import io.hosu.query.engine.EngineConfig;
import io.hosu.store.DatabaseConfig;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.iceberg.IcebergConfig;
import java.nio.file.Path;

/** What each part is configured with, read from the settings before anything is opened. */
record PartConfigs(
    DatabaseConfig database,
    GovernanceConfig governance,
    ObjectsConfig objects,
    TablesConfig tables,
    EngineConfig engines,
    QueriesConfig queries,
    DispatcherConfig dispatcher,
    RetentionConfig retention,
    UpkeepConfig upkeep,
    OpenLineageConfig openLineage,
    S3Config s3,
    IcebergConfig iceberg,
    TlsConfig tls,
    ListenerConfig httpListener,
    ListenerConfig s3Listener) {

  /**
   * Reads all settings.
   *
   * @throws io.hosu.kernel.HosuException.Invalid naming every mistake
   */
  static PartConfigs from(Settings settings, Path data) {
    DatabaseConfig database = DatabaseConfig.from(settings, data);
    boolean alone = database.url().startsWith("jdbc:sqlite:");
    EngineConfig engines = EngineConfig.from(settings, data);
    PartConfigs configs =
        new PartConfigs(
            database,
            GovernanceConfig.from(settings),
            ObjectsConfig.from(settings),
            TablesConfig.from(settings),
            engines,
            QueriesConfig.from(settings, engines),
            DispatcherConfig.from(settings, alone),
            RetentionConfig.from(settings),
            UpkeepConfig.from(settings),
            OpenLineageConfig.from(settings),
            S3Config.from(settings),
            IcebergConfig.from(settings),
            TlsConfig.from(settings),
            ListenerConfig.from(settings, "http", 8000),
            ListenerConfig.from(settings, "s3", 9000));
    settings.check();
    return configs;
  }
}
