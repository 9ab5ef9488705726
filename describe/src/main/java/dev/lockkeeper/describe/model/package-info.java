/** The model as documents tell of it, and the file in which it is kept. */
@NullMarked
package dev.lockkeeper.describe.model;

import org.jspecify.annotations.NullMarked;
