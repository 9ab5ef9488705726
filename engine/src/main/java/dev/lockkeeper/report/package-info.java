/** Problems, plans, status and events as text for people and as JSON for programs. */
@NullMarked
package dev.lockkeeper.report;

import org.jspecify.annotations.NullMarked;
