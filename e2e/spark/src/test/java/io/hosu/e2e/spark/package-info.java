/** Apache Spark, for the tests of e2e to ask. */
@NullMarked
package io.hosu.e2e.spark;

import org.jspecify.annotations.NullMarked;
