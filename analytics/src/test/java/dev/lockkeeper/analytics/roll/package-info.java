@NullMarked
package dev.lockkeeper.analytics.roll;

import org.jspecify.annotations.NullMarked;
