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
import io.hosu.http.Call;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.tables.LakeTable;
import io.hosu.tables.iceberg.MetadataTexts.Part;
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
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.rest.credentials.Credential;
import org.apache.iceberg.rest.credentials.ImmutableCredential;
import org.apache.iceberg.rest.responses.LoadTableResponse;

/**
 * Tables as answers: the metadata, where the S3 door is, and an access key for the files of the
 * table that does what the caller may do to the table. May be used from any thread.
 */
final class TableAnswers {
  private final FileKeys keys;
  private final Policy policy;
  private final FileDoor files;
  private final MetadataTexts texts = new MetadataTexts();

  TableAnswers(FileKeys keys, Policy policy, FileDoor files) {
    this.keys = keys;
    this.policy = policy;
    this.files = files;
  }

  /** What changes whenever the answer does, but for its access key. */
  String tag(Call call, Readers.ReadableTable readable, Part part) {
    LakeTable table = readable.table();
    String restrictions =
        readable.restrictions().map(it -> it.restrictions().toString()).orElse("");
    String all =
        table.metadataLocation()
            + part
            + permissions(Authentication.caller(call), table.name())
            + restrictions;
    return "\"" + UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)) + "\"";
  }

  /** Answers with a table that is there, and with what is to be kept to. */
  void send(Call call, Readers.ReadableTable readable, Part part) throws IOException {
    LakeTable table = readable.table();
    TableMetadata metadata = table.metadata();
    if (readable.restrictions().isPresent()) {
      sendRestricted(call, readable, part == Part.REFS ? refsOnly(metadata) : metadata);
      return;
    }
    byte[] text =
        texts.of(
            table.metadataLocation(),
            part,
            () -> part == Part.REFS ? refsOnly(metadata) : metadata);
    send(call, table.name(), metadata, text);
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
    send(call, name, metadata, texts.of(metadata.metadataFileLocation(), Part.ALL, () -> metadata));
  }

  /** A table that is to be made. */
  LoadTableResponse draft(Call call, TableName name, TableMetadata metadata) {
    LoadTableResponse.Builder answer =
        LoadTableResponse.builder()
            .withTableMetadata(metadata)
            .addAllConfig(files.properties(call.request()));
    credential(call, name, metadata)
        .ifPresent(
            credential -> answer.addAllConfig(credential.config()).addCredential(credential));
    return answer.build();
  }

  private void send(Call call, TableName name, TableMetadata metadata, byte[] text)
      throws IOException {
    Map<String, String> config = new LinkedHashMap<>(files.properties(call.request()));
    Optional<Credential> credential = credential(call, name, metadata);
    credential.ifPresent(key -> config.putAll(key.config()));
    IcebergJson.sendTable(
        call.response(), metadata.metadataFileLocation(), text, config, credential);
  }

  private Optional<Credential> credential(Call call, TableName name, TableMetadata metadata) {
    Caller caller = Authentication.caller(call);
    return credential(caller, name, metadata.location(), permissions(caller, name));
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
            : credential(caller, name, location, permissions(caller, name));
    return credential.stream().toList();
  }

  private Optional<Credential> ofEngine(
      Caller caller, Principal engine, TableName name, String location) {
    ObjectName place = ObjectName.ofLocation(location + "/");
    return keys.createForEngine(caller, engine, name, place)
        .map(key -> credential(name, place, key));
  }

  /** Nobody reads the files who may not SELECT all of the table, nor writes who may not read. */
  private Set<Permission> permissions(Caller caller, TableName name) {
    if (!may(caller, Permission.SELECT, name)) {
      return Set.of();
    }
    boolean writes = may(caller, Permission.INSERT, name) || may(caller, Permission.DELETE, name);
    return writes
        ? EnumSet.of(Permission.READ_OBJECTS, Permission.WRITE_OBJECTS)
        : EnumSet.of(Permission.READ_OBJECTS);
  }

  private boolean may(Caller caller, Permission permission, TableName name) {
    return policy.decide(caller.principal(), permission, Resource.of(name))
        instanceof Decision.Allowed;
  }

  private Optional<Credential> credential(
      Caller caller, TableName name, String location, Set<Permission> permissions) {
    if (permissions.isEmpty()) {
      return Optional.empty();
    }
    policy.require(caller, Permission.SELECT, Resource.of(name));
    ObjectName place = ObjectName.ofLocation(location + "/");
    return keys.create(caller, name, place, permissions).map(key -> credential(name, place, key));
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
