package io.hosu.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a person can do something about: what happened, under which code, and what to do
 * next.
 *
 * <p>The kinds are few and closed, so that every door translates them with one exhaustive switch;
 * the codes are many and belong to the modules.
 */
public abstract sealed class HosuException extends RuntimeException {
  private final ErrorCode code;
  private final String remedy;
  private final @Nullable Place place;

  private HosuException(ErrorCode code, String what, String remedy, @Nullable Throwable cause) {
    this(code, what, remedy, cause, null);
  }

  private HosuException(
      ErrorCode code,
      String what,
      String remedy,
      @Nullable Throwable cause,
      @Nullable Place place) {
    super(what, cause);
    this.place = place;
    if (remedy.isBlank()) {
      throw new IllegalArgumentException("A failure without a next step is a bug: " + code.name());
    }
    this.code = code;
    this.remedy = remedy;
  }

  /** The code that scripts match on. */
  public final ErrorCode code() {
    return code;
  }

  /** What happened, where and why, as one or more sentences. Never null. */
  public final String what() {
    return String.valueOf(getMessage());
  }

  /** What the person reading this can do about it, as a sentence or a command. */
  public final String remedy() {
    return remedy;
  }

  /** Where in a text or an object the failure is, when that is known. */
  public final Optional<Place> place() {
    return Optional.ofNullable(place);
  }

  /** The request is wrong and will stay wrong until it is changed. */
  public static final class Invalid extends HosuException {
    public Invalid(ErrorCode code, String what, String remedy, Place place) {
      super(code, what, remedy, null, place);
    }

    public Invalid(ErrorCode code, String what, String remedy) {
      super(code, what, remedy, null);
    }

    public Invalid(ErrorCode code, String what, String remedy, Throwable cause) {
      super(code, what, remedy, cause);
    }
  }

  /** Nobody knows who asks: credentials are missing, unknown, wrong or over. */
  public static final class Unauthenticated extends HosuException {
    public Unauthenticated(ErrorCode code, String what, String remedy) {
      super(code, what, remedy, null);
    }
  }

  /** The principal is known and may not do this. */
  public static final class Denied extends HosuException {
    private final transient ObjectNode facts;

    public Denied(ErrorCode code, String what, String remedy) {
      this(code, what, remedy, Json.object());
    }

    public Denied(ErrorCode code, String what, String remedy, ObjectNode facts) {
      super(code, what, remedy, null);
      this.facts = facts.deepCopy();
    }

    /** What is missing, who may give it and how, in parts for scripts; it may be empty. */
    public ObjectNode facts() {
      return facts.deepCopy();
    }
  }

  /** The thing named does not exist, or may not be known to exist. */
  public static final class NotFound extends HosuException {
    public NotFound(ErrorCode code, String what, String remedy) {
      super(code, what, remedy, null);
    }
  }

  /** Someone else changed the state first; read it again, then decide. */
  public static final class Conflict extends HosuException {
    public Conflict(ErrorCode code, String what, String remedy) {
      super(code, what, remedy, null);
    }
  }

  /** A limit was reached: memory, time, rows, connections. */
  public static final class Exhausted extends HosuException {
    public Exhausted(ErrorCode code, String what, String remedy) {
      super(code, what, remedy, null);
    }

    public Exhausted(ErrorCode code, String what, String remedy, Throwable cause) {
      super(code, what, remedy, cause);
    }
  }

  /** Something Hosu depends on is not answering; the same request may succeed later. */
  public static final class Unavailable extends HosuException {
    public Unavailable(ErrorCode code, String what, String remedy) {
      super(code, what, remedy, null);
    }

    public Unavailable(ErrorCode code, String what, String remedy, Throwable cause) {
      super(code, what, remedy, cause);
    }
  }
}
