package io.hosu.delivery;

import static io.hosu.delivery.Key.optional;
import static io.hosu.delivery.Key.required;
import static io.hosu.delivery.Shape.struct;
import static io.hosu.delivery.Shape.text;

import io.hosu.kernel.Durations;
import io.hosu.pipelines.Audit;
import io.hosu.pipelines.AuditRule;
import java.util.List;

/** The shape of what a stage says about the rules that its outcome must hold. */
final class RulesShape {
  static final String AT_ONCE = "at-once";

  static final String AFTER_RULES = "after-rules";

  static final Key PUBLISH =
      optional(
              "publish",
              Shape.words(List.of(AT_ONCE, AFTER_RULES)),
              "When what an execution made is published: `at-once`, or `after-rules`, if none of"
                  + " severity `error` is broken by the tables as they would be. Else the"
                  + " execution fails with `RULES_BROKEN`, and the tables stay as they are.",
              AFTER_RULES)
          .otherwise(AT_ONCE);

  static final Key RULES =
      optional(
          "rules",
          Shape.someOf(
              struct(
                  "a rule",
                  required(
                      "name",
                      text(TextForm.NAME),
                      "What it is called; no other rule of the stage has this name.",
                      "amounts_are_positive"),
                  required(
                      "violations",
                      text(TextForm.ANY),
                      "A SELECT of the rows that break it; it holds when there are none. The tables"
                          + " that the stage writes are as they would be, others as they are; `FOR"
                          + " VERSION AS OF 'main'` of one that it writes is as it is now.",
                      "SELECT * FROM stage.orders WHERE amount <= 0"),
                  optional(
                          "severity",
                          Shape.words(AuditRule.Severity.class),
                          "What becomes of an execution that breaks it: with `error` nothing of it"
                              + " is published, with `warning` its note tells of it.",
                          "warning")
                      .otherwise("error"))),
          "What must be true of what an execution made; with `publish: after-rules`.",
          "[{ name: amounts_are_positive, violations: SELECT * FROM stage.orders WHERE amount <= 0"
              + " }]");

  static final Key KEEP =
      optional(
              "keep_rejected",
              text(TextForm.DURATION),
              "How long the state that broke a rule can be read, as the tag `audit_EXECUTION` of the"
                  + " table; with `publish: after-rules`.",
              "7d")
          .otherwise(Durations.print(Audit.STANDARD_KEEP));

  private RulesShape() {}
}
