/** Rows in any number: made from a seed by generators that a file names, and sent by COPY. */
@NullMarked
package dev.lockkeeper.stewardship.volume;

import org.jspecify.annotations.NullMarked;
