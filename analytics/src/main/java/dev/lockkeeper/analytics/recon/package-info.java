/** Rollups beside the events that they are made of. */
@NullMarked
package dev.lockkeeper.analytics.recon;

import org.jspecify.annotations.NullMarked;
