package io.hosu.governance;

import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import java.util.Collection;
import java.util.Optional;

/** What refusals say: which right is missing, who can give it, and how. */
final class Refusals {
  private Refusals() {}

  /**
   * No grant allows it.
   *
   * @param givers who can give it, as far as the principal may know
   */
  static Decision.Denied missing(
      Principal principal, Permission permission, Resource resource, Givers givers) {
    return denied(
        "%s may not %s on %s: no grant allows it. %s"
            .formatted(principal, permission, resource, givers.sentence(resource)),
        Missing.grant(principal, permission, resource, givers.names(resource)));
  }

  /** There may be no such table, and if there is, it must not be known to be there. */
  static Decision.Denied unknown(
      Principal principal, Permission permission, Resource resource, Givers givers) {
    return denied(
        "%s may not %s on %s: there is no such table, or no grant allows it. %s"
            .formatted(principal, permission, resource, givers.sentence(resource)),
        Missing.grant(principal, permission, resource, givers.names(resource)));
  }

  private static Decision.Denied denied(String reason, Missing missing) {
    return new Decision.Denied(reason, missing.remedy(), missing.toJson());
  }

  /** A grant denies it, which no other grant can mend. */
  static Decision.Denied denied(
      Principal principal, Permission permission, Resource resource, Grant deny) {
    String reason =
        "%s may not %s on %s: it is denied to %s on %s%s, which wins over all that allows it."
            .formatted(
                principal, permission, resource, deny.to(), deny.on(), columns(resource, deny));
    if (deny.source().equals(Grant.CLI)) {
      String command = "hosu grants revoke " + deny.id();
      return new Decision.Denied(
          reason,
          "Ask who may GRANT on %s for: %s".formatted(deny.on(), command),
          Missing.other(permission, resource, command).toJson(),
          Optional.of(deny));
    }
    return new Decision.Denied(
        reason,
        "Ask for the removal of the grant that denies it from access/ of the lake project.",
        Missing.other(permission, resource, "hosu apply").toJson(),
        Optional.of(deny));
  }

  private static String columns(Resource resource, Grant deny) {
    Columns columns = deny.terms().columns();
    return resource instanceof Resource.Column && !columns.isAll()
        ? " (columns: %s%s)"
            .formatted(columns.except() ? "all but " : "", String.join(", ", columns.names()))
        : "";
  }

  /**
   * There is nothing that could be seen.
   *
   * @param renamed what columns that were called so are called now, for who may know them
   * @param known the columns that who asks may know of
   */
  static Decision.Denied noColumn(
      Resource.Column asked, Collection<String> renamed, Collection<String> known) {
    String end =
        renamed.isEmpty()
            ? Suggestions.ending(asked.column(), known)
            : "; what was called so is now: %s."
                .formatted(String.join(", ", renamed.stream().map(ColumnNames::written).toList()));
    return new Decision.Denied(
        "There is no column '%s' of %s%s".formatted(asked.column(), asked.table(), end),
        "See its columns with: hosu tables describe " + asked.table(),
        Json.object());
  }

  /** A grant would show something, but its condition names columns that are others now. */
  static Decision.Denied unclear(Principal principal, Resource resource, Decision.Denied missing) {
    return new Decision.Denied(
        "%s may not SELECT on %s: the grant that would allow it names columns in its conditions which were renamed or made anew since, so that it shows nothing."
            .formatted(principal, resource),
        "Who may GRANT there gives it anew with the names of now; they are told by: hosu plan, or"
            + " hosu grants list.",
        missing.facts());
  }

  /** Only a part of a table may be seen, by who asks for all of it. */
  static Decision.Denied limited(Principal principal, TableName table, Givers givers) {
    Resource resource = Resource.of(table);
    Missing missing = Missing.grant(principal, Permission.SELECT, resource, givers.names(resource));
    return new Decision.Denied(
        "%s may SELECT from %s, but not all of its rows and columns as they are. %s"
            .formatted(principal, table, givers.sentence(resource)),
        Grantee.domainOf(principal).isPresent()
            ? "A stage reads whole tables, for which it takes a grant without rows, columns and"
                + " masks: %s; or have a stage of the domain %s write the part to a table of its own, and grant that."
                    .formatted(missing.command(), table.domain())
            : "Queries leave the rest out; stages and redrives take whole tables, for which it"
                + " takes a grant without rows, columns and masks: "
                + missing.command(),
        missing.toJson());
  }

