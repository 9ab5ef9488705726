package dev.lockkeeper.analytics.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** How long the transactions of a roller took, and how long marks had waited after each, as a picture. Pure. */
public record Chart(String title, List<Round> rounds) {
    /** What stands in the first lines of a picture, by which it is known. */
    public static final String MARK = "made by lockkeeper analytics verify";

    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final int WIDTH = 640;
    private static final int PLOT = 110;
    private static final int LEFT = 70;
    private static final int MOST = 120;
    private static final int WORDS = 60;

    public Chart {
        rounds = List.copyOf(rounds);
    }

    /** Two lines for a terminal, of up to 60 bars each. */
    public List<String> text() {
        return List.of(
                "transaction " + bars(Round::took) + "  up to " + milliseconds(Round::took),
                "marks wait  " + bars(Round::lag) + "  up to " + milliseconds(Round::lag));
    }

    private String bars(Function<Round, Duration> value) {
        List<Duration> shown = shown(value, WORDS);
        long most = most(value);
        StringBuilder bars = new StringBuilder();
        for (Duration one : shown) {
            int last = BARS.length() - 1;
            bars.append(BARS.charAt(most == 0 ? 0 : (int) Math.min(last, one.toNanos() * last / most)));
        }
        return bars.toString();
    }

    /** A picture for documents, which says in words what it shows. */
    public String svg() {
        int height = 2 * PLOT + 110;
        String top = "longest transaction " + milliseconds(Round::took) + ", longest wait " + milliseconds(Round::lag);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img" aria-label="%3$s: %4$s">
                <!-- %6$s -->
                <style>
                svg { font: 13px system-ui, sans-serif; color-scheme: light dark; background: #ffffff }
                text { fill: #1b2330 } .axis { stroke: #76818f } .took { fill: #0b5cc4 } .lag { fill: #8a5a00 }
                @media (prefers-color-scheme: dark) {
                  svg { background: #0d1117 } text { fill: #e8edf4 } .axis { stroke: #6f7c8d } .took { fill: #7ab3ff } .lag { fill: #f0b84a }
                }
                </style>
                <text x="%5$d" y="20" font-weight="600">%3$s</text>
                """.formatted(WIDTH, height, escaped(title), top, LEFT, MARK)
                + plot(40, "took", "each transaction took", Round::took)
                + plot(40 + PLOT + 35, "lag", "the oldest mark had waited after it", Round::lag) + "</svg>\n";
    }

    private String plot(int y, String kind, String words, Function<Round, Duration> value) {
        List<Duration> shown = shown(value, MOST);
        long most = Math.max(1, most(value));
        double step = (WIDTH - LEFT - 20.0) / Math.max(1, shown.size());
        List<String> parts = new ArrayList<>();
        parts.add("<text x=\"%d\" y=\"%d\">%s</text>".formatted(LEFT, y + 12, words));
        parts.add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                .formatted(LEFT - 6, y + 30, milliseconds(value)));
        parts.add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>".formatted(LEFT - 6, y + PLOT));
        for (int i = 0; i < shown.size(); i++) {
            double tall = (PLOT - 20.0) * shown.get(i).toNanos() / most;
            parts.add(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    kind,
                    LEFT + i * step,
                    y + PLOT - tall,
                    Math.max(1, step - 1),
                    tall));
        }
        parts.add("<path class=\"axis\" d=\"M%d %dV%dH%d\" fill=\"none\"/>"
                .formatted(LEFT, y + 20, y + PLOT, WIDTH - 20));
        return String.join("\n", parts) + "\n";
    }

    /** As many as there is room for: the longest of those that share a place. */
    private List<Duration> shown(Function<Round, Duration> value, int room) {
        if (rounds.size() <= room) {
            return rounds.stream().map(value).toList();
        }
        List<Duration> shown = new ArrayList<>();
        for (int i = 0; i < room; i++) {
            shown.add(rounds.subList(i * rounds.size() / room, (i + 1) * rounds.size() / room).stream()
                    .map(value)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO));
        }
        return shown;
    }

    private long most(Function<Round, Duration> value) {
        return rounds.stream().map(value).mapToLong(Duration::toNanos).max().orElse(0);
    }

    private String milliseconds(Function<Round, Duration> value) {
        return most(value) / 1_000_000 + " ms";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
