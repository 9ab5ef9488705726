package dev.lockkeeper.report;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.ServerError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A problem as a person reads it: what, where with the line and a caret, what the server said, why, what to do. */
public final class ProblemText {
    /** How many places, and how many problems of one kind are told. */
    private static final int MOST = 10;

    private final Style style;

    public ProblemText(Style style) {
        this.style = style;
    }

    /** Errors, each over several lines; what differs in its place alone is told once. */
    public List<String> errors(List<Problem> problems) {
        return grouped(problems).stream().map(this::error).toList();
    }

    /** Warnings, likewise. */
    public List<String> warnings(List<Problem> problems) {
        return grouped(problems).stream().map(this::warning).toList();
    }

    /** Kind by kind, what to do with the first of each; of what differs in its place alone one, with the places of the others. */
    private static List<Problem> grouped(List<Problem> problems) {
        Map<Problem, List<Place>> places = new LinkedHashMap<>();
        for (Problem problem : problems) {
            List<Place> of = places.computeIfAbsent(problem.at(null), anywhere -> new ArrayList<>());
            if (problem.place() != null) {
                of.add(problem.place());
            }
        }
        Map<List<@Nullable Object>, List<Problem>> kinds = new LinkedHashMap<>();
        places.forEach((problem, of) -> kinds.computeIfAbsent(
                        Arrays.asList(problem.code(), problem.why(), problem.help()), kind -> new ArrayList<>())
                .add(withPlaces(problem, of)));
        List<Problem> grouped = new ArrayList<>();
        for (List<Problem> kind : kinds.values()) {
            int shown = Math.min(kind.size(), MOST);
            for (int i = 0; i < shown; i++) {
                Problem told = i == 0 ? kind.get(i) : kind.get(i).because(null).help(null);
                boolean last = i == shown - 1 && kind.size() > shown;
                grouped.add(last ? told.note("and " + (kind.size() - shown) + " more of this kind") : told);
            }
        }
        return grouped;
    }

    private static Problem withPlaces(Problem problem, List<Place> of) {
        Problem told = of.isEmpty() ? problem : problem.at(of.get(0));
        return of.size() < 2
                ? told
                : told.note("also at "
                        + of.stream()
                                .skip(1)
                                .limit(MOST - 1)
                                .map(Place::toString)
                                .collect(Collectors.joining(", "))
                        + (of.size() > MOST ? " and " + (of.size() - MOST) + " more" : ""));
    }

    /** An error, over several lines without a closing line feed. */
    public String error(Problem problem) {
        return render(style.bad("error"), problem);
    }

    /** A warning, likewise. */
    public String warning(Problem problem) {
        return render(style.notable("warning"), problem);
    }

    /**
     * The head of a problem, over several lines: what and where.
     *
     * @param level how bad it is, in its colour
     * @param code what {@code explain} tells more of
     */
    public List<String> head(String level, String code, String message, @Nullable Place place) {
        List<String> lines = new ArrayList<>();
        lines.add(level + "[" + code + "]: "
                + style.strong(Style.printable(Style.brief(message)).replace("\n", "\n  ")));
        if (place != null) {
            lines.add("  " + style.faint("-->") + " " + Style.printable(place.toString()));
            excerpt(place, lines);
        }
        return lines;
    }

    private String render(String level, Problem problem) {
        List<String> lines = head(level, problem.code().slug(), problem.message(), problem.place());
        ServerError server = problem.server();
        if (server != null) {
            if (!server.message().equals(problem.message())) {
                add(lines, "server", server.message());
            }
            add(lines, "sqlstate", server.sqlState());
            add(lines, "detail", server.detail());
            add(lines, "constraint", server.constraint());
            add(lines, "context", server.context());
            if (server.hint() != null && !server.hint().equals(problem.help())) {
                add(lines, "hint", server.hint());
            }
        }
        add(lines, "why", problem.why());
        problem.notes().forEach(note -> add(lines, "note", note));
        add(lines, "help", problem.help());
        return String.join("\n", lines);
    }

    private void excerpt(Place place, List<String> lines) {
        String source = place.sourceLine();
        if (source == null || place.line() == 0) {
            return;
        }
        String number = Integer.toString(place.line());
        String gutter = " ".repeat(number.length() + 1);
        lines.add(gutter + style.faint("|"));
        lines.add(number + " " + style.faint("|") + " " + Style.printable(source));
        lines.add(gutter + style.faint("|") + " " + padding(source, place.column() - place.hidden()) + style.bad("^"));
    }

    private void add(List<String> lines, String label, @Nullable String text) {
        if (text != null && !text.isBlank()) {
            String indent = "\n    " + " ".repeat(label.length() + 2);
            lines.add("  " + style.faint("=") + " " + label + ": "
                    + Style.printable(Style.brief(text.strip())).replace("\n", indent));
        }
    }

    /** White space as wide as the text before the column on a terminal. */
    private static String padding(String source, int column) {
        StringBuilder padding = new StringBuilder();
        int end = source.offsetByCodePoints(
                0, Math.min(Math.max(0, column - 1), source.codePointCount(0, source.length())));
        // an escaped character is as wide as its escape
        Style.printable(source.substring(0, end)).codePoints().forEach(c -> {
            if (c == '\t') {
                padding.append('\t');
            } else {
                padding.append(" ".repeat(width(c)));
            }
        });
        return padding.toString();
    }

    /** How many cells a character takes (Unicode Standard Annex 11, the wide ranges in common use). */
    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = c >= 0x1100
                && (c <= 0x115F
                        || (c >= 0x2E80 && c <= 0xA4CF)
                        || (c >= 0xAC00 && c <= 0xD7A3)
                        || (c >= 0xF900 && c <= 0xFAFF)
                        || (c >= 0xFE30 && c <= 0xFE6F)
                        || (c >= 0xFF00 && c <= 0xFF60)
                        || (c >= 0x1F300 && c <= 0x1FAFF)
                        || (c >= 0x20000 && c <= 0x3FFFD));
        return wide ? 2 : 1;
    }
}
