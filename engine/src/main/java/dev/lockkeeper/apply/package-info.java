/** Runs a plan: one message and one transaction a step where the server allows it. */
@NullMarked
package dev.lockkeeper.apply;

import org.jspecify.annotations.NullMarked;
