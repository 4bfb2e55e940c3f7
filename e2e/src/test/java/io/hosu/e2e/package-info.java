/** The real program under real clients, and the checks that concern the whole tree. */
@NullMarked
package io.hosu.e2e;

import org.jspecify.annotations.NullMarked;
