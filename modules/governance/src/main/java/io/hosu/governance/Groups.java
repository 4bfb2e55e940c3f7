package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Groups of principals. One is there when somebody made it, by command or in the lake project, and
 * also when a principal belongs to it. May be used from any thread.
 */
public final class Groups {
  /** The source of a group that nobody made: it is there as long as somebody belongs to it. */
  static final String PRINCIPALS = "principals";

  private final Principals principals;

  /** The groups of those who may act. */
  public Groups(Principals principals) {
    this.principals = principals;
  }

  /**
   * A group.
   *
   * @param source who made it: {@link Grant#GIT}, {@link Grant#CLI}, or {@link #PRINCIPALS}
   * @param createdAt when it was made; empty: nobody made it
   * @param members the principals that belong to it by themselves, by name
   */
  public record Group(
      String name, String source, Optional<Instant> createdAt, List<Principals.Kept> members) {
    public Group {
      members = List.copyOf(members);
    }

    /** As it is written in grants. */
    Grantee grantee() {
      return Grantee.group(name);
    }
  }

  /** All groups, by name. */
  public List<Group> list(Transaction tx) {
    SortedMap<String, List<Principals.Kept>> members = new TreeMap<>();
    for (Principals.Kept kept : principals.list(tx)) {
      for (String name : kept.principal().groups()) {
        members.computeIfAbsent(name, _ -> new ArrayList<>()).add(kept);
      }
    }
    SortedMap<String, Group> all = new TreeMap<>();
    members.forEach(
        (name, its) -> all.put(name, new Group(name, PRINCIPALS, Optional.empty(), its)));
    tx.list("SELECT name, source, created_at FROM principal_groups", Groups::made)
        .forEach(made ->
            all.put(
                made.name,
                new Group(
                    made.name,
                    made.source,
                    made.createdAt,
                    members.getOrDefault(made.name, List.of()))));
    return List.copyOf(all.values());
  }

  private static Group made(Row row) {
    return new Group(
        row.text("name"), row.text("source"), Optional.of(row.instant("created_at")), List.of());
  }

  /**
   * The group of this name.
   *
   * @throws NotFound {@link GovernanceError#GROUP_NOT_FOUND}
   */
  Group require(Transaction tx, String name) {
    List<Group> all = list(tx);
    return all.stream()
        .filter(group -> group.name.equals(name))
        .findFirst()
        .orElseThrow(() -> notFound(name, all.stream().map(Group::name).toList()));
  }

  /**
   * The refusal of a group that is not there.
   *
   * @param known those that who asks may know of
   */
  static NotFound notFound(String name, List<String> known) {
    return new NotFound(
        GovernanceError.GROUP_NOT_FOUND,
        "There is no group '%s'%s".formatted(name, Suggestions.ending(name, known)),
        "See all with: hosu groups list");
  }

  /**
   * Makes a group.
   *
   * @throws Conflict {@link GovernanceError#GROUP_EXISTS}
   */
  void create(Transaction tx, String name) {
    Principal.requireName("group", name);
    if (list(tx).stream().anyMatch(group -> group.name.equals(name))) {
      throw new Conflict(
          GovernanceError.GROUP_EXISTS,
          "There is already a group '%s'.".formatted(name),
          "See it with: hosu groups show %1$s; change it with: hosu groups change %1$s"
              .formatted(name));
    }
    keep(tx, name, Grant.CLI);
  }

  /** Keeps that the lake project declares a group, whether it was there before or not. */
  public void declare(Transaction tx, String name) {
    Principal.requireName("group", name);
    keep(tx, name, Grant.GIT);
  }

  private void keep(Transaction tx, String name, String source) {
    tx.update(
        """
        INSERT INTO principal_groups (name, source, created_at) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET source = excluded.source\
        """,
        name,
        source,
        principals.now());
  }

  /** Forgets that a group was made; it is there as long as somebody belongs to it. */
  public void forget(Transaction tx, String name) {
    tx.update("DELETE FROM principal_groups WHERE name = ?", name);
  }

  /**
   * Refuses to change past the lake project what it declares.
   *
   * @throws Conflict {@link GovernanceError#GROUP_DECLARED}
   */
  static void requireNotDeclared(Group group) {
    if (group.source.equals(Grant.GIT)) {
      throw new Conflict(
          GovernanceError.GROUP_DECLARED,
          "The group '%s' comes from the lake project.".formatted(group.name),
          "Change it in access/ of the lake project, then: hosu apply. A principal that was made by"
              + " command joins it with: hosu principals change NAME --group "
              + group.name);
    }
  }

  /**
   * Puts a principal into a group.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#PRINCIPAL_DECLARED} when the lake project declares it,
   *     {@link GovernanceError#PRINCIPAL_BUILT_IN}
   */
  void join(Transaction tx, String group, String member) {
    change(tx, member, groups -> groups.add(group));
  }

  /**
   * Takes a principal out of a group.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#PRINCIPAL_DECLARED} when the lake project declares it,
   *     {@link GovernanceError#PRINCIPAL_BUILT_IN}
   */
  void leave(Transaction tx, String group, String member) {
    change(tx, member, groups -> groups.remove(group));
  }

  private void change(Transaction tx, String member, Predicate<Set<String>> change) {
    Principals.Kept before = principals.requireKept(tx, member);
    TreeSet<String> groups = new TreeSet<>(before.principal().groups());
    if (change.test(groups)) {
      principals.requireNotDeclared(tx, member);
      principals.put(tx, before.principal().in(groups), before.about(), before.source());
    }
  }

  /**
   * Does away with a group that nothing is held by: nobody belongs to it any more.
   *
   * @throws Conflict {@link GovernanceError#GROUP_DECLARED}, or {@link
   *     GovernanceError#PRINCIPAL_DECLARED} when the lake project declares somebody in it
   */
  void drop(Transaction tx, Group group) {
    requireNotDeclared(group);
    group.members.forEach(member -> leave(tx, group.name, member.principal().name()));
    forget(tx, group.name);
  }
}
