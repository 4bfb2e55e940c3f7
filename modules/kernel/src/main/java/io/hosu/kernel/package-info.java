/**
 * Names, failures, settings, time, ids and the event envelope: what every module speaks. No I/O.
 */
@NullMarked
package io.hosu.kernel;

import org.jspecify.annotations.NullMarked;
