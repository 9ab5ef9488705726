/** Letting rows go whose time is over: counted first, in small batches, never those under a hold, with evidence of each batch. */
@NullMarked
package dev.lockkeeper.stewardship.retention;

import org.jspecify.annotations.NullMarked;
