/** Lockkeeper as a library: read a project, look at its status, plan, apply, roll back. */
@NullMarked
package dev.lockkeeper;

import org.jspecify.annotations.NullMarked;
