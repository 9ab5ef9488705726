package dev.lockkeeper.telemetry;

import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/** Gives spans the ids that logs and records have named already. Used by one thread. */
final class SpanIds implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();
    private final String trace;
    private @Nullable String next;

    SpanIds(String trace) {
        this.trace = trace;
    }

    /** The next span gets this id. */
    void next(String span) {
        next = span;
    }

    @Override
    public String generateSpanId() {
        String known = next;
        next = null;
        return known == null ? random.generateSpanId() : known;
    }

    @Override
    public String generateTraceId() {
        return trace;
    }
}
