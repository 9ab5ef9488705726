/** The rules of the reference schema week-planner. */
@NullMarked
package dev.lockkeeper.schemas.weekplanner;

import org.jspecify.annotations.NullMarked;
