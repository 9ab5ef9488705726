package dev.lockkeeper.telemetry;

import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of one process. Not thread-safe: begun once.
 *
 * @param settings what the environment asks for
 * @param version of Lockkeeper
 */
public record Telling(TelemetrySettings settings, String version) {
    /** As the environment says. */
    public static Telling of(Map<String, String> variables, String version) {
        return new Telling(TelemetrySettings.of(variables), version);
    }

    /** What of the environment is not understood. */
    public List<Problem> warnings() {
        return settings.warnings();
    }

    /**
     * Begins to tell of a command.
     *
     * @param command its name
     * @param origin where what it works on was made, such as a plan; null when that is not known. It is part of that trace unless
     *     the environment names one, and then the span of that is linked
     */
    public Telemetry begin(String command, @Nullable Traceparent origin) {
        Traceparent inherited = settings.inherited();
        Traceparent parent = inherited == null ? origin : inherited;
        Traceparent place = parent == null ? Traceparent.begin() : parent.next();
        Traceparent linked =
                origin == null || origin.equals(parent) || origin.trace().equals(place.trace()) ? null : origin;
        if (!settings.isWanted()) {
            return new Silent(place, linked);
        }
        return new Exporting(settings, new Root(command, version, place, parent, linked));
    }

    /**
     * The command itself.
     *
     * @param parent the span that it is a child of; null when it begins a trace
     * @param linked another span that it has to do with; null when there is none
     */
    record Root(
            String command,
            String version,
            Traceparent place,
            @Nullable Traceparent parent,
            @Nullable Traceparent linked) {}
}
