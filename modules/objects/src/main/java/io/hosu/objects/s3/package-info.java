/** The S3 door: objects as the S3 protocol sees them. */
@NullMarked
package io.hosu.objects.s3;

import org.jspecify.annotations.NullMarked;
