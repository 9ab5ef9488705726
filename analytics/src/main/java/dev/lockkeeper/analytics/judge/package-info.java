/** Whether definitions fit a database. */
@NullMarked
package dev.lockkeeper.analytics.judge;

import org.jspecify.annotations.NullMarked;
