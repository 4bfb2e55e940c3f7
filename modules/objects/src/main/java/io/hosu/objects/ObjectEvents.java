package io.hosu.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.governance.Caller;
import io.hosu.kernel.Json;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.util.List;

/** Tells the event log what became of objects, in the shape of S3's own events. */
final class ObjectEvents {
  private static final String SOURCE = "hosu.objects";

  private final EventLog log;

  ObjectEvents(EventLog log) {
    this.log = log;
  }

  /**
   * A version became visible.
   *
   * @param reason {@code PutObject}, {@code CopyObject} or {@code CompleteMultipartUpload}
   */
  void created(Transaction tx, Caller caller, ObjectVersion version, String reason) {
    ObjectNode detail = detail(caller, version.name(), reason);
    ObjectNode object = object(detail, version.name(), version.version());
    object.put("size", version.size());
    object.put("etag", version.etag());
    object.put("sha256", version.sha256());
    append(tx, "Object Created", version.name(), detail);
  }

  /** An object was deleted: {@code marker} is the version that says so. */
  void deleted(Transaction tx, Caller caller, ObjectName name, String marker) {
    ObjectNode detail = detail(caller, name, "DeleteObject");
    detail.put("deletion-type", "Delete Marker Created");
    object(detail, name, marker);
    append(tx, "Object Deleted", name, detail);
  }

  private void append(Transaction tx, String type, ObjectName name, ObjectNode detail) {
    log.append(tx, SOURCE, type, domain(name), List.of(name.toString()), detail);
  }

  private static ObjectNode detail(Caller caller, ObjectName name, String reason) {
    ObjectNode detail = Json.object();
    detail.put("version", "0");
    detail.putObject("bucket").put("name", name.bucket());
    detail.putObject("object");
    detail.put("request-id", caller.requestId());
    detail.put("requester", caller.principal().name());
    detail.put("reason", reason);
    return detail;
  }

  private static ObjectNode object(ObjectNode detail, ObjectName name, String version) {
    ObjectNode object = detail.withObject("object");
    object.put("key", name.key());
    object.put("version-id", version);
    object.put("sequencer", version);
    return object;
  }

  /** The first element of the key, when it can name a domain. */
  private static String domain(ObjectName name) {
    int slash = name.key().indexOf('/');
    String first = slash < 0 ? "" : name.key().substring(0, slash);
    return Names.isName(first) ? first : "";
  }
}
