@NullMarked
package dev.lockkeeper.analytics;

import org.jspecify.annotations.NullMarked;
