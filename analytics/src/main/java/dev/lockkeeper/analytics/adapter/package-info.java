/** Where groups are computed: in the database itself, or in an engine beside it. */
@NullMarked
package dev.lockkeeper.analytics.adapter;

import org.jspecify.annotations.NullMarked;
