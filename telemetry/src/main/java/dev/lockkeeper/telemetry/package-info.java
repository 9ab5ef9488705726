/** Traces, metrics and logs of what commands do, sent where the standard OTEL_* variables say; nothing without them. */
@NullMarked
package dev.lockkeeper.telemetry;

import org.jspecify.annotations.NullMarked;
