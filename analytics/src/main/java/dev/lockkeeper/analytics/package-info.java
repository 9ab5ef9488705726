/** Rollups of events: what they are, how they are kept, and whether they are what the events say. */
@NullMarked
package dev.lockkeeper.analytics;

import org.jspecify.annotations.NullMarked;
