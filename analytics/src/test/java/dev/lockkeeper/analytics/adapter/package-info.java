@NullMarked
package dev.lockkeeper.analytics.adapter;

import org.jspecify.annotations.NullMarked;
