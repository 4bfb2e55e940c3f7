package io.hosu.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The answer to one request. Belongs to the thread that handles it.
 *
 * <p>It is committed (status and headers are on their way) at the first flush of the body, or when
 * the body outgrows its buffer; a small body goes out whole, with its length.
 */
public interface Response {
  /** The id of the request this answers. */
  String id();

  /** Sets the status; 200 unless set. */
  Response status(int status);

  /** Sets a header; each character of {@code value} is sent as one byte (ISO-8859-1). */
  Response header(String name, String value);

  /**
   * The body: buffered, streamed, waiting for the client; throws {@link ClientGone}. Its last bytes
   * are sent when the handler is through, unless it flushes them.
   */
  OutputStream body();

  /**
   * Has {@code action} run once, before anything of an answer is sent that goes out before the
   * handler is through: not for a small one. When it throws, nothing is sent, and who writes meets
   * that.
   */
  void beforeSending(Runnable action);

  /** How many bytes of the body were written so far, those included that are not sent yet. */
  long bodyBytes();

  /** The status, as it is set now. */
  int status();

  /**
   * Sends {@code value} as the whole JSON body.
   *
   * @param value a JSON tree, or records, lists and maps of plain values
   */
  void sendJson(int status, Object value) throws IOException;

  /** Whether status and headers are on their way, so that they cannot be changed any more. */
  boolean isCommitted();

  /**
   * Ends the connection where the answer stands, so that who waits for the client to read gets
   * {@link ClientGone}. From any thread.
   */
  void cutOff();

  /** Forgets status, headers and buffered body. Only before the response is committed. */
  void reset();
}
