package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request under way. Belongs to the thread that handles it. */
public interface Request {
  /** The id by which the log and a problem response know this request; unique. */
  String id();

  /** The method as sent, for example {@code GET}. */
  String method();

  /**
   * The path exactly as sent: percent-encoded, with {@code //}, {@code .} and {@code ..}. What
   * leads out of the root by {@code ..}, holds {@code %00} or broken percent signs was refused
   * before.
   */
  String path();

  /**
   * The path decoded once from percent-encoded UTF-8 and not normalised.
   *
   * @throws Invalid {@link HttpError#PATH_INVALID} when it is no UTF-8, or holds a NUL
   */
  String decodedPath();

  /** What stands after {@code ?} exactly as sent; empty when there is nothing. */
  String rawQuery();

  /** The first value of a query parameter, decoded; empty text when it has none. */
  Optional<String> query(String name);

  /**
   * All query parameters, decoded as forms are ({@code +} is a space), in the order sent.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID} when they are no UTF-8
   */
  Map<String, List<String>> queryParameters();

  /** The first value of a header, whatever the case of its name. */
  Optional<String> header(String name);

  /** All header lines in the order sent. */
  List<Header> headers();

  /** The body as it arrives; reading waits for the client, and throws {@link ClientGone}. */
  InputStream body();

  /** The length of the body in bytes, or -1 when the client did not say. */
  long contentLength();

  /** The address of the client, without its port. */
  String remoteAddress();

  /** Whether the connection is encrypted. */
  boolean secure();

  /**
   * Has {@code action} run, once and on a thread of its own, if the client closes the connection
   * before the watch is closed. The body must have been read to its end.
   *
   * <p>A client that shuts down only its own direction counts as gone: TCP does not tell it from
   * one that closed. It can still read what it is answered.
   */
  Watch onClientGone(Runnable action);

  /** What was attached under {@code type}, if anything. */
  <T> Optional<T> attribute(Class<T> type);

  /** Attaches {@code value} for those that handle the request further in. */
  <T> void attribute(Class<T> type, T value);

  /** A client that is watched. */
  interface Watch extends AutoCloseable {
    /** Watches no longer; an action that has begun goes on. */
    @Override
    void close();
  }
}
