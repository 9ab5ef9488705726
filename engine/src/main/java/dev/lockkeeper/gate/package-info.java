/** Who and what passes: plan files, approvals, environments and their windows. */
@NullMarked
package dev.lockkeeper.gate;

import org.jspecify.annotations.NullMarked;
