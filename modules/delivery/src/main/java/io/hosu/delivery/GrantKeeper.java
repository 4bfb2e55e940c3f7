package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the grants that the lake project declares beside those given by command. */
final class GrantKeeper implements Keeper {
  private final Grants grants;

  GrantKeeper(Grants grants) {
    this.grants = grants;
  }

  @Override
  public Kind kind() {
    return Kind.GRANT;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return grants.list(tx).stream()
        .filter(grant -> grant.source().equals(Grant.GIT))
        .map(GrantKeeper::declared)
        .toList();
  }

  private static Declared declared(Grant grant) {
    TreeSet<String> allow = new TreeSet<>();
    grant.permissions().forEach(permission -> allow.add(permission.name()));
    return new Declared.Grant(grant.to().toString(), grant.on().toString(), allow);
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return new AllAtOnce(steps);
  }

  /** Replaces all grants with the first step, so that thousands of them cost one pass. */
  private final class AllAtOnce implements Work {
    private final List<Diff.Step> steps;
    private @Nullable Transaction doneIn;

    AllAtOnce(List<Diff.Step> steps) {
      this.steps = steps;
    }

    @Override
    public void put(Transaction tx, Declared declared) {
      if (tx.equals(doneIn)) {
        return;
      }
      doneIn = tx;
      Map<String, Declared> all = new LinkedHashMap<>();
      list(tx).forEach(grant -> all.put(grant.name(), grant));
      for (Diff.Step step : steps) {
        all.remove(step.thing().name());
        step.after().ifPresent(grant -> all.put(grant.name(), grant));
      }
      replace(tx, all);
    }

    @Override
    public void remove(Transaction tx, Declared declared) {
      put(tx, declared);
    }
  }

  private void replace(Transaction tx, Map<String, Declared> all) {
    List<Grant> wanted = new ArrayList<>();
    for (Declared declared : all.values()) {
      if (declared instanceof Declared.Grant(var to, var on, var allow)) {
        Set<Permission> permissions =
            allow.stream().map(Permission::valueOf).collect(Collectors.toSet());
        wanted.add(Grant.declared(Grantee.parse(to), permissions, Resource.parse(on)));
      }
    }
    grants.replaceGit(tx, wanted);
  }
}
