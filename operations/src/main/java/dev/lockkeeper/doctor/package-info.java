/** Whether an environment is fit for what a project means to do there. */
@NullMarked
package dev.lockkeeper.doctor;

import org.jspecify.annotations.NullMarked;
