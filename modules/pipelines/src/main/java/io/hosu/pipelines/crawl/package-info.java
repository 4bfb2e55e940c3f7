/**
 * Crawlers: what objects nobody has declared anything about hold, and the stages that load them.
 */
@NullMarked
package io.hosu.pipelines.crawl;

import org.jspecify.annotations.NullMarked;
