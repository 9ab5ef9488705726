package dev.lockkeeper.telemetry;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Makes spans, metrics and logs of what was told. Used by one thread. */
final class Signals {
    private static final String SCOPE = "dev.lockkeeper";
    private static final long STUCK = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final Meters meters;
    private final Logger logger;
    private final SpanIds ids;
    private final Telling.Root root;
    private final Span command;
    private final long started;
    private final Map<String, RunSpans> runs = new HashMap<>();
    private final Backlog backlog;
    private final Senders senders;
    private final TelemetrySettings settings;
    private boolean closed;

    private Signals(
            OpenTelemetrySdk sdk,
            Backlog backlog,
            Senders senders,
            SpanIds ids,
            Telling.Root root,
            TelemetrySettings settings,
            long started) {
        this.sdk = sdk;
        this.backlog = backlog;
        this.senders = senders;
        this.settings = settings;
        this.ids = ids;
        this.root = root;
        this.started = started;
        this.tracer = sdk.getTracer(SCOPE, root.version());
        this.meters = new Meters(sdk.getMeter(SCOPE));
        this.logger = sdk.getLogsBridge().get(SCOPE);
        SpanBuilder begun = tracer.spanBuilder("lockkeeper " + root.command())
                .setStartTimestamp(started, TimeUnit.NANOSECONDS)
                .setAttribute(Names.COMMAND, root.command());
        Traceparent parent = root.parent();
        Traceparent linked = root.linked();
        if (linked != null) {
            begun.addLink(context(linked));
        }
        ids.next(root.place().span());
        // what is handed on without a place in a trace belongs to none
        String state = parent != null && parent.equals(settings.inherited()) ? settings.state() : "";
        this.command = begun.setParent(parent == null ? Context.root() : context(parent, state))
                .startSpan();
    }

    /** Brings up the SDK, which may refuse a setting. */
    static Signals begin(TelemetrySettings settings, Telling.Root root, long started, Noise noise) {
        SpanIds ids = new SpanIds(root.place().trace());
        Backlog backlog = new Backlog();
        Senders senders = new Senders();
        return new Signals(
                sdk(settings.properties(), root, ids, noise, backlog), backlog, senders, ids, root, settings, started);
    }

