package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.report.Html;
import dev.lockkeeper.report.Style;
import java.util.List;

/** Writes a diagram for Graphviz (language of dot 2.43 and later), a cluster for each schema. */
final class DotWriter {
    private final Diagram diagram;
    private final Aliases aliases;
    private final StringBuilder out = new StringBuilder();

    private DotWriter(Diagram diagram) {
        this.diagram = diagram;
        this.aliases = Aliases.of(diagram);
    }

    static String write(Diagram diagram, String title) {
        return new DotWriter(diagram).text(title);
    }

    private String text(String title) {
        List<Palette.Tint> tints = Palette.light().tints();
        List<String> schemas = diagram.schemas();
        line("// " + Erd.MARK);
        line("digraph " + quoted(title) + " {");
        line("  graph [rankdir=LR, nodesep=0.35, ranksep=0.9, fontname=\"Helvetica\", label=" + quoted(title)
                + ", labelloc=t];");
        line("  node [shape=plain, fontname=\"Helvetica\", fontsize=11];");
        line("  edge [dir=both, color=\"" + Palette.light().line() + "\", arrowsize=0.8];");
        for (int i = 0; i < schemas.size(); i++) {
            Palette.Tint tint = tints.get(i % tints.size());
            line("  subgraph cluster_" + i + " {");
            line("    label=" + quoted(schemas.get(i)) + "; style=\"rounded,filled\"; color=\"" + tint.head()
                    + "\"; fillcolor=\"" + tint.frame() + "\";");
            for (Box box : diagram.boxes()) {
                if (box.name().schema().equals(schemas.get(i))) {
                    line("    " + aliases.of(box.name()) + " [label=<" + label(box, tint) + ">];");
                }
            }
            line("  }");
        }
        diagram.lines().forEach(this::edge);
        diagram.hubs().forEach(hub -> line("  // " + Style.line(hub.name() + ": " + Told.marked(hub))));
        line("}");
        return out.toString();
    }

    private static String label(Box box, Palette.Tint tint) {
        Html html = Html.brief();
        html.raw(
                        "<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\" bgcolor=\"white\"><tr><td colspan=\"2\" bgcolor=\""
                                + tint.head() + "\"><b>")
                .text(Style.line(box.name().name()))
                .raw("</b></td></tr>");
        for (Row row : box.rows()) {
            String signs = (row.primary() ? "PK " : "") + (row.foreign() ? "FK " : "");
            html.raw("<tr><td align=\"left\">")
                    .text(signs + Style.line(row.column().name()))
                    .raw("</td><td align=\"right\">")
                    .text(Style.line(row.type()) + (row.nullable() ? "?" : ""))
                    .raw("</td></tr>");
        }
        return html.raw("</table>").toString();
    }

    private void edge(Line line) {
        ForeignKey key = line.key();
        String ends = key == null
                ? "arrowtail=empty, arrowhead=none"
                : "arrowtail=" + (line.optional() ? "teeodot" : "tee") + ", arrowhead="
                        + (line.single() ? "tee" : "crow")
                        + (line.isCascading() ? ", style=dashed" : line.isHeld() ? "" : ", style=dotted");
        line("  " + aliases.of(line.parent()) + " -> " + aliases.of(line.child()) + " [" + ends + ", tooltip="
                + quoted(Told.line(line)) + "];");
    }

    private static String quoted(String text) {
        return '"'
                + Style.line(text)
                        .replace("\\u000a", "; ")
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                + '"';
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
