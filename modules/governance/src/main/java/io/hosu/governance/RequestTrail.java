package io.hosu.governance;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit records of a request to a door, which are kept before its answer ends. */
final class RequestTrail implements Trail {
  private final Audit audit;
  private final List<AuditRecord> open = new ArrayList<>();
  private final List<AuditRecord> before = new ArrayList<>();
  private @Nullable AuditRecord came;
  private boolean acted;
  private @Nullable Long rows;

  RequestTrail(Audit audit) {
    this.audit = audit;
  }

  @Override
  public void add(AuditRecord record) {
    acted = true;
    open.add(record);
  }

  @Override
  public void refused(AuditRecord record, HosuException why) {
    if (!(why instanceof Unavailable)) {
      open.replaceAll(one -> one.equals(record) ? denied(record, why) : one);
    }
  }

  static AuditRecord denied(AuditRecord record, HosuException why) {
    return record.decided(AuditRecord.Verdict.DENIED).with("reason", why.what());
  }

  /** Somebody came: that alone is no act. */
  void begin(AuditRecord record) {
    came = record;
    open.add(record);
  }

  /**
   * Keeps what was decided before a part of the answer leaves, as the server may not live to see
   * the rest leave; it is kept again at the end.
   *
   * @param asked stands for what was decided when nothing was
   */
  void keepBegun(AuditRecord asked) {
    List<AuditRecord> acts = acted ? open : List.of(asked);
    audit.keep(
        acts.stream()
            .filter(record -> !record.equals(came))
            .map(record -> record.with("answer", "begun"))
            .toList());
  }

  @Override
  public void gives(long count) {
    rows = count;
  }

  @Override
  public void keep() {
    audit.keep(List.copyOf(open));
    before.addAll(open);
    open.clear();
  }

  @Override
  public void keepIn(Transaction tx) {
    audit.keepIn(tx, open);
    tx.afterCommit(open::clear);
  }

  /** Whether something was decided, or done. */
  boolean hasActs() {
    return acted;
  }

  /**
   * The request was refused, for whatever reason, so that nothing was changed: what was let in to
   * change something is on record as denied, also where it is on record as let in since before.
   */
  void refuse(HosuException why) {
    open.replaceAll(record -> record.isChange() ? denied(record, why) : record);
    if (open.stream().noneMatch(AuditRecord::isDenied)) {
      before.stream()
          .filter(AuditRecord::isChange)
          .map(record -> denied(record, why))
          .forEach(open::add);
    }
  }

  /** Keeps all of them, as the answer ends. */
  void end(long bytes, String error) {
    AuditRecord.Given given = new AuditRecord.Given(error.isEmpty() ? rows : null, bytes);
    open.replaceAll(record -> {
      AuditRecord whole = record.giving(given);
      return error.isEmpty() ? whole : whole.with("error", error);
    });
    keep();
  }
}
