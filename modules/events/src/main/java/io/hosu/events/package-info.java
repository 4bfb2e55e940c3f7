/** What happened and who must know: the event log, rules, queues of messages, dead letters. */
@NullMarked
package io.hosu.events;

import org.jspecify.annotations.NullMarked;