    /** Whether the SDK comes up with these settings. */
    static boolean isFit(Map<String, String> properties, Telling.Root root) {
        try (Noise nobody = new Noise()) {
            sdk(properties, root, new SpanIds(root.place().trace()), nobody, new Backlog())
                    .close();
            return true;
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    private static OpenTelemetrySdk sdk(
            Map<String, String> properties, Telling.Root root, SpanIds ids, Noise noise, Backlog backlog) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .setComponentLoader(new Listening(noise))
                // the variables of the process are in these already, and a test has others
                .addPropertiesCustomizer(config -> properties)
                .addTracerProviderCustomizer(
                        (builder, config) -> builder.setIdGenerator(ids).addSpanProcessor(backlog))
                .addSpanExporterCustomizer((exporter, config) -> backlog.before(exporter))
                .addResourceCustomizer((resource, config) ->
                        resource.merge(io.opentelemetry.sdk.resources.Resource.create(Attributes.of(
                                io.opentelemetry.api.common.AttributeKey.stringKey("service.version"),
                                root.version()))))
                .build()
                .getOpenTelemetrySdk();
    }

    void begin(String span, Followed subject, long at) {
        ids.next(span);
        runs.put(span, RunSpans.begin(tracer, ids, meters, Context.root().with(command), subject, at));
    }

    void happened(String run, String span, Event event, long at) {
        RunSpans known = runs.get(run);
        if (known != null) {
            known.happened(span, event, at);
        }
        // a slow collector holds up this thread, whose own queue has room: the SDK would drop the last spans, of the
        // command first
        drain(settings.queue() / 2, settings.patience().toNanos());
    }

    /**
     * Has spans sent until no more than so many wait. The SDK passes a request to flush by while it ends another one, also when it shuts
     * down, and so the request is repeated; what it has dropped never comes, and is not waited for.
     */
    private void drain(int most, long nanos) {
        long deadline = System.nanoTime() + nanos;
        long stuck = System.nanoTime() + STUCK;
        for (int left = backlog.size();
                left > most && System.nanoTime() < Math.min(deadline, stuck);
                left = backlog.size()) {
            sdk.getSdkTracerProvider()
                    .forceFlush()
                    .join(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (backlog.size() < left) {
                stuck = System.nanoTime() + STUCK;
            } else {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    void failed(String run, Problem problem, long at) {
        RunSpans known = runs.get(run);
        if (known != null) {
            known.failed(problem, at);
        }
    }

    void end(String run, long at) {
        RunSpans known = runs.remove(run);
        if (known != null) {
            known.end(at);
        }
    }

    void measured(Measure measure) {
        meters.measured(measure);
    }

    void said(LogLine line) {
        LogLine.Context context = line.context();
        LogRecordBuilder log = logger.logRecordBuilder()
                .setTimestamp(line.time())
                .setSeverity(severity(line.level()))
                .setSeverityText(line.level().word())
                .setBody(body(line))
                .setContext(Context.root()
                        .with(Span.wrap(context(new Traceparent(
                                context.trace(), context.span(), root.place().sampled())))))
                .setAttribute(Names.COMMAND, context.command());
        put(log, Names.COMPONENT, context.component());
        put(log, Names.VERSION, context.version());
        put(log, Names.DIRECTION, context.direction());
        put(log, Names.TARGET, context.target());
        put(log, Names.CODE, line.code());
        put(log, Names.STATUS, line.sqlState());
        Place place = line.place();
        if (place != null) {
            log.setAttribute(Names.FILE, place.file());
            log.setAttribute(Names.LINE, (long) place.line());
        }
        log.emit();
        if (line.level() == LogLine.Level.ERROR) {
            String code = String.valueOf(line.code());
            command.setAttribute(Names.ERROR, code);
            meters.failed(Attributes.of(Names.COMMAND, context.command(), Names.CODE, code));
        }
    }

    /** Messages quote what a person has typed, a file holds or a server says, which may be secret: what is sent is the kind. */
    private static String body(LogLine line) {
        Problem problem = line.problem();
        String sqlState = line.sqlState();
        if (problem == null) {
            return line.level().word();
        }
        return sqlState == null
                ? line.code() + ": "
                        + problem.code().explanation().split("\\. ", 2)[0].replaceFirst("\\.$", "")
                : line.code() + ": the server answered with " + sqlState;
    }

    private static void put(
            LogRecordBuilder log, io.opentelemetry.api.common.AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            log.setAttribute(key, value);
        }
    }

    private static Severity severity(LogLine.Level level) {
        return switch (level) {
            case INFO -> Severity.INFO;
            case WARNING -> Severity.WARN;
            case ERROR -> Severity.ERROR;
        };
    }

    /** Ends the span of the command, and sends what is not sent yet. */
    void close(int exitCode, long at, long deadline) {
        closed = true;
        runs.values().forEach(run -> run.end(at));
        command.setAttribute(Names.EXIT, (long) exitCode);
        if (exitCode != 0) {
            command.setStatus(StatusCode.ERROR);
        }
        command.end(at, TimeUnit.NANOSECONDS);
        AttributesBuilder of = Attributes.builder();
        meters.command(
                at - started,
                of.put(Names.COMMAND, root.command())
                        .put(Names.EXIT, (long) exitCode)
                        .build());
        CompletableResultCode metrics = sdk.getSdkMeterProvider().shutdown();
        CompletableResultCode logs = sdk.getSdkLoggerProvider().shutdown();
        drain(0, deadline - System.nanoTime());
        CompletableResultCode.ofAll(
                        List.of(metrics, logs, sdk.getSdkTracerProvider().shutdown()))
                .join(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        senders.end();
    }

    boolean isClosed() {
        return closed;
    }

    /** Of the job that has begun the trace, with what other tools have handed on; what is none of that is left out by the SDK. */
    private static Context context(Traceparent parent, String state) {
        return W3CTraceContextPropagator.getInstance()
                .extract(
                        Context.root(),
                        Map.of("traceparent", parent.text(), "tracestate", state),
                        (carrier, name) -> carrier == null ? null : carrier.get(name));
    }

    private static SpanContext context(Traceparent place) {
        return SpanContext.createFromRemoteParent(
                place.trace(),
                place.span(),
                place.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                TraceState.getDefault());
    }
}
