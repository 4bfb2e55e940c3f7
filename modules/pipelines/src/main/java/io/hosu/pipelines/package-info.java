/** Stages and their executions: what starts them, what they run, and how their outcome is kept. */
@NullMarked
package io.hosu.pipelines;

import org.jspecify.annotations.NullMarked;
