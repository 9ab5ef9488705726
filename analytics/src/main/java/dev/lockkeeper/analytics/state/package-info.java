/** What the database keeps of rollups: marks of what changed, intervals, runs and results; it comes by migrations. */
@NullMarked
package dev.lockkeeper.analytics.state;

import org.jspecify.annotations.NullMarked;
