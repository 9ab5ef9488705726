/** Reads migrations from files: conventions, tokens, checksums. */
@NullMarked
package dev.lockkeeper.source;

import org.jspecify.annotations.NullMarked;
