/** Bundles that show what a release was, who approved it, and what became of it. */
@NullMarked
package dev.lockkeeper.evidence;

import org.jspecify.annotations.NullMarked;
