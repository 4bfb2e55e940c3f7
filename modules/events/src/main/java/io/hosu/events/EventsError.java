package io.hosu.events;

import io.hosu.kernel.ErrorCode;

/** What can go wrong with events, rules, queues and dead letters. */
public enum EventsError implements ErrorCode {
  PATTERN_INVALID("An event pattern breaks the rules of EventBridge's patterns."),
  QUEUE_NOT_FOUND("No queue has this name."),
  QUEUE_IN_USE("A rule still sends to this queue."),
  DEAD_LETTER_NOT_FOUND("No dead letter has this id."),
  DEAD_LETTER_AMBIGUOUS("Several dead letters' ids begin like this."),
  DEAD_LETTER_REDRIVEN("A dead letter that was to be dropped or edited was redriven before."),
  EVENT_UNCHANGEABLE("More of a dead letter's event was changed than its detail and resources."),
  BUS_NOT_FOUND("No domain has a bus of this name."),
  EVENT_INVALID("What was sent is no CloudEvent 1.0 and no entry of PutEvents."),
  SOURCE_RESERVED("An event that is sent cannot have a source of the lake itself, or of AWS."),
  SCHEDULE_NOT_FOUND("No stage of the lake has a schedule of this name."),
  SCHEDULE_INVALID("A schedule is not written as cron(), rate(), at() or plain cron are."),
  REPLAY_INVALID("A replay was asked for of no events."),
  REPLAY_NOT_FOUND("No replay has this id."),
  REPLAY_ENDED("A replay that has ended was to be cancelled.");

  private final String meaning;

  EventsError(String meaning) {
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return Fault.HARD;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
