/** The same migrations on many targets: waves, canaries, and a bounded number of targets at once. */
@NullMarked
package dev.lockkeeper.fleet;

import org.jspecify.annotations.NullMarked;
