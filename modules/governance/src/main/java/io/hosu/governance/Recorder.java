package io.hosu.governance;

import static io.hosu.governance.AuditRecord.Verdict.ALLOWED;
import static io.hosu.governance.AuditRecord.Verdict.DENIED;

import io.hosu.http.ClientGone;
import io.hosu.http.Request;
import io.hosu.http.Response;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has doors answer so that what they decided and gave out is on record before the last byte of the
 * answer is sent, and that a long answer has begun before its first byte is. Each request leaves a
 * record: of its method and path, when it decided nothing. May be used from any thread.
 */
public final class Recorder {
  private static final int FAILURES = 400;
  private static final String SIGN_IN = "SIGN_IN";
  private static final String LAKE = new Resource.Lake().toString();

  private final Audit audit;
  private final InstantSource clock;
  private final SignInLimits limits;
  private final SlowedSignIns slowed = new SlowedSignIns();
  private final ActingAs acting;

  Recorder(Audit audit, InstantSource clock, ActingAs acting) {
    this.audit = audit;
    this.clock = clock;
    this.acting = acting;
    this.limits = new SignInLimits(clock);
  }

  /** Answers a request of {@code caller}. */
  @FunctionalInterface
  public interface Work<E extends Exception> {
    /** Answers, but for what the response holds back. */
    void answer(Caller caller) throws E;
  }

  /**
   * Has {@code work} answer a request, and keeps what it left on the caller's trail. Who asks as
   * another ({@code Hosu-As}) is answered so, or refused: {@link ActingAs}.
   *
   * @throws NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND} when there is no such other
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when that cannot be kept, but
   *     where {@code work} says itself that something is away
   */
  public <E extends Exception> void answer(
      Request request, Response response, Door door, SignedIn who, Work<E> work) throws E {
    Optional<String> other = ActingAs.wanted(request);
    if (other.isEmpty()) {
      answerTo(request, response, door, who, work);
    } else if (acting.may(who.principal(), door)) {
      answerTo(request, response, door, acting.as(other.get(), who), work);
    } else {
      answerTo(request, response, door, who, acting::refuse);
    }
  }

  private <E extends Exception> void answerTo(
      Request request, Response response, Door door, SignedIn who, Work<E> work) throws E {
    RequestTrail trail = new RequestTrail(audit);
    Origin origin =
        new Origin(request.id(), request.remoteAddress(), who.credential(), null)
            .by(who.principal());
    Caller caller = new Caller(who.principal(), door, origin, trail);
    if (who.anew()) {
      trail.begin(AuditRecord.of(clock.instant(), caller, SIGN_IN, LAKE, ALLOWED));
    }
    response.beforeSending(() -> trail.keepBegun(whatWasAsked(request, caller, null)));
    try {
      work.answer(caller);
    } catch (Throwable e) {
      keep(e, () -> end(request, response, caller, trail, e));
      throw e;
    }
    end(
        request,
        response,
        caller,
        trail,
        request.attribute(Told.class).map(Told::why).orElse(null));
  }

  /** A failure that {@code request} was told of already, by who answers it. */
  public static void told(Request request, HosuException why) {
    request.attribute(Told.class, new Told(why));
  }

  private record Told(HosuException why) {}

  /**
   * Keeps the record of a failure. Whoever is told that something is away learns nothing by it, so
   * that goes before the record that was lost with it: it names the cause.
   */
  private static void keep(Throwable failure, Runnable keeping) {
    try {
      keeping.run();
    } catch (Unavailable lost) {
      if (!(failure instanceof Unavailable)) {
        throw lost;
      }
      failure.addSuppressed(lost);
    }
  }

  private void end(
      Request request,
      Response response,
      Caller caller,
      RequestTrail trail,
      @Nullable Throwable failure) {
    if (!trail.hasActs()) {
      trail.add(whatWasAsked(request, caller, failure));
    }
    if (failure instanceof HosuException refusal && isRefusal(refusal)) {
      trail.refuse(refusal);
    }
    String error = error(response, failure);
    boolean nothing =
        request.method().equals("HEAD") || (!error.isEmpty() && !response.isCommitted());
    trail.end(nothing ? 0 : response.bodyBytes(), error);
  }

  /**
   * What was refused, whatever the reason, was not done and gave nothing out. Who is told that
   * there is no such thing was refused it: what is hidden and what is not there look the same in
   * the record too, as its own records are shown to who asked.
   */
  private AuditRecord whatWasAsked(Request request, Caller caller, @Nullable Throwable failure) {
    boolean refused = failure instanceof HosuException known && isRefusal(known);
    return AuditRecord.of(
        clock.instant(), caller, request.method(), request.path(), refused ? DENIED : ALLOWED);
  }

  private static boolean isRefusal(HosuException failure) {
    return !(failure instanceof Unavailable);
  }

  private static String error(Response response, @Nullable Throwable failure) {
    if (failure == null) {
      return response.status() < FAILURES ? "" : "status " + response.status();
    }
    return failure instanceof HosuException known
        ? known.code().name()
        : ClientGone.in(failure).isPresent() ? "CLIENT_GONE" : "INTERNAL";
  }

