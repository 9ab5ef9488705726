@NullMarked
package dev.lockkeeper.rehearsal;

import org.jspecify.annotations.NullMarked;
