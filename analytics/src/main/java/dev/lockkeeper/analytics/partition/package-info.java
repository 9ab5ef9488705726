/** Partitions of events: made ahead, and let go when their sums are final. */
@NullMarked
package dev.lockkeeper.analytics.partition;

import org.jspecify.annotations.NullMarked;
