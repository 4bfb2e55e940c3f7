/** Buckets, keys, versions and uploads: every byte of the lake is an object. */
@NullMarked
package io.hosu.objects;

import org.jspecify.annotations.NullMarked;
