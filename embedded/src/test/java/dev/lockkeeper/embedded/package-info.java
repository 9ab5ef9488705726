@NullMarked
package dev.lockkeeper.embedded;

import org.jspecify.annotations.NullMarked;