  /**
   * An object is a file of a table that is not seen as a whole.
   *
   * @param table when the principal may know of it
   * @param why it may not SELECT all of it
   */
  static Decision.Denied ofTable(
      Principal principal, ObjectName object, Optional<TableName> table, Decision.Denied why) {
    String reason =
        "%s may not READ_OBJECTS on %s: it is a file of %s, in which nothing can be left out, so that it takes SELECT on all of that table."
            .formatted(principal, object, table.map(name -> "the table " + name).orElse("a table"));
    return table.isEmpty()
        ? new Decision.Denied(reason, "Ask an administrator for a grant.", Json.object())
        : new Decision.Denied(
            reason + " " + why.reason(),
            "Query it with hosu sql, which shows what you may see. " + why.remedy(),
            why.facts());
  }

  /** Of a quarantine table only that may be seen which quotes no records. */
  static Decision.Denied quoting(
      Principal principal, TableName table, TableName quoted, Givers givers) {
    Resource resource = Resource.of(quoted);
    Missing missing = Missing.grant(principal, Permission.SELECT, resource, givers.names(resource));
    return new Decision.Denied(
        "%s may not SELECT text, reason and read_as from %s: they quote records of %s, which it may not SELECT with all rows and columns as they are. %s"
            .formatted(principal, table, quoted, givers.sentence(resource)),
        missing.remedy(),
        missing.toJson());
  }

  /** Its grants allow it, but not the way in which it acts. */
  static Decision.Denied bounded(
      Principal principal,
      Permission permission,
      Resource resource,
      Bound bound,
      Decision.Denied why) {
    String name = principal.name();
    return switch (bound) {
      case Bound.Domains(var names) ->
          denied(
              "%s may not %s on %s by this token, which is good for %s alone."
                  .formatted(principal, permission, resource, String.join(", ", names)),
              Missing.other(
                  permission,
                  resource,
                  "hosu token create "
                      + name
                      + resource.domainName().map(domain -> " --domain " + domain).orElse("")));
      case Bound.Session _ ->
          denied(
              "%s may not %s on %s in this session: its policy does not allow it."
                  .formatted(principal, permission, resource),
              Missing.other(
                  permission, resource, "hosu role assume %s --policy FILE".formatted(name)));
      case Bound.TableFiles(var table, _, _, _, _) ->
          denied(
              "%s may not %s on %s by this key, which is good for files of the table %s alone."
                  .formatted(principal, permission, resource, table),
              Missing.other(permission, resource, "hosu key create " + name));
      case Bound.Other(Principal other) ->
          new Decision.Denied(
              "Who acts as %s may do there only what %s may do too. %s"
                  .formatted(principal, other, why.reason()),
              why.remedy(),
              why.facts(),
              why.by());
    };
  }

  /**
   * Something in it is denied or limited, or depends on tags, which one more grant may not mend.
   */
  static Decision.Denied notWholly(
      Principal principal, Permission permission, Resource resource, Givers givers) {
    Missing missing = Missing.grant(principal, permission, resource, givers.names(resource));
    return new Decision.Denied(
        "%s may %s on %s, but not on all that is in it: something there is denied, or the grant depends on tags. %s"
            .formatted(principal, permission, resource, givers.sentence(resource)),
        "See what is denied with: hosu access of %s; then ask one of them to end that, or for: %s"
            .formatted(Missing.shell(principal.name()), missing.command()),
        missing.toJson());
  }

  /**
   * It lies in a clone, of whose source not all is seen.
   *
   * @param why it may not SELECT all of the source
   */
  static Decision.Denied ofClone(
      Principal principal,
      Permission permission,
      Resource resource,
      Resource.Domain source,
      Decision.Denied why) {
    return new Decision.Denied(
        "%s may not %s on %s: it lies in a clone of %s, which takes SELECT on all of %s. %s"
            .formatted(principal, permission, resource, source.name(), source.name(), why.reason()),
        why.remedy(),
        why.facts());
  }

  /** Each of the bounds shows something of a table, but they show no column together. */
  static Decision.Denied nothingInCommon(Principal principal, Resource resource) {
    return denied(
        "%s may SELECT from %s, but by these credentials none of its columns."
            .formatted(principal, resource),
        Missing.other(
            Permission.SELECT, resource, "hosu token create %s".formatted(principal.name())));
  }

  /**
   * The policy of a session shows nothing of the part that its role sees, or would look at the
   * rest: conditions are over the table as it is stored, and those that somebody chooses for its
   * own session would tell what its role does not see. Which of both it is could tell that, too.
   */
  static Decision.Denied ofPart(Principal principal, Resource resource) {
    return denied(
        "%s sees a part of %s, of which the policy of this session shows nothing, or it has conditions (rows, when or sql) that would look at the rest."
            .formatted(principal, resource),
        Missing.other(
            Permission.SELECT,
            resource,
            "hosu role assume %s --policy FILE, with columns and masks alone"
                .formatted(principal.name())));
  }
}
