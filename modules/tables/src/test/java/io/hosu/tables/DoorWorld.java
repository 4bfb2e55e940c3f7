package io.hosu.tables;

import io.hosu.events.EventFilter;
import io.hosu.events.LoggedEvent;
import io.hosu.governance.AccessKeys;
import io.hosu.governance.AccessNews;
import io.hosu.governance.Domains;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceConfig;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.objects.Buckets;
import io.hosu.objects.Objects;
import io.hosu.objects.Uploads;
import io.hosu.objects.s3.S3Config;
import io.hosu.objects.s3.S3Door;
import io.hosu.tables.iceberg.FileDoor;
import io.hosu.tables.iceberg.IcebergConfig;
import io.hosu.tables.iceberg.IcebergDoor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.rest.RESTCatalog;

/** A lake behind its Iceberg door and its S3 door, and Iceberg's own client before them. */
final class DoorWorld implements AutoCloseable {
  final TestLake lake;
  final Governance governance;
  final Listener http;
  final Listener s3;

  DoorWorld(TestLake lake, Path directory) {
    this.lake = lake;
    // Requests to the S3 door are signed by clients, which have their own clock.
    lake.clock.advance(Duration.between(lake.clock.instant(), Instant.now()));
    this.governance =
        new Governance(
            lake.database,
            directory,
            lake.clock,
            lake.ids,
            GovernanceConfig.standard(),
            AccessNews.NONE,
            Clones::cloned);
    Buckets buckets = new Buckets(lake.database, lake.clock);
    S3Door s3Door =
        new S3Door(
            S3Config.standard(),
            governance.signers(),
            governance.recorder(),
            buckets,
            new Objects(
                lake.database, lake.blobs, lake.events, governance.policy(), lake.clock, lake.ids),
            new Uploads(
                lake.database, lake.blobs, lake.events, governance.policy(), lake.clock, lake.ids),
            lake.clock);
    this.s3 = new Listener(ListenerConfig.local(0), s3Door);
    IcebergDoor door =
        new IcebergDoor(
            lake.database,
            governance,
            buckets,
            lake.tables,
            new FileDoor(s3::address, S3Config.standard().region(), IcebergConfig.standard()),
            TableUses.NONE,
            lake.clock);
    this.http = new Listener(ListenerConfig.local(0), Router.builder().add(door).build());
    lake.append(TestLake.FLIGHTS, "SELECT 1 AS id, 'Oslo' AS city UNION ALL SELECT 2, 'Bern'");
    for (String domain : List.of("aviation", "finance")) {
      lake.database.write(tx -> {
        governance.domains().put(tx, new Domains.Domain(domain, domain + "_team", ""));
        return domain;
      });
    }
  }

  /** A person with an access key. */
  AccessKeys.NewAccessKey person(String name) {
    return lake.database.write(tx -> {
      governance.principals().create(tx, Principal.user(name), Grant.CLI);
      return governance.accessKeys().create(tx, name);
    });
  }

  void allow(String name, Resource on, Permission first, Permission... more) {
    allow(name, on, Terms.none(), first, more);
  }

  void allow(String name, Resource on, Terms terms, Permission first, Permission... more) {
    Grant grant = Grant.declared(Grantee.user(name), EnumSet.of(first, more), on).with(terms);
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));
  }

  void deny(String name, Resource on, Permission first, Permission... more) {
    Grant grant = Grant.declared(Grantee.user(name), EnumSet.of(first, more), on).asDeny();
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));
  }

  /** A client of somebody who has this access key. */
  RESTCatalog catalog(AccessKeys.NewAccessKey key) {
    return catalog(Map.of("credential", key.id() + ":" + key.secret().reveal()));
  }

  RESTCatalog catalog(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.putIfAbsent("uri", http.address() + "/iceberg");
    properties.putIfAbsent("warehouse", "aviation");
    properties.putIfAbsent("oauth2-server-uri", http.address() + "/iceberg/v1/oauth/tokens");
    properties.putIfAbsent("rest.auth.type", "oauth2");
    properties.putIfAbsent("rest-metrics-reporting-enabled", "false");
    properties.putIfAbsent("io-impl", DoorFileIO.class.getName());
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("lake", properties);
    return catalog;
  }

  /** The events of one kind, the newest first. */
  List<LoggedEvent> events(String type) {
    return lake.events.list(EventFilter.ALL, 100).items().stream()
        .filter(logged -> logged.event().detailType().equals(type))
        .toList();
  }

  @Override
  public void close() {
    http.close();
    s3.close();
    governance.close();
  }
}
