/** What becomes of the data: classification, seeds, retention, erasure. */
@NullMarked
package dev.lockkeeper.stewardship;

import org.jspecify.annotations.NullMarked;
