package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.FileKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.door.ReadCondition;
import io.hosu.tables.LakeTable;
import io.hosu.tables.OpenCatalog;
import io.hosu.tables.RecentTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.rest.credentials.Credential;
import org.apache.iceberg.rest.credentials.ImmutableCredential;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/**
 * Tables as answers: the metadata, where the S3 door is, and an access key for the files of the
 * table that does what the caller may do to the table. May be used from any thread.
 */
final class TableAnswers {
  private static final long REFS_BYTES = 16L << 20;

  private final OpenCatalog catalog;
  private final FileKeys keys;
  private final Policy policy;
  private final FileDoor files;
  private final RecentTexts refs = new RecentTexts(REFS_BYTES);

  /** How much of a table's metadata a client wants to know. */
  enum Part {
    ALL,
    /** Without the snapshots that no branch or tag points to. */
    REFS
  }

  TableAnswers(OpenCatalog catalog, FileKeys keys, Policy policy, FileDoor files) {
    this.catalog = catalog;
    this.keys = keys;
    this.policy = policy;
    this.files = files;
  }

  /**
   * Answers with a table that is there, and with what is to be kept to; with 304 to a client that
   * has the answer.
   */
  void send(Call call, Readers.ReadableTable readable, Part part) throws IOException {
    FileUse use = use(Authentication.caller(call), readable.rights(), readable.table().name());
    String tag = tag(readable, part, use.permissions());
    call.response().header("ETag", "\"%s\"".formatted(tag));
    if (call.request()
        .header("If-None-Match")
        .filter(known -> ReadCondition.matches(known, tag))
        .isPresent()) {
      call.response().status(304);
    } else if (readable.restrictions().isPresent()) {
      TableMetadata metadata = readable.table().metadata();
      sendRestricted(call, readable, part == Part.REFS ? refsOnly(metadata) : metadata);
    } else {
      sendWhole(call, readable.table(), part, use);
    }
  }

  /** What changes whenever the answer does, but for its access key. */
  private static String tag(
      Readers.ReadableTable readable, Part part, Set<Permission> permissions) {
    String restrictions =
        readable.restrictions().map(it -> it.restrictions().toString()).orElse("");
    String all = readable.table().metadataLocation() + part + permissions + restrictions;
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private void sendWhole(Call call, LakeTable table, Part part, FileUse use) throws IOException {
    TableMetadata metadata = table.metadata();
    byte[] text =
        switch (part) {
          case ALL -> catalog.metadataText(table.metadataLocation());
          case REFS -> refs.get(table.metadataLocation(), () -> json(refsOnly(metadata)));
        };
    send(call, metadata, text, use);
  }

  private void sendRestricted(Call call, Readers.ReadableTable readable, TableMetadata metadata)
      throws IOException {
    LoadTableResponse.Builder answer =
        LoadTableResponse.builder()
            .withTableMetadata(metadata)
            .addAllConfig(files.properties(call.request()));
    credentials(call, readable)
        .forEach(credential -> answer.addAllConfig(credential.config()).addCredential(credential));
    ObjectNode json = IcebergJson.tree(answer.build());
    json.set("read-restrictions", readable.restrictions().orElseThrow().restrictions());
    // What one is told is no other's, and no cache is to keep it.
    call.response().header("Cache-Control", "no-store");
    call.send(200, json);
  }

  /** Answers with a table that was just committed to. */
  void send(Call call, TableName name, TableMetadata metadata) throws IOException {
    byte[] text = catalog.metadataText(metadata.metadataFileLocation());
    send(call, metadata, text, use(Authentication.caller(call), policy.rights(), name));
  }

  /** A table that is to be made. */
  LoadTableResponse draft(Call call, TableName name, TableMetadata metadata) {
    LoadTableResponse.Builder answer =
        LoadTableResponse.builder()
            .withTableMetadata(metadata)
            .addAllConfig(files.properties(call.request()));
    credential(metadata.location(), use(Authentication.caller(call), policy.rights(), name))
        .ifPresent(
            credential -> answer.addAllConfig(credential.config()).addCredential(credential));
    return answer.build();
  }

  private void send(Call call, TableMetadata metadata, byte[] text, FileUse use)
      throws IOException {
    Map<String, String> config = new LinkedHashMap<>(files.properties(call.request()));
    Optional<Credential> credential = credential(metadata.location(), use);
    credential.ifPresent(key -> config.putAll(key.config()));
    IcebergJson.sendTable(
        call.response(), metadata.metadataFileLocation(), text, config, credential);
  }

  private static byte[] json(TableMetadata metadata) {
    return TableMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8);
  }

  private static TableMetadata refsOnly(TableMetadata metadata) {
    return TableMetadata.buildFrom(metadata)
        .withMetadataLocation(metadata.metadataFileLocation())
        .suppressHistoricalSnapshots()
        .discardChanges()
        .build();
  }

  /** The access key for the files of a table, if the caller may have one. */
  List<Credential> credentials(Call call, Readers.ReadableTable readable) {
    Caller caller = Authentication.caller(call);
    TableName name = readable.table().name();
    String location = readable.table().metadata().location();
    Optional<Credential> credential =
        readable.restrictions().isPresent()
            ? ofEngine(caller, readable.restrictions().get().engine(), name, location)
            : credential(location, use(caller, readable.rights(), name));
    return credential.stream().toList();
  }

  private Optional<Credential> ofEngine(
      Caller caller, Principal engine, TableName name, String location) {
    ObjectName place = ObjectName.ofLocation(location + "/");
    return keys.createForEngine(caller, engine, name, place)
        .map(key -> credential(name, place, key));
  }

  /**
   * What somebody may do to the files of a table.
   *
   * @param rights by which that was decided
   * @param permissions of {@code READ_OBJECTS} and {@code WRITE_OBJECTS}
   */
  private record FileUse(
      Caller caller, Rights rights, TableName table, Set<Permission> permissions) {}

  /** Nobody reads the files who may not SELECT all of the table, nor writes who may not read. */
  private static FileUse use(Caller caller, Rights rights, TableName table) {
    Predicate<Permission> may =
        permission ->
            rights.decide(caller.principal(), permission, Resource.of(table))
                instanceof Decision.Allowed;
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    if (may.test(Permission.SELECT)) {
      permissions.add(Permission.READ_OBJECTS);
      if (may.test(Permission.INSERT) || may.test(Permission.DELETE)) {
        permissions.add(Permission.WRITE_OBJECTS);
      }
    }
    return new FileUse(caller, rights, table, permissions);
  }

  private Optional<Credential> credential(String location, FileUse use) {
    if (use.permissions().isEmpty()) {
      return Optional.empty();
    }
    policy.require(use.rights(), use.caller(), Permission.SELECT, Resource.of(use.table()));
    ObjectName place = ObjectName.ofLocation(location + "/");
    return keys.create(use.caller(), use.table(), place, use.permissions())
        .map(key -> credential(use.table(), place, key));
  }

  private static Credential credential(TableName name, ObjectName place, FileKeys.NewKey key) {
    Map<String, String> config = new HashMap<>();
    config.put("s3.access-key-id", key.id());
    config.put("s3.secret-access-key", key.secret().reveal());
    config.put("s3.session-token", key.securityToken().reveal());
    config.put("s3.session-token-expires-at-ms", Long.toString(key.expiresAt().toEpochMilli()));
    config.put(
        "client.refresh-credentials-endpoint",
        "v1/%s/namespaces/%s/tables/%s/credentials"
            .formatted(name.domain(), name.layer(), name.table()));
    return ImmutableCredential.builder().prefix(place.location()).config(config).build();
  }
}
