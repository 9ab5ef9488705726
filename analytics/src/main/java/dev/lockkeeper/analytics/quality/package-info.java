/** Checks of buckets: what was observed, and whether it may be published. */
@NullMarked
package dev.lockkeeper.analytics.quality;

import org.jspecify.annotations.NullMarked;
