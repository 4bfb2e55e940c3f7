package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.objects.Buckets;
import io.hosu.store.Transaction;
import java.util.List;

/**
 * Keeps declared layers as buckets. One that holds objects is not removed: {@link Buckets} refuses
 * it.
 */
final class LayerKeeper implements Keeper, Keeper.Work {
  private final Buckets buckets;

  LayerKeeper(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public Kind kind() {
    return Kind.LAYER;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return Buckets.listDeclared(tx).stream()
        .<Declared>map(bucket -> new Declared.Layer(bucket.name()))
        .toList();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    buckets.create(tx, declared.name());
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    buckets.delete(tx, declared.name());
  }
}
