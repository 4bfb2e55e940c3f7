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
   * @param domain the domain it is about; empty for the whole lake
   * @throws Denied when the caller may not
   */
  void require(Call call, String permission, String domain);

  /**
   * In which domains the caller may, as its rights are now: what is in others must look as if it
   * were not there.
   */
  Predicate<String> domains(Call call, String permission);

  /**
   * Returns when the caller may send events to the bus of {@code domain}.
   *
   * @throws Denied when the caller may not
   * @throws NotFound when there is no such domain, and the caller may know
   */
  void requireBus(Call call, String domain);

  /** The name of the principal who calls. */
  String principal(Call call);
}
