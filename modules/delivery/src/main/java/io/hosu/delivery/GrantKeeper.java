package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        .<Declared>map(GrantKeeper::declared)
        .toList();
  }

  static Declared.Grant declared(Grant grant) {
    TreeSet<String> permissions = new TreeSet<>();
    grant.permissions().forEach(permission -> permissions.add(permission.name()));
    return new Declared.Grant(
        grant.effect().name().toLowerCase(Locale.ROOT),
        grant.to().toString(),
        grant.on().toString(),
        permissions,
        grant.terms().toJson());
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return new AllAtOnce(this, steps, this::replace);
  }

  private void replace(Transaction tx, Collection<Declared> all) {
    List<Grant> wanted = new ArrayList<>();
    for (Declared declared : all) {
      if (declared instanceof Declared.Grant grant) {
        wanted.add(grant(grant));
      }
    }
    grants.replaceGit(tx, wanted);
  }

  static Grant grant(Declared.Grant declared) {
    Set<Permission> permissions =
        declared.permissions().stream().map(Permission::valueOf).collect(Collectors.toSet());
    return new Grant(
        "",
        Grant.Effect.valueOf(declared.effect().toUpperCase(Locale.ROOT)),
        Grantee.parse(declared.to()),
        permissions,
        Resource.parse(declared.on()),
        Terms.fromJson(declared.terms()),
        Grant.GIT);
  }
}
