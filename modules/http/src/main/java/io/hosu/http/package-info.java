/**
 * The listener, routes and problem responses: HTTP/1.1 with blocking handlers on virtual threads,
 * streams in both directions with back-pressure, and failures as RFC 9457 problems.
 */
@NullMarked
package io.hosu.http;

import org.jspecify.annotations.NullMarked;
