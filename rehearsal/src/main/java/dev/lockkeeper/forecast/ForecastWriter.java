package dev.lockkeeper.forecast;

import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A forecast as text and as JSON. */
public final class ForecastWriter {
    private static final double MINUTE = 60_000;
    private static final double[] UNITS = {1, 1e3, 1e6, 1e9};
    private static final String[] SIGNS = {"", " thousand", " million", " billion"};

    private final Style style;

    public ForecastWriter(Style style) {
        this.style = style;
    }

    /**
     * All that take longer than others would notice, or for which others wait.
     *
     * @param all in the order of the plan
     */
    public List<String> text(List<Forecast> all) {
        List<String> lines = new ArrayList<>();
        lines.add(style.strong("Forecast") + " by the statistics of the target:");
        int before = lines.size();
        for (Forecast one : all) {
            if (one.effort() == Forecast.Effort.CONSTANT && one.waits().isEmpty()) {
                continue;
            }
            lines.add("    " + one.place() + "  " + one.effort().sign() + ", " + duration(one.millis(), one.most())
                    + one.tables().stream()
                            .map(table -> Style.line(table.name()) + " " + size(table.size()))
                            .collect(Collectors.joining(
                                    ", ",
                                    one.tables().isEmpty() ? "" : "  (",
                                    one.tables().isEmpty() ? "" : ")")));
            one.waits()
                    .forEach(wait -> lines.add("        " + who(wait) + " of " + Style.line(wait.relation())
                            + " wait for " + duration(wait.millis(), one.most()) + " to the end of its transaction"));
            one.unknown().forEach(why -> lines.add("        not known  " + Style.line(why)));
        }
        if (lines.size() == before) {
            lines.add("    nothing that others notice");
        }
        lines.add(style.faint(
                "Times are those of this machine, without other work on it; see docs/forecast.md for how far"
                        + " they are off."));
        return lines;
    }

    private String who(Forecast.Wait wait) {
        return wait.mode().blocksReads() ? style.bad("reads and writes") : "writes";
    }

    private static String duration(@Nullable Double millis, boolean most) {
        if (millis == null) {
            return "a time that is not known";
        }
        String about = most ? "at most about " : "about ";
        if (millis < 100) {
            return "less than 0.1 s";
        }
        return about
                + (millis < MINUTE
                        ? String.format(Locale.ROOT, millis < 10_000 ? "%.1f s" : "%.0f s", millis / 1000)
                        : String.format(Locale.ROOT, "%.0f min", millis / MINUTE));
    }

    private static String size(Size size) {
        String parts = size.partitions() > 1 ? " in " + size.partitions() + " partitions" : "";
        Double rows = size.rows();
        return (rows == null ? "rows not known" : count(rows) + " rows") + parts + ", "
                + Math.round(size.whole() / (1 << 20)) + " MiB";
    }

    private static String count(double rows) {
        int at = UNITS.length - 1;
        while (at > 0 && rows < UNITS[at]) {
            at--;
        }
        double shown = rows / UNITS[at];
        return String.format(Locale.ROOT, at == 0 || shown >= 100 ? "%.0f%s" : "%.1f%s", shown, SIGNS[at]);
    }

    /** One of them. */
    public static void json(Json json, Forecast one) {
        json.put("component", one.component())
                .put("version", one.version())
                .put("file", one.place().file())
                .put("line", one.place().line())
                .put("column", one.place().column())
                .put("effort", one.effort().sign());
        number(json, "millis", one.millis());
        json.put("atMost", one.most())
                .array("tables", one.tables(), (j, table) -> {
                    j.put("name", table.name());
                    number(j, "rows", table.size().rows());
                    j.put("bytes", Math.round(table.size().whole()))
                            .put("indexes", table.size().indexes())
                            .put("partitions", table.size().partitions());
                })
                .array("waits", one.waits(), (j, wait) -> {
                    j.put("relation", wait.relation())
                            .put("mode", wait.mode().sql())
                            .put("reads", wait.mode().blocksReads());
                    number(j, "heldMillis", wait.millis());
                })
                .texts("unknown", one.unknown());
    }

    private static void number(Json json, String name, @Nullable Double number) {
        if (number == null) {
            json.put(name, (String) null);
        } else {
            json.put(name, Math.round(number));
        }
    }
}
