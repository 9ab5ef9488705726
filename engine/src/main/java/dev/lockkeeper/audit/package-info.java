/** The audit chain: what it holds, whether it was altered, and its files. */
@NullMarked
package dev.lockkeeper.audit;

import org.jspecify.annotations.NullMarked;
