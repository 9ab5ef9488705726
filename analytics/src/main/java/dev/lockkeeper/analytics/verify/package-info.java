/** Whether rollups hold on rows of a sample: computed, computed again, checked, compared and asked as a dashboard asks. */
@NullMarked
package dev.lockkeeper.analytics.verify;

import org.jspecify.annotations.NullMarked;
