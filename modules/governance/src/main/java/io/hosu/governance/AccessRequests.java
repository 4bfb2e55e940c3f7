package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Keeps what people asked to be allowed. Each change is told. May be used from any thread. */
final class AccessRequests {
  private static final int AT_ONCE = 500;

  private final InstantSource clock;
  private final Ids ids;
  private final AccessNews news;
  private final int mostOpen;

  /**
   * The requests.
   *
   * @param mostOpen how many open ones one principal may have
   */
  AccessRequests(InstantSource clock, Ids ids, AccessNews news, int mostOpen) {
    this.mostOpen = mostOpen;
    this.clock = clock;
    this.ids = ids;
    this.news = news;
  }

  /** What is wanted. */
  record Wish(Set<Permission> permissions, Resource on, String why, Instant until) {}

  /**
   * Keeps a wish.
   *
   * @throws Exhausted {@link GovernanceError#REQUESTS_EXHAUSTED} when {@code who} has too many open
   */
  AccessRequest ask(Transaction tx, Principal who, Wish wish) {
    long open =
        tx.number(
            "SELECT COUNT(*) FROM access_requests WHERE principal = ? AND status = ?",
            who.toString(),
            AccessRequest.Status.OPEN.name());
    if (open >= mostOpen) {
      throw new Exhausted(
          GovernanceError.REQUESTS_EXHAUSTED,
          "%s has %d open requests, of %d at most (access.open-requests)."
              .formatted(who, open, mostOpen),
          "Wait for answers, or take some back: hosu access withdraw ID");
    }
    AccessRequest request =
        new AccessRequest(
            ids.next(),
            AccessRequest.Asker.of(who),
            wish.permissions(),
            wish.on(),
            wish.why(),
            wish.until(),
            clock.instant(),
            AccessRequest.Status.OPEN,
            Optional.empty());
    insert(tx, request);
    news.tell(tx, "Access Requested", request.on(), request.toJson());
    return request;
  }

  private static void insert(Transaction tx, AccessRequest request) {
    tx.update(
        """
        INSERT INTO access_requests (id, principal, life, permissions, resource, why,
          wanted_until, made_at, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        request.id(),
        request.principal(),
        request.asker().life(),
        Json.print(request.permissions()),
        request.on().toString(),
        request.why(),
        request.until(),
        request.madeAt(),
        request.status().name());
  }

  /**
   * Decides an open request.
   *
   * @throws Conflict {@link GovernanceError#REQUEST_DECIDED} when it is open no more
   */
  AccessRequest decide(
      Transaction tx, String id, AccessRequest.Status status, AccessRequest.Answer answer) {
    int decided =
        tx.update(
            """
            UPDATE access_requests SET status = ?, decided_by = ?, decided_at = ?, answer = ?,
              grant_id = ? WHERE id = ? AND status = ?\
            """,
            status.name(),
            answer.by(),
            answer.at(),
            answer.why(),
            answer.grant(),
            id,
            AccessRequest.Status.OPEN.name());
    AccessRequest request = find(tx, id).orElseThrow(() -> notFound(id));
    if (decided == 0) {
      throw new Conflict(
          GovernanceError.REQUEST_DECIDED,
          "The request %s is %s already%s."
              .formatted(
                  id,
                  GovernanceJson.word(request.status()),
                  request.answer().map(given -> ", by " + given.by()).orElse("")),
          "See it with: hosu access requests --all");
    }
    news.tell(tx, told(status), request.on(), request.toJson());
    return request;
  }

  private static String told(AccessRequest.Status status) {
    return switch (status) {
      case OPEN -> "Access Requested";
      case APPROVED -> "Access Approved";
      case REFUSED -> "Access Refused";
      case WITHDRAWN -> "Access Request Withdrawn";
    };
  }

  Optional<AccessRequest> find(Transaction tx, String id) {
    return tx.find("SELECT * FROM access_requests WHERE id = ?", AccessRequests::request, id);
  }

  static NotFound notFound(String id) {
    return new NotFound(
        GovernanceError.REQUEST_NOT_FOUND,
        "There is no request '%s' that you may see.".formatted(id),
        "See those that you may with: hosu access requests --all");
  }

  /**
   * Those that {@code seen} lets through, by id, which is the order in which they were made.
   *
   * @param statuses those of which only
   * @param after the id of the last one before the page; empty at the beginning
   */
  List<AccessRequest> list(
      Transaction tx,
      Set<AccessRequest.Status> statuses,
      Predicate<AccessRequest> seen,
      String after,
      int limit) {
    String sql =
        "SELECT * FROM access_requests WHERE status IN (%s) AND id > ? ORDER BY id LIMIT ?"
            .formatted(String.join(", ", Collections.nCopies(statuses.size(), "?")));
    List<AccessRequest> found = new ArrayList<>();
    String last = after;
    while (found.size() < limit) {
      List<Object> args = new ArrayList<>();
      statuses.forEach(status -> args.add(status.name()));
      args.add(last);
      args.add(AT_ONCE);
      List<AccessRequest> some = tx.list(sql, AccessRequests::request, args.toArray());
      some.stream().filter(seen).limit((long) limit - found.size()).forEach(found::add);
      if (some.size() < AT_ONCE) {
        break;
      }
      last = some.getLast().id();
    }
    return found;
  }

  private static AccessRequest request(Row row) {
    Set<Permission> permissions = new TreeSet<>();
    Json.parse(row.text("permissions"))
        .forEach(name -> permissions.add(Permission.parse(name.asText())));
    return new AccessRequest(
        row.text("id"),
        new AccessRequest.Asker(row.text("principal"), row.text("life")),
        permissions,
        Resource.parse(row.text("resource")),
        row.text("why"),
        row.instant("wanted_until"),
        row.instant("made_at"),
        AccessRequest.Status.valueOf(row.text("status")),
        row.optionalText("decided_by")
            .map(by ->
                new AccessRequest.Answer(
                    by, row.instant("decided_at"), row.text("answer"), row.text("grant_id"))));
  }
}
