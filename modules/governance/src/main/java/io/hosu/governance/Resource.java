package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.Optional;

/**
 * What a grant can be on. A grant on a resource covers all that lies in it.
 *
 * <p>Written {@code lake}, {@code aviation} (a domain), {@code aviation.stage} (its layer), {@code
 * aviation.stage.flights} (a table), {@code raw/} (a bucket), {@code raw/aviation/flights/1.csv}
 * (an object) or {@code raw/aviation/flights/} (all objects below), {@code
 * pipeline:aviation.flights}, {@code dataset:aviation.flights}, {@code aviation.stage.flights.id}
 * (a column), {@code tag:"pii = low"} (all that is tagged so); {@link #parse} reads back what
 * {@code toString} prints.
 */
public sealed interface Resource {
  /** The whole lake. */
  record Lake() implements Resource {
    @Override
    public String toString() {
      return "lake";
    }
  }

  /** A domain: its layers, its tables, its objects and its pipelines. */
  record Domain(String name) implements Resource {
    public Domain {
      Names.requireName("domain", name);
    }

    @Override
    public String toString() {
      return name.equals("lake") ? "domain:lake" : name;
    }
  }

  /** A domain's part of a layer: its tables there, and its objects in that bucket. */
  record Layer(String domain, String layer) implements Resource {
    public Layer {
      Names.requireName("domain", domain);
      Names.requireName("layer", layer);
    }

    @Override
    public String toString() {
      return domain + "." + layer;
    }
  }

  /** A table. */
  record Table(TableName name) implements Resource {
    @Override
    public String toString() {
      return name.toString();
    }
  }

  /** A bucket: all objects of a layer, whatever their domain. */
  record Bucket(String layer) implements Resource {
    public Bucket {
      Names.requireName("bucket", layer);
    }

    @Override
    public String toString() {
      return layer + "/";
    }
  }

  /** An object, or all objects whose keys begin with a key that ends in {@code /}. */
  record ObjectKey(ObjectName name) implements Resource {
    @Override
    public String toString() {
      return name.toString();
    }
  }

  /** A pipeline and its stages. */
  record Pipeline(String domain, String pipeline) implements Resource {
    public Pipeline {
      Names.requireName("domain", domain);
      Names.requireName("pipeline", pipeline);
    }

    @Override
    public String toString() {
      return "pipeline:" + domain + "." + pipeline;
    }
  }

  /** A dataset: its objects in every bucket, and its tables, which the policy knows. */
  record Dataset(String domain, String dataset) implements Resource {
    public Dataset {
      Names.requireName("domain", domain);
      Names.requireName("dataset", dataset);
    }

    @Override
    public String toString() {
      return "dataset:" + domain + "." + dataset;
    }
  }

  /** A column of a table, whatever the case of its letters; tags can be on it. */
  record Column(TableName table, String column) implements Resource {
    public Column {
      column = Columns.small(column);
    }

    @Override
    public String toString() {
      return table + "." + column;
    }
  }

  /** Whatever has tags of which this holds, now and later; columns of a table one by one. */
  record Tagged(Expression expression) implements Resource {
    @Override
    public String toString() {
      return "tag:\"" + expression + "\"";
    }
  }

  /** A table. */
  static Resource of(TableName name) {
    return new Table(name);
  }

  /** An object. */
  static Resource of(ObjectName name) {
    return new ObjectKey(name);
  }

  /** The objects of {@code bucket} whose keys begin with {@code prefix}; empty means all. */
  static Resource objects(String bucket, String prefix) {
    return prefix.isEmpty() ? new Bucket(bucket) : new ObjectKey(new ObjectName(bucket, prefix));
  }

  /**
   * Reads a resource.
   *
   * @throws Invalid {@link GovernanceError#RESOURCE_INVALID}, or {@code NAME_INVALID}
   */
  static Resource parse(String text) {
    return ResourceForm.parse(text);
  }

  /** The domain it belongs to; empty for the lake, a bucket, and objects outside of domains. */
  default Optional<String> domainName() {
    return switch (this) {
      case Lake _, Bucket _, Tagged _ -> Optional.empty();
      case Domain(String name) -> Optional.of(name);
      case Layer(String domain, _) -> Optional.of(domain);
      case Table(TableName name) -> Optional.of(name.domain());
      case ObjectKey(ObjectName name) -> ResourceForm.domainOf(name.key());
      case Pipeline(String domain, _) -> Optional.of(domain);
      case Dataset(String domain, _) -> Optional.of(domain);
      case Column(TableName table, _) -> Optional.of(table.domain());
    };
  }

  /**
   * Whether {@code other} is this or lies in it, as far as that shows in their names: not what is
   * tagged, nor the tables of a dataset.
   */
  default boolean covers(Resource other) {
    return switch (this) {
      case Lake _ -> true;
      case Domain(String name) -> other.domainName().equals(Optional.of(name));
      case Layer(String domain, String layer) ->
          other.domainName().equals(Optional.of(domain))
              && ResourceForm.layerOf(other).equals(layer);
      case Bucket(String layer) ->
          switch (other) {
            case Bucket _ -> equals(other);
            case ObjectKey(ObjectName name) -> name.bucket().equals(layer);
            case Lake _, Domain _, Layer _, Table _, Pipeline _, Dataset _, Column _, Tagged _ ->
                false;
          };
      case ObjectKey(ObjectName name) ->
          other instanceof ObjectKey(ObjectName inner) && ResourceForm.covers(name, inner);
      case Dataset dataset -> equals(other) || ResourceForm.has(dataset, other);
      case Table(TableName name) ->
          equals(other) || (other instanceof Column(TableName table, _) && table.equals(name));
      case Pipeline _, Column _, Tagged _ -> equals(other);
    };
  }
}
