/** What data a plan takes away: tables, columns and rows that no script brings back. */
@NullMarked
package dev.lockkeeper.loss;

import org.jspecify.annotations.NullMarked;
