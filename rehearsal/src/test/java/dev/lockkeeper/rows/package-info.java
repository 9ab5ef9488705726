@NullMarked
package dev.lockkeeper.rows;

import org.jspecify.annotations.NullMarked;
