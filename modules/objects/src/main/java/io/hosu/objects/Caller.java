package io.hosu.objects;

import io.hosu.governance.Door;
import io.hosu.governance.Principal;

/**
 * Who asks, through which door, in which request: what decisions, audit and events need to know.
 *
 * @param requestId the id that the door gave the request, for the log and the events
 */
public record Caller(Principal principal, Door door, String requestId) {}
