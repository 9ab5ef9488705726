package dev.lockkeeper.describe.page;

import dev.lockkeeper.report.Style;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Writes pages as GitHub's Markdown (GFM 0.29). Rows of tables are not padded and every fact has a line of its own, so that one change is one
 * line of a diff. Not thread-safe.
 */
public final class Markdown {
    /** Between two of these stands what is written by hand. */
    public static final String NOTES = "<!-- notes -->";

    /** The first line of every page, by which one that nobody needs any more is known. */
    public static final String MARK =
            "<!-- made by lockkeeper docs generate; only what stands between the notes marks is kept -->";

    // what begins a list or a rule where it stands at the start of a line
    private static final Pattern START = Pattern.compile("^\\s*(?:[+=-]|\\d+[.)])");

    private final Page page;
    private final StringBuilder out = new StringBuilder();

    private Markdown(Page page) {
        this.page = page;
    }

    /** The text of a page, with its mark. */
    public static String text(Page page) {
        return MARK + "\n" + new Markdown(page).write();
    }

    /** The text of a page that is made once and belongs to people from then on. */
    public static String plain(Page page) {
        return new Markdown(page).write();
    }

    private String write() {
        out.append("# ").append(line(page.title(), false)).append('\n');
        page.blocks().forEach(this::block);
        return out.toString();
    }

    private void block(Block block) {
        if (block instanceof Block.Heading heading) {
            heading(heading);
        } else if (block instanceof Block.Paragraph paragraph) {
            out.append('\n').append(started(line(paragraph.line(), false))).append('\n');
        } else if (block instanceof Block.Table table) {
            table(table);
        } else if (block instanceof Block.Bullets bullets) {
            out.append('\n');
            bullets.items().forEach(this::item);
        } else if (block instanceof Block.Sql sql) {
            out.append('\n').append(fenced(sql.text(), ""));
        } else if (block instanceof Block.Notes notes) {
            out.append("\n## Notes\n\n").append(NOTES).append('\n').append(notes.text());
            out.append(notes.text().isEmpty() || notes.text().endsWith("\n") ? "" : "\n");
            out.append(NOTES).append('\n');
        }
    }

    private void heading(Block.Heading heading) {
        String anchor = heading.anchor();
        out.append('\n').append("#".repeat(heading.level())).append(' ');
        // where a heading is found by its text a second anchor is noise
        if (anchor != null && !anchor.equals(slug(heading.line().plain()))) {
            out.append("<a id=\"").append(anchor).append("\"></a>");
        }
        out.append(line(heading.line(), false)).append('\n');
    }

    /** The anchor that GitHub gives a heading, as far as names of ASCII letters go. */
    private static String slug(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-');
    }

    private void table(Block.Table table) {
        out.append("\n|");
        table.heads().forEach(head -> out.append(' ').append(head).append(" |"));
        out.append("\n|").append("---|".repeat(table.heads().size())).append('\n');
        for (List<Line> row : table.rows()) {
            out.append('|');
            row.forEach(cell -> out.append(' ').append(line(cell, true)).append(" |"));
            out.append('\n');
        }
    }

    private void item(Block.Item item) {
        out.append("- ").append(started(line(item.line(), false))).append('\n');
        String sql = item.sql();
        if (sql != null) {
            out.append(fenced(sql, "  "));
        }
    }

    private static String fenced(String sql, String indent) {
        String fence = "`".repeat(Math.max(3, longest(sql) + 1));
        StringBuilder text = new StringBuilder(indent).append(fence).append("sql\n");
        Style.printable(sql)
                .lines()
                .forEach(
                        line -> text.append(line.isEmpty() ? "" : indent + line).append('\n'));
        return text.append(indent).append(fence).append('\n').toString();
    }

    private String line(Line line, boolean cell) {
        StringBuilder text = new StringBuilder();
        line.spans().forEach(span -> text.append(span(span, cell)));
        return text.toString();
    }

    private String span(Span span, boolean cell) {
        if (span instanceof Span.Text text) {
            return escaped(text.text());
        }
        if (span instanceof Span.Strong strong) {
            return "**" + escaped(strong.text()) + "**";
        }
        if (span instanceof Span.Code code) {
            return code(code.text(), cell);
        }
        Span.Link link = (Span.Link) span;
        return "[" + span(link.label(), cell) + "](" + link.target().from(page.path()) + ")";
    }

    private static String started(String line) {
        return START.matcher(line).find() ? line.replaceFirst("([+=.)-])", "\\\\$1") : line;
    }

    /** Code on one line: control characters are escaped, and what would end it does not. */
    static String code(String text, boolean cell) {
        String shown = Style.line(text);
        // a cell ends at every bar, in code too, unless a backslash stands before it
        String safe = cell ? shown.replace("|", "\\|") : shown;
        String fence = "`".repeat(longest(safe) + 1);
        boolean padded = safe.isEmpty()
                || safe.startsWith("`")
                || safe.endsWith("`")
                || (safe.startsWith(" ") && safe.endsWith(" "));
        return padded ? fence + " " + safe + " " + fence : fence + safe + fence;
    }

    private static int longest(String text) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            run = text.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    /** Text that is no markup, wherever it stands. */
    static String escaped(String text) {
        String shown = Style.printable(text.replace("\r\n", "\n").strip());
        String lead = text.startsWith(" ") ? " " : "";
        String tail = text.length() > 1 && text.endsWith(" ") ? " " : "";
        StringBuilder escaped = new StringBuilder(lead);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            switch (c) {
                case '\\', '`', '*', '[', ']', '|', '~', '$' ->
                    escaped.append('\\').append(c);
                case '#' -> escaped.append(i == 0 || shown.charAt(i - 1) == ' ' ? "\\#" : "#");
                case '_' -> escaped.append(isWithin(shown, i) ? "_" : "\\_");
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '\n' -> escaped.append("<br>");
                case '\t' -> escaped.append(' ');
                default -> escaped.append(c);
            }
        }
        return escaped.append(tail).toString();
    }

    /** Whether letters or digits stand on both sides, where an underscore marks nothing. */
    private static boolean isWithin(String text, int at) {
        return at > 0
                && at + 1 < text.length()
                && Character.isLetterOrDigit(text.charAt(at - 1))
                && Character.isLetterOrDigit(text.charAt(at + 1));
    }
}
