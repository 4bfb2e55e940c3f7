package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Who did what to what, and the decision.
 *
 * @param time when, to the millisecond
 * @param principal who, for example {@code user:alice}
 * @param door by which way
 * @param action what: a permission, or a word such as {@code CREATE_PRINCIPAL}
 * @param resource on what, as it is written
 * @param decision whether it was allowed
 * @param detail what else is known; never a secret
 */
public record AuditRecord(
    Instant time,
    String principal,
    Door door,
    String action,
    String resource,
    Verdict decision,
    ObjectNode detail) {

  /** How it was decided. */
  public enum Verdict {
    ALLOWED,
    DENIED
  }
}
