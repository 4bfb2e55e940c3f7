/** Objects in Hosu's own HTTP API. */
@NullMarked
package io.hosu.objects.api;

import org.jspecify.annotations.NullMarked;
