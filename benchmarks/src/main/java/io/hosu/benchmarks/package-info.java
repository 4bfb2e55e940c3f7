/** Measures of the real program, each beside the bare work of the same steps in the same run. */
@NullMarked
package io.hosu.benchmarks;

import org.jspecify.annotations.NullMarked;