  /**
   * Finds out who asks, and keeps it when that fails. Who fails often waits: {@link SignInLimits}.
   *
   * @param shown what is shown
   * @param check finds who asks, or refuses
   * @throws Exhausted {@link GovernanceError#SIGN_INS_SLOWED} for who fails often: with a key,
   *     before anything is looked at, but for one that was right lately from the same address; with
   *     a token, when it is wrong
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when a failure cannot be kept
   */
  public <T> T signIn(Request request, Door door, Shown shown, Supplier<T> check) {
    String credential = shown.credential().orElse(null);
    String address = request.remoteAddress();
    Optional<Exhausted> wait = limits.refusal(credential, address);
    keepSlowed(slowed.due(clock.instant()));
    if (wait.isPresent() && !shown.isWhole() && !isProved(credential, request)) {
      keep(wait.get(), () -> keepSlowed(slowed.add(clock.instant(), door, address)));
      throw wait.get();
    }
    try {
      T who = check.get();
      limits.succeeded(credential, address);
      return who;
    } catch (HosuException e) {
      boolean guess = shown.isGuess().test(e);
      if (guess) {
        limits.failed(credential, address);
      }
      if (guess && wait.isPresent()) {
        keep(e, () -> keepSlowed(slowed.add(clock.instant(), door, address)));
        throw wait.get();
      }
      keep(e, () -> refused(request, door, credential, e));
      throw e;
    }
  }

  /** Tries that had to wait are counted, and told of now and then: each would be one record. */
  private void keepSlowed(List<SlowedSignIns.Tries> tries) {
    if (!tries.isEmpty()) {
      audit.keep(tries.stream().map(this::slowed).toList());
    }
  }

  private AuditRecord slowed(SlowedSignIns.Tries tries) {
    Origin origin = new Origin("", tries.address(), null, null);
    return AuditRecord.of(clock.instant(), AuditRecord.UNKNOWN, tries.door(), origin, SIGN_IN, LAKE)
        .decided(DENIED)
        .with("error", GovernanceError.SIGN_INS_SLOWED.name())
        .with("reason", "Tries beyond those that cost nothing.")
        .with("tries", Long.toString(tries.count()));
  }

  /** Keeps what was counted and not told yet, when the server ends. */
  void close() {
    keepSlowed(slowed.all());
  }

  /**
   * Whether the key was proved lately from there: then its next proof is looked at, too, while
   * others there have to wait. Who guesses its secret beside it learns only whether it was right,
   * and is told to wait; the secrets are random, of 240 bits.
   */
  private boolean isProved(@Nullable String credential, Request request) {
    return credential != null && limits.isRight(credential, request.remoteAddress());
  }

  /**
   * What somebody shows to say who it is.
   *
   * @param credential {@code key:ID}; empty where it has no name, or nothing is shown
   * @param isWhole whether that is all of it, with its secret, so that it is simply looked up: a
   *     right one is never slowed by what others fail with
   * @param isGuess whether a failure is one that who guesses would meet
   */
  public record Shown(
      Optional<String> credential, boolean isWhole, Predicate<HosuException> isGuess) {
    /** A name alone, and a proof of the secret. */
    public Shown(Optional<String> credential, Predicate<HosuException> isGuess) {
      this(credential, false, isGuess);
    }
  }

  /**
   * Has {@code work} begin or end for somebody who is not known what costs another something, and
   * keeps that. Who begins much and ends little waits: {@link SignInLimits#begin}.
   *
   * @throws Exhausted {@link GovernanceError#SIGN_INS_SLOWED}
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE}
   */
  <T> T begin(Request request, Door door, Supplier<T> work) {
    String address = request.remoteAddress();
    keepSlowed(slowed.due(clock.instant()));
    try {
      limits.begin(address);
    } catch (Exhausted e) {
      keep(e, () -> keepSlowed(slowed.add(clock.instant(), door, address)));
      throw e;
    }
    AuditRecord asked = ofNobody(request, door, null, request.method(), request.path());
    try {
      T begun = work.get();
      audit.keep(List.of(asked));
      return begun;
    } catch (HosuException e) {
      keep(e, () -> audit.keep(List.of(refused(asked, e))));
      throw e;
    }
  }

  /**
   * Keeps that somebody was signed in by what the answer of {@code request} gives them.
   *
   * @param who empty when that is nobody of the lake, or not known
   * @param credential what they will show, as {@link SignedIn} has it
   */
  void signedIn(Request request, Door door, Optional<Principal> who, String credential) {
    limits.ended(request.remoteAddress());
    AuditRecord record = ofNobody(request, door, credential, SIGN_IN, LAKE);
    audit.keep(
        List.of(
            who.map(one ->
                    AuditRecord.of(
                        record.time(),
                        one.toString(),
                        door,
                        record.origin().by(one),
                        SIGN_IN,
                        LAKE))
                .orElse(record)));
  }

  private AuditRecord ofNobody(
      Request request, Door door, @Nullable String credential, String action, String resource) {
    Origin origin = new Origin(request.id(), request.remoteAddress(), credential, null);
    return AuditRecord.of(clock.instant(), AuditRecord.UNKNOWN, door, origin, action, resource);
  }

  private static AuditRecord refused(AuditRecord record, HosuException why) {
    return record.decided(DENIED).with("error", why.code().name()).with("reason", why.what());
  }

  private void refused(Request request, Door door, @Nullable String credential, HosuException why) {
    audit.keep(List.of(refused(ofNobody(request, door, credential, SIGN_IN, LAKE), why)));
  }
}
