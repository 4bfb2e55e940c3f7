package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.kernel.Durations;
import io.hosu.pipelines.Breaker;
import io.hosu.pipelines.Faults;
import io.hosu.pipelines.Retry;

/** The shape of what a stage says about its failures. */
final class RetryShape {
  private static final TextForm CODE =
      new TextForm(
          "the code of a failure",
          "Write codes that attempts of stages fail with; see docs/reference/errors.md.",
          null,
          Faults.codes(),
          false);

  static final Shape RETRY =
      struct(
          "a retry",
          optional(
                  "attempts",
                  new Shape.Count(0, true),
                  "How many attempts may follow the first one after soft failures.",
                  "3")
              .otherwise("" + Retry.STANDARD.attempts()),
          optional("interval", text(TextForm.DURATION), "The wait before the first of them.", "10s")
              .otherwise(Durations.print(Retry.STANDARD.waits().interval())),
          optional(
                  "backoff",
                  new Shape.Count(1, false),
                  "By how much each wait is longer than the one before.",
                  "1.5")
              .otherwise("" + Retry.STANDARD.waits().backoff()),
          optional("max_delay", text(TextForm.DURATION), "As long as a wait may become.", "5m")
              .otherwise(Durations.print(Retry.STANDARD.waits().maxDelay())),
          optional(
                  "jitter",
                  Shape.words(Retry.Jitter.class),
                  "`full`: each wait is any time up to the computed one, so that executions which"
                      + " failed together are not tried again together; `none`: it is the computed"
                      + " one.",
                  "full")
              .otherwise("none"),
          optional(
                  "budget",
                  text(TextForm.DURATION),
                  "The longest time from the first failure on, after which no attempt starts.",
                  "1h")
              .otherwise("no limit"),
          optional(
              "soft",
              Shape.listOf(text(CODE)),
              "Codes of failures that are tried again in this stage, whatever their definition.",
              "[MEMORY_EXCEEDED]"),
          optional(
              "hard",
              Shape.listOf(text(CODE)),
              "Codes of failures that are not tried again in this stage, whatever their"
                  + " definition.",
              "[EXECUTION_TIMED_OUT]"));

  static final Shape BREAKER =
      struct(
          "a breaker",
          optional(
                  "failures",
                  new Shape.Count(1, true),
                  "After how many soft failures with the same code, one after the other, nothing of"
                      + " the stage starts any more.",
                  "5")
              .otherwise("" + Breaker.STANDARD.failures()),
          optional(
                  "wait",
                  text(TextForm.DURATION),
                  "How long nothing starts, before one execution tries whether it works again.",
                  "1m")
              .otherwise(Durations.print(Breaker.STANDARD.pause())));

  private RetryShape() {}
}
