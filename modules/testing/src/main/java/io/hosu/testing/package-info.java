/** What tests of every module share. Test scope only: no main code depends on it. */
@NullMarked
package io.hosu.testing;

import org.jspecify.annotations.NullMarked;
