/** About how long the statements of a plan take on a live database, and who waits for them: from what was observed, and its statistics. */
@NullMarked
package dev.lockkeeper.forecast;

import org.jspecify.annotations.NullMarked;
