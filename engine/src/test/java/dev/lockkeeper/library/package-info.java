@NullMarked
package dev.lockkeeper.library;

import org.jspecify.annotations.NullMarked;
