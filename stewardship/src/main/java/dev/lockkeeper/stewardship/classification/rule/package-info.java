/** One class for each rule about data. */
@NullMarked
package dev.lockkeeper.stewardship.classification.rule;

import org.jspecify.annotations.NullMarked;
