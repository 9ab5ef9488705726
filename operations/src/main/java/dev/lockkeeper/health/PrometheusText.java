package dev.lockkeeper.health;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Metrics in the text format 0.0.4 of Prometheus (prometheus.io/docs/instrumenting/exposition_formats): each family once, its
 * samples together. Not thread-safe.
 */
final class PrometheusText {
    /** What the answer says that it is. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /**
     * One value.
     *
     * @param labels name and value, by turns
     */
    record Sample(List<String> labels, String value) {
        static Sample of(long value, String... labels) {
            return new Sample(List.of(labels), Long.toString(value));
        }
    }

    /** Adds a gauge; one without samples is left out. */
    PrometheusText gauge(String name, String help, List<@Nullable Sample> samples) {
        List<Sample> known = new ArrayList<>();
        for (Sample sample : samples) {
            if (sample != null) {
                known.add(sample);
            }
        }
        if (known.isEmpty()) {
            return this;
        }
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(escaped(help, false))
                .append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
        for (Sample sample : known) {
            text.append(name);
            char before = '{';
            for (int i = 0; i < sample.labels().size(); i += 2) {
                text.append(before)
                        .append(sample.labels().get(i))
                        .append("=\"")
                        .append(escaped(sample.labels().get(i + 1), true))
                        .append('"');
                before = ',';
            }
            text.append(before == ',' ? "} " : " ").append(sample.value()).append('\n');
        }
        return this;
    }

    /** A backslash and a line feed, and within quotes a quote; a half of a character, which UTF-8 has not, is replaced. */
    private static String escaped(String value, boolean quoted) {
        String escaped = value.replace("\\", "\\\\").replace("\n", "\\n");
        return quoted ? escaped.replace("\"", "\\\"") : escaped;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
