package dev.lockkeeper.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the spans that the SDK keeps until they are sent; none where nobody sends them. Thread-safe. */
final class Backlog implements SpanProcessor {
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean sent;

    /** How many they are. */
    int size() {
        return waiting.get();
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (sent && span.getSpanContext().isSampled()) {
            waiting.incrementAndGet();
        }
    }

    /** The exporter, whose spans are out of the queue when it gets them. */
    SpanExporter before(SpanExporter exporter) {
        sent = true;
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                waiting.addAndGet(-spans.size());
                return exporter.export(spans);
            }

            @Override
            public CompletableResultCode flush() {
                return exporter.flush();
            }

            @Override
            public CompletableResultCode shutdown() {
                return exporter.shutdown();
            }
        };
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }
}
