package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Names;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The names of the protocol as names of the lake: a warehouse, and so the prefix of paths, is a
 * domain; a namespace of one level is a layer in it. What the caller may not know of looks as if it
 * were not there. May be used from any thread.
 */
final class Warehouses {
  private final Buckets layers;
  private final Policy policy;

  Warehouses(Buckets layers, Policy policy) {
    this.layers = layers;
    this.policy = policy;
  }

  /**
   * The domain of this name, for the caller.
   *
   * @throws NotFound {@link IcebergError#WAREHOUSE_NOT_FOUND}
   */
  String require(Call call, String warehouse) {
    List<String> visible = visible(call);
    if (!visible.contains(warehouse)) {
      throw new NotFound(
          IcebergError.WAREHOUSE_NOT_FOUND,
          "There is no warehouse '%s'%s"
              .formatted(warehouse, Suggestions.ending(warehouse, visible)),
          visible.isEmpty()
              ? "Warehouses are domains; you may know of none. Ask an administrator for a grant."
              : "Warehouses are domains. Use one of: %s.".formatted(String.join(", ", visible)));
    }
    return warehouse;
  }

  /** The domains that the caller may know of, by name. */
  List<String> visible(Call call) {
    return policy.domains(Authentication.principal(call));
  }

  /** The domain in the path of the call. */
  String domain(Call call) {
    return require(call, call.variable("prefix"));
  }

  /** The layers of a domain that the caller may know of, by name. */
  List<String> layers(Call call, String domain) {
    Principal principal = Authentication.principal(call);
    Rights rights = policy.rights();
    return layers.list().stream()
        .map(Buckets.Bucket::name)
        .filter(layer -> rights.visible(principal, new Resource.Layer(domain, layer)))
        .toList();
  }

  /**
   * The layer of this name, for the caller.
   *
   * @throws NotFound {@link IcebergError#NAMESPACE_NOT_FOUND}
   */
  String requireLayer(Call call, String domain, String namespace) {
    List<String> visible = layers(call, domain);
    if (!visible.contains(namespace)) {
      throw namespaceNotFound(domain, namespace, visible);
    }
    return namespace;
  }

  static NotFound namespaceNotFound(String domain, String namespace, List<String> visible) {
    String shown = namespace.replace('\u001f', '.');
    return new NotFound(
        IcebergError.NAMESPACE_NOT_FOUND,
        "Namespace does not exist: %s in warehouse %s%s"
            .formatted(shown, domain, Suggestions.ending(shown, visible)),
        visible.isEmpty()
            ? "Namespaces are the layers of the lake; you may know of none there."
            : "Namespaces are the layers of the lake. Use one of: %s."
                .formatted(String.join(", ", visible)));
  }

  /** The layer in the path of the call. */
  String layer(Call call, String domain) {
    return requireLayer(call, domain, call.variable("namespace"));
  }

  /**
   * The table in the path of the call, whether or not there is one.
   *
   * @throws NotFound {@link io.hosu.tables.TablesError#TABLE_NOT_FOUND} for a name that none has
   */
  TableName table(Call call) {
    String domain = domain(call);
    return table(domain, call.variable("namespace"), call.variable("table"));
  }

  /**
   * The view of this name in a domain, whether or not there is one.
   *
   * @throws NotFound {@link io.hosu.tables.TablesError#VIEW_NOT_FOUND} for a name that none has
   */
  TableName view(String domain, TableIdentifier id) {
    String layer = layer(id);
    if (!Names.isName(layer) || !Names.isName(id.name())) {
      throw Missing.view(layer.replace('\u001f', '.') + "." + id.name(), List.of());
    }
    return new TableName(domain, layer, id.name());
  }

  /**
   * A name that a table or a view is to get.
   *
   * @throws NotFound {@link IcebergError#NAMESPACE_NOT_FOUND}
   * @throws io.hosu.kernel.HosuException.Invalid when nothing can have it
   */
  TableName newName(Call call, String domain, TableIdentifier id) {
    String layer = requireLayer(call, domain, layer(id));
    return new TableName(domain, layer, Names.requireName("table", id.name()));
  }

  /** The namespace of a name, as it stands in a path. */
  static String layer(TableIdentifier id) {
    return id.hasNamespace() ? String.join("\u001f", id.namespace().levels()) : "";
  }

  static TableName table(String domain, String layer, String name) {
    if (!Names.isName(layer) || !Names.isName(name)) {
      throw Missing.table(layer.replace('\u001f', '.') + "." + name, List.of());
    }
    return new TableName(domain, layer, name);
  }
}
