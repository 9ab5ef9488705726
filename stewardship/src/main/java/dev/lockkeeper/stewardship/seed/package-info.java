/** Packages of rows: the same in every database, found again by their natural keys, and hashed with keys that are written nowhere. */
@NullMarked
package dev.lockkeeper.stewardship.seed;

import org.jspecify.annotations.NullMarked;
