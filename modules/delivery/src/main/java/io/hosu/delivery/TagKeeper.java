package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Grant;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps the tags that the lake project declares beside those given by command. */
final class TagKeeper implements Keeper {
  private final Tags tags;

  TagKeeper(Tags tags) {
    this.tags = tags;
  }

  @Override
  public Kind kind() {
    return Kind.TAG;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    SortedMap<String, SortedMap<String, String>> all = new TreeMap<>();
    tags.list(tx).stream()
        .filter(tag -> tag.source().equals(Grant.GIT))
        .forEach(tag ->
            all.computeIfAbsent(tag.on().toString(), _ -> new TreeMap<>())
                .put(tag.key(), tag.value()));
    List<Declared> declared = new ArrayList<>();
    all.forEach((on, its) -> declared.add(new Declared.Tags(on, its)));
    return declared;
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return new AllAtOnce(this, steps, this::replace);
  }

  private void replace(Transaction tx, Collection<Declared> all) {
    tags.replaceGit(tx, tags(all));
  }

  static List<Tags.Tag> tags(Collection<Declared> all) {
    List<Tags.Tag> wanted = new ArrayList<>();
    for (Declared declared : all) {
      if (declared instanceof Declared.Tags(var on, var its)) {
        its.forEach(
            (key, value) -> wanted.add(new Tags.Tag(Resource.parse(on), key, value, Grant.GIT)));
      }
    }
    return wanted;
  }
}
