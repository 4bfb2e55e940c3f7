package io.hosu.governance;

import static io.hosu.governance.AuditRecord.Verdict.ALLOWED;
import static io.hosu.governance.AuditRecord.Verdict.DENIED;

import io.hosu.http.ClientGone;
import io.hosu.http.Request;
import io.hosu.http.Response;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
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

  Recorder(Audit audit, InstantSource clock) {
    this.audit = audit;
    this.clock = clock;
    this.limits = new SignInLimits(clock);
  }

  /** Answers a request of {@code caller}. */
  @FunctionalInterface
  public interface Work<E extends Exception> {
    /** Answers, but for what the response holds back. */
    void answer(Caller caller) throws E;
  }

  /**
   * Has {@code work} answer a request, and keeps what it left on the caller's trail.
   *
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when that cannot be kept, but
   *     where {@code work} says itself that something is away
   */
  public <E extends Exception> void answer(
      Request request, Response response, Door door, SignedIn who, Work<E> work) throws E {
    RequestTrail trail = new RequestTrail(audit);
    Origin origin =
        new Origin(
            request.id(),
            request.remoteAddress(),
            who.credential(),
            who.principal().acting().person().orElse(null));
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
    end(request, response, caller, trail, null);
  }

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
    String error = error(response, failure);
    boolean nothing =
        request.method().equals("HEAD") || (!error.isEmpty() && !response.isCommitted());
    trail.end(nothing ? 0 : response.bodyBytes(), error);
  }

  /**
   * Who is told that there is no such thing was refused it: what is hidden and what is not there
   * look the same in the record too, as its own records are shown to who asked.
   */
  private AuditRecord whatWasAsked(Request request, Caller caller, @Nullable Throwable failure) {
    boolean refused = failure instanceof Denied || failure instanceof NotFound;
    return AuditRecord.of(
        clock.instant(), caller, request.method(), request.path(), refused ? DENIED : ALLOWED);
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
   * @throws Exhausted {@link GovernanceError#SIGN_INS_SLOWED} before anything is looked at, but for
   *     a key that was right lately from the same address
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when a failure cannot be kept
   */
  public <T> T signIn(Request request, Door door, Shown shown, Supplier<T> check) {
    String credential = shown.credential().orElse(null);
    String whole = shown.whole().orElse(null);
    Optional<Exhausted> wait =
        whole != null && limits.isRight(whole, request.remoteAddress())
            ? Optional.empty()
            : limits.refusal(credential, request.remoteAddress());
    if (wait.isPresent() && !isProved(credential, request)) {
      throw wait.get();
    }
    try {
      T who = check.get();
      limits.succeeded(credential, request.remoteAddress());
      limits.succeeded(whole, request.remoteAddress());
      return who;
    } catch (HosuException e) {
      if (shown.isGuess().test(e)) {
        limits.failed(credential, request.remoteAddress());
      }
      keep(e, () -> refused(request, door, credential, e));
      throw shown.isGuess().test(e) ? wait.<HosuException>map(why -> why).orElse(e) : e;
    }
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
   * @param whole all of it with its secret, in a form that nobody can turn back: where it was right
   *     lately, from there it is not slowed by what others fail with; empty where the secret itself
   *     is not shown
   * @param isGuess whether a failure is one that who guesses would meet
   */
  public record Shown(
      Optional<String> credential, Optional<String> whole, Predicate<HosuException> isGuess) {
    /** A name alone, and a proof of the secret. */
    public Shown(Optional<String> credential, Predicate<HosuException> isGuess) {
      this(credential, Optional.empty(), isGuess);
    }
  }

  private void refused(Request request, Door door, @Nullable String credential, HosuException why) {
    Origin origin = new Origin(request.id(), request.remoteAddress(), credential, null);
    audit.keep(
        List.of(
            AuditRecord.of(clock.instant(), AuditRecord.UNKNOWN, door, origin, SIGN_IN, LAKE)
                .decided(DENIED)
                .with("error", why.code().name())
                .with("reason", why.what())));
  }
}
