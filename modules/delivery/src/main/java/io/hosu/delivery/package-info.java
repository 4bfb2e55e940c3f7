/**
 * The lake project: its files read and checked, the state it asks for, and the changes that make a
 * server equal to it.
 */
@NullMarked
package io.hosu.delivery;

import org.jspecify.annotations.NullMarked;
