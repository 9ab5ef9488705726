package dev.lockkeeper.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A collector that takes OTLP over HTTP as the official classes read it, and answers as it is told to. */
public final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
    private final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();
    private final List<ExportLogsServiceRequest> logs = new CopyOnWriteArrayList<>();
    private final List<String> encodings = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Answer answer = Answer.TAKES;
    private volatile int refusal = 400;
    private volatile String refusalWords = "";
    private final AtomicInteger refusals = new AtomicInteger(Integer.MAX_VALUE);

    /** What it does with what comes. */
    public enum Answer {
        /** Takes all of it. */
        TAKES,
        /** Says that it has taken a part. */
        PARTLY,
        /** Says 429, and when to come again. */
        TOO_MANY,
        /** Says 503, and when to come again. */
        AWAY,
        /** Says another status, with words of its own. */
        REFUSES,
        /** Says 200 and something that is no answer. */
        NONSENSE,
        /** Never answers. */
        SLOW
    }

    /** Listens at a free port of this machine. */
    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it answers so. */
    public Receiver answering(Answer other) {
        answer = other;
        return this;
    }

    /** Answers so only that often, and takes what comes then. */
    public Receiver answering(Answer other, int times) {
        refusals.set(times);
        return answering(other);
    }

    /** From now on it refuses, with that body. */
    public Receiver refusing(int status, String words) {
        refusal = status;
        refusalWords = words;
        return answering(Answer.REFUSES);
    }

    /** How many requests have come. */
    public int requests() {
        return encodings.size();
    }

    public List<String> encodings() {
        return List.copyOf(encodings);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        encodings.add(String.valueOf(encoding));
        try (exchange;
                InputStream in = "gzip".equals(encoding)
                        ? new GZIPInputStream(exchange.getRequestBody())
                        : exchange.getRequestBody()) {
            byte[] body = in.readAllBytes();
            Answer now = refusals.getAndDecrement() > 0 ? answer : Answer.TAKES;
            switch (now) {
                case SLOW -> closing.await();
                case TOO_MANY, AWAY -> {
                    exchange.getResponseHeaders().add("Retry-After", "1");
                    exchange.sendResponseHeaders(now == Answer.AWAY ? 503 : 429, -1);
                }
                case REFUSES -> answer(exchange, refusal, refusalWords.getBytes(StandardCharsets.UTF_8));
                case NONSENSE -> answer(exchange, 200, "<html>\u0000 welcome".getBytes(StandardCharsets.UTF_8));
                case PARTLY -> {
                    take(exchange, body);
                    answer(
                            exchange,
                            200,
                            ExportTraceServiceResponse.newBuilder()
                                    .setPartialSuccess(ExportTracePartialSuccess.newBuilder()
                                            .setRejectedSpans(1)
                                            .setErrorMessage("one too many"))
                                    .build()
                                    .toByteArray());
                }
                case TAKES -> {
                    take(exchange, body);
                    answer(exchange, 200, new byte[0]);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private void take(HttpExchange exchange, byte[] body) throws IOException {
        switch (exchange.getRequestURI().getPath()) {
            case "/v1/traces" -> traces.add(ExportTraceServiceRequest.parseFrom(body));
            case "/v1/metrics" -> metrics.add(ExportMetricsServiceRequest.parseFrom(body));
            case "/v1/logs" -> logs.add(ExportLogsServiceRequest.parseFrom(body));
            default -> throw new IOException("nothing is sent to " + exchange.getRequestURI());
        }
    }

    /** What was told of who has sent spans. */
    public Map<String, String> resource() {
        Resource resource = traces.get(0).getResourceSpans(0).getResource();
        return attributes(resource.getAttributesList());
    }

    public List<Span> spans() {
        return traces.stream()
                .flatMap(request -> request.getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** The spans of that name, in the order in which they began. */
    public List<Span> spans(String name) {
        return spans().stream()
                .filter(span -> span.getName().equals(name))
                .sorted(java.util.Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();
    }

    /** The only span of that name. */
    public Span span(String name) {
        List<Span> found = spans(name);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " spans are " + name + " of "
                    + spans().stream().map(Span::getName).toList());
        }
        return found.get(0);
    }

    public List<LogRecord> logs() {
        return logs.stream()
                .flatMap(request -> request.getResourceLogsList().stream())
                .flatMap(resource -> resource.getScopeLogsList().stream())
                .flatMap(scope -> scope.getLogRecordsList().stream())
                .toList();
    }

    /** The metrics of ours by their names, as they were told last. */
    public Map<String, Metric> metrics() {
        Map<String, Metric> named = new TreeMap<>();
        metrics.stream()
                .flatMap(request -> request.getResourceMetricsList().stream())
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .filter(scope -> scope.getScope().getName().equals("dev.lockkeeper"))
                .flatMap(scope -> scope.getMetricsList().stream())
                .forEach(metric -> named.put(metric.getName(), metric));
        return named;
    }

    /** The names of all metrics that have come, whoever tells them. */
    public List<String> allMetrics() {
        return metrics.stream()
                .flatMap(request -> request.getResourceMetricsList().stream())
                .flatMap(resource -> resource.getScopeMetricsList().stream())
                .flatMap(scope -> scope.getMetricsList().stream())
                .map(Metric::getName)
                .toList();
    }

    /** The value of a counter or gauge where it has this attribute. */
    public long value(String metric, String attribute, String value) {
        Metric found = metrics().get(metric);
        if (found == null) {
            throw new AssertionError("no metric " + metric + " of " + metrics().keySet());
        }
        List<NumberDataPoint> points = found.hasSum()
                ? found.getSum().getDataPointsList()
                : found.getGauge().getDataPointsList();
        return points.stream()
                .filter(point ->
                        value.equals(attributes(point.getAttributesList()).get(attribute)))
                .mapToLong(point -> point.hasAsInt() ? point.getAsInt() : Math.round(point.getAsDouble()))
                .sum();
    }

    /** All attributes as texts. */
    public static Map<String, String> attributes(List<KeyValue> all) {
        Map<String, String> texts = new TreeMap<>();
        all.forEach(one -> texts.put(one.getKey(), text(one.getValue())));
        return texts;
    }

    public static Map<String, String> attributes(Span span) {
        return attributes(span.getAttributesList());
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            default -> value.toString();
        };
    }

    public static String trace(Span span) {
        return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    public static String id(Span span) {
        return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    /** The id of the span that it is a child of; null when it is of none. */
    public static @Nullable String parent(Span span) {
        return span.getParentSpanId().isEmpty()
                ? null
                : HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    /** Every name that has come: of attributes, events and spans. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        spans().forEach(span -> {
            names.add(span.getName());
            span.getAttributesList().forEach(one -> names.add(one.getKey()));
            span.getEventsList().forEach(event -> {
                names.add(event.getName());
                event.getAttributesList().forEach(one -> names.add(one.getKey()));
            });
        });
        Stream.concat(
                        metrics().keySet().stream(),
                        logs().stream()
                                .flatMap(log -> log.getAttributesList().stream().map(KeyValue::getKey)))
                .forEach(names::add);
        return names.stream().distinct().sorted().toList();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
