package io.hosu.events;

import io.hosu.http.Call;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import java.util.function.Predicate;

/**
 * Who asks, and what they may do: what these routes need to know of governance, which stands above
 * this module.
 */
public interface Access {
  /**
   * Returns when the caller may.
   *
   * @param permission {@code DESCRIBE} or {@code REDRIVE}
   * @param place what it is about: a domain, or a pipeline, {@code DOMAIN.PIPELINE}, whose stages
   *     and queues have names that go on after it; empty for the whole lake
   * @throws Denied when the caller may not
   */
  void require(Call call, String permission, String place);

  /**
   * At which places the caller may, as its rights are now: what is at others must look as if it
   * were not there. For one thread.
   */
  Predicate<String> places(Call call, String permission);

  /**
   * Returns when the caller may send events to the bus of {@code domain}.
   *
   * @throws Denied when the caller may not
   * @throws NotFound when there is no such domain, and the caller may know
   */
  void requireBus(Call call, String domain);

  /** What the caller may see of what is told of stages. */
  default RecordSight records(Call call) {
    return RecordSight.ALL;
  }

  /** The name of the principal who calls. */
  String principal(Call call);
}
