/**
 * The commands. Each speaks HTTP with a server and holds no rule of the lake; {@code up} and {@code
 * demo} start a server in their own process.
 */
@NullMarked
package io.hosu.cli;

import org.jspecify.annotations.NullMarked;
