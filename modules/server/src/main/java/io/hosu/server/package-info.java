/** The whole of Hosu, assembled by hand: read {@link io.hosu.server.Hosu} first. */
@NullMarked
package io.hosu.server;

import org.jspecify.annotations.NullMarked;
