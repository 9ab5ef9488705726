package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a diagram for Mermaid 11 (erDiagram). Names of columns and types have fewer characters there: what is not a letter, a digit or an
 * underscore becomes an underscore, and the name itself a remark.
 */
final class MermaidWriter {
    /** With more tables Mermaid's picture is a ribbon, and hosts refuse texts of more than 50,000 characters. */
    static final int MOST = 25;

    private final Diagram diagram;
    private final Aliases aliases;
    private final StringBuilder out = new StringBuilder();

    private MermaidWriter(Diagram diagram) {
        this.diagram = diagram;
        this.aliases = Aliases.of(diagram);
    }

    static String write(Diagram diagram, String title) {
        return new MermaidWriter(diagram).text(title);
    }

    private String text(String title) {
        // a title is YAML
        out.append("---\ntitle: '")
                .append(Style.line(title).replace("'", "''"))
                .append("'\n---\n%% " + Erd.MARK + "\nerDiagram\n");
        for (Box box : diagram.boxes()) {
            out.append("  ")
                    .append(aliases.of(box.name()))
                    .append('[')
                    .append(quoted(box.name().toString()))
                    .append("] {\n");
            box.rows().forEach(this::row);
            out.append("  }\n");
        }
        diagram.lines().forEach(this::line);
        diagram.hubs()
                .forEach(hub -> out.append("  %% ")
                        .append(Style.line(hub.name() + ": " + Told.marked(hub))
                                .replace("{", "(")
                                .replace("}", ")"))
                        .append('\n'));
        return out.toString();
    }

    private void row(Row row) {
        String name = word(row.column().name());
        List<String> signs = new ArrayList<>();
        if (row.primary()) {
            signs.add("PK");
        }
        if (row.foreign()) {
            signs.add("FK");
        }
        if (row.unique() && !row.primary()) {
            signs.add("UK");
        }
        out.append("    ").append(word(row.type())).append(' ').append(name);
        if (!signs.isEmpty()) {
            out.append(' ').append(String.join(", ", signs));
        }
        List<String> remarks = new ArrayList<>();
        if (!name.equals(row.column().name())) {
            remarks.add(Quote.identifier(row.column().name()));
        }
        if (row.nullable()) {
            remarks.add("may be null");
        }
        if (!remarks.isEmpty()) {
            out.append(' ').append(quoted(String.join(", ", remarks)));
        }
        out.append('\n');
    }

    private void line(Line line) {
        ForeignKey key = line.key();
        String parent = line.optional() ? "|o" : "||";
        String child = key == null || line.single() ? "o|" : "o{";
        out.append("  ")
                .append(aliases.of(line.parent()))
                .append(' ')
                .append(parent)
                .append(key != null && line.isHeld() ? "--" : "..")
                .append(child)
                .append(' ')
                .append(aliases.of(line.child()))
                .append(" : ")
                .append(quoted(key == null ? "inherited by" : key.name()))
                .append('\n');
    }

    /** What may stand without quotes. */
    private static String word(String text) {
        String word = text.replaceAll("[^\\p{IsLatin}0-9_]", "_");
        return word.isEmpty() || Character.isDigit(word.charAt(0)) ? "_" + word : word;
    }

    /** Quotes, and what Mermaid reads as marks, become numbers of characters. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        Style.line(text).codePoints().forEach(c -> {
            if ("\"#;<>&%`\\{}*~".indexOf(c) >= 0) {
                quoted.append('#').append(c).append(';');
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
