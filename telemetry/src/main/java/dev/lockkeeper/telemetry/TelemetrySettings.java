package dev.lockkeeper.telemetry;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.DurationText;
import dev.lockkeeper.trace.Traceparent;
import dev.lockkeeper.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the environment asks for. Immutable; names no class of the SDK.
 *
 * @param properties the OTEL_* variables by the names of the SDK, with our defaults; empty when nothing is asked for
 * @param statements from when on a statement is told
 * @param apart whether scripts are sent statement by statement, so that each of theirs can be told
 * @param patience how long the end of a command waits at most
 * @param inherited the span that a job has handed on; null when there is none
 * @param state what other tools have handed on with it; empty when that is nothing
 * @param warnings of what is not understood
 */
public record TelemetrySettings(
        Map<String, String> properties,
        Duration statements,
        boolean apart,
        Duration patience,
        @Nullable Traceparent inherited,
        String state,
        List<Problem> warnings) {
    static final String STATEMENTS = "LOCKKEEPER_TRACE_STATEMENTS";
    static final String STATE = "TRACESTATE";

    private static final Duration SLOW = Duration.ofMillis(100);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    /** Spans that the SDK keeps by default. */
    private static final int QUEUE = 2048;

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final String OTLP = "otlp";
    private static final List<String> SIGNALS = List.of("TRACES", "METRICS", "LOGS");
    private static final List<String> TIMEOUTS = List.of(
            "OTEL_EXPORTER_OTLP_TIMEOUT",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
            "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
            "OTEL_BSP_EXPORT_TIMEOUT",
            "OTEL_BLRP_EXPORT_TIMEOUT",
            "OTEL_METRIC_EXPORT_TIMEOUT");

    public TelemetrySettings {
        properties = Map.copyOf(properties);
        warnings = List.copyOf(warnings);
    }

    /** Reads the environment; what is wrong in it is warned of and left out. */
    public static TelemetrySettings of(Map<String, String> variables) {
        List<Problem> warnings = new ArrayList<>();
        Duration patience = patience(variables);
        Map<String, String> properties = wanted(variables) ? properties(variables, patience, warnings) : Map.of();
        String said = variables.getOrDefault(STATEMENTS, "");
        Duration statements = SLOW;
        boolean apart = false;
        if (!said.isBlank()) {
            Duration read = DurationText.parse(said.strip()).orElse(null);
            apart = read != null;
            statements = read == null ? SLOW : read;
            if (read == null) {
                warnings.add(Problem.of(Code.TELEMETRY, STATEMENTS + " is not a duration")
                        .help("write a number with ms, s or min, such as 250ms, or unset it"));
            }
        }
        return new TelemetrySettings(
                properties,
                statements,
                apart,
                patience,
                inherited(variables, warnings),
                value(variables, STATE),
                warnings);
    }

    /** Whether a collector shall be told. */
    public boolean isWanted() {
        return !properties.isEmpty();
    }

    /** How many spans the SDK keeps until they are sent; it drops what is more. */
    int queue() {
        String said = properties.getOrDefault("otel.bsp.max.queue.size", "").strip();
        return said.matches("[1-9]\\d{0,8}") ? Integer.parseInt(said) : QUEUE;
    }

    /** What runs tell of the trace. */
    Tracing tracing(String trace, @Nullable String planned) {
        return new Tracing(trace, planned, statements, apart);
    }

    private static boolean wanted(Map<String, String> variables) {
        return !"true"
                        .equalsIgnoreCase(
                                variables.getOrDefault("OTEL_SDK_DISABLED", "").strip())
                && SIGNALS.stream().anyMatch(signal -> wanted(variables, signal));
    }

    /** A signal goes nowhere unless a variable names our exporter or an address for it. */
    private static boolean wanted(Map<String, String> variables, String signal) {
        List<String> exporters = exporters(variables, signal);
        return exporters.isEmpty()
                ? Stream.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT")
                        .anyMatch(name -> !value(variables, name).isEmpty())
                : exporters.contains(OTLP);
    }

    private static List<String> exporters(Map<String, String> variables, String signal) {
        return Stream.of(value(variables, exporter(signal)).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static String exporter(String signal) {
        return "OTEL_" + signal + "_EXPORTER";
    }

    private static Map<String, String> properties(
            Map<String, String> variables, Duration patience, List<Problem> warnings) {
        Map<String, String> properties = new HashMap<>();
        properties.put("otel.exporter.otlp.protocol", "http/protobuf");
        properties.put("otel.exporter.otlp.timeout", Long.toString(patience.toMillis()));
        properties.put("otel.service.name", "lockkeeper");
        variables.forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        for (String signal : SIGNALS) {
            boolean wanted = wanted(variables, signal);
            properties.put("otel." + signal.toLowerCase(Locale.ROOT) + ".exporter", wanted ? OTLP : "none");
            if (!List.of(OTLP, "none").containsAll(exporters(variables, signal))) {
                warnings.add(Problem.of(Code.TELEMETRY, "of " + exporter(signal) + " only " + OTLP + " is there")
                        .because(wanted ? "the others get nothing" : "nothing of that kind is sent")
                        .help("set " + exporter(signal) + " to " + OTLP + " or none"));
            }
        }
        // what a request brings or takes along: there is none
        properties.put("otel.propagators", "none");
        return properties;
    }

    /** The longest of what the standard variables allow for sending; they are milliseconds. */
    private static Duration patience(Map<String, String> variables) {
        return TIMEOUTS.stream()
                .map(name -> value(variables, name))
                .filter(text -> text.matches("[1-9]\\d{0,8}"))
                .map(text -> Duration.ofMillis(Long.parseLong(text)))
                .max(Duration::compareTo)
                .map(longest -> longest.compareTo(LONGEST) > 0 ? LONGEST : longest)
                .orElse(FLUSH);
    }

    private static @Nullable Traceparent inherited(Map<String, String> variables, List<Problem> warnings) {
        String text = value(variables, Traceparent.VARIABLE);
        Traceparent read = Traceparent.parse(text).orElse(null);
        if (read == null && !text.isEmpty()) {
            warnings.add(Problem.of(Code.TELEMETRY, Traceparent.VARIABLE + " is ignored: it is no place in a trace")
                    .because(
                            "the W3C recommendation wants 00-TRACE-SPAN-FLAGS: 32, 16 and 2 hexadecimal digits in lower case,"
                                    + " and no id of zeros")
                    .help("hand on what the tool that began the trace has set, or unset it"));
        }
        return read;
    }

    private static String value(Map<String, String> variables, String name) {
        return variables.getOrDefault(name, "").strip();
    }
}
