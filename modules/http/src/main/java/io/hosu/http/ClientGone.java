package io.hosu.http;

import java.io.IOException;

/**
 * The client closed the connection, broke the protocol in mid-body, or was silent for longer than
 * the idle timeout: nobody is there to be answered. Tells such an end from failures of our own
 * disks.
 */
public final class ClientGone extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGone(String what, Throwable cause) {
    super(what, cause);
  }
}
