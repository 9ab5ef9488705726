package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.report.Html;
import dev.lockkeeper.report.Style;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a page around a picture: one file that asks no network for anything. Without scripts it scrolls; with them it zooms, finds tables
 * and shows what a table is tied to. What lines tell is in a table as well.
 */
final class HtmlPage {
    private HtmlPage() {}

    static String write(Diagram diagram, String title, String picture) {
        String shown = Style.line(title);
        Html html = Html.brief();
        html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src "
                                + Html.permission(PageScript.TEXT) + "\">\n")
                .raw("<meta name=\"generator\" content=\"" + Erd.MARK + "\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .text(shown)
                .raw("</title>\n<style>\n" + SvgStyle.css() + PageScript.CSS
                        + "</style>\n</head>\n<body class=\"erd\">\n<header>\n")
                .element("h1", shown)
                .element("p", SvgWriter.subtitle(diagram));
        tools(html, diagram);
        html.raw("</header>\n<main>\n<div id=\"view\" tabindex=\"0\" role=\"region\" aria-label=\"Diagram\">\n")
                .raw(picture)
                .raw("</div>\n");
        relationships(html, diagram);
        return html.raw("</main>\n<script>" + PageScript.TEXT + "</script>\n</body>\n</html>\n")
                .toString();
    }

    private static void tools(Html html, Diagram diagram) {
        html.raw(
                "<form id=\"tools\" hidden>\n<label>Find a table <input id=\"find\" list=\"tables\" autocomplete=\"off\" spellcheck=\"false\"></label>\n"
                        + "<datalist id=\"tables\">");
        diagram.boxes()
                .forEach(box -> html.raw("<option value=\"")
                        .text(Style.line(box.name().toString()))
                        .raw("\">"));
        html.raw("</datalist>\n<span role=\"group\" aria-label=\"Zoom\">"
                + "<button type=\"button\" data-z=\"-\" aria-label=\"smaller\">\u2212</button>"
                + "<output id=\"zoom\">100 %</output>"
                + "<button type=\"button\" data-z=\"+\" aria-label=\"larger\">+</button>"
                + "<button type=\"button\" data-z=\"f\">all</button>"
                + "<button type=\"button\" data-z=\"0\">100 %</button></span>\n</form>\n");
    }

    private static void relationships(Html html, Diagram diagram) {
        List<Line> lines = Stream.concat(
                        diagram.lines().stream(), diagram.hubs().stream().flatMap(hub -> hub.lines().stream()))
                .filter(line -> line.key() != null)
                .sorted(Comparator.comparing(Line::child))
                .toList();
        if (lines.isEmpty()) {
            return;
        }
        html.raw("<h2>Relationships</h2>\n<table>\n")
                .heads(List.of("table", "refers to", "key", "columns", "for each parent", "parent", "rules"));
        for (Line line : lines) {
            ForeignKey key = line.key();
            if (key == null) {
                continue;
            }
            html.raw("<tr><td>");
            table(html, diagram, line.child());
            html.raw("</td><td>");
            table(html, diagram, line.parent());
            html.raw("</td><td>")
                    .text(Style.line(key.name()))
                    .raw("</td><td>")
                    .text(Style.line(Told.columns(key)))
                    .raw("</td><td>")
                    .text(line.single() ? "at most one" : "any number")
                    .raw("</td><td>")
                    .text(line.optional() ? "may be missing" : "must be there")
                    .raw("</td><td>")
                    .text(String.join(", ", Told.rules(line, key)))
                    .raw("</td></tr>\n");
        }
        html.raw("</table>\n");
    }

    private static void table(Html html, Diagram diagram, ObjectName name) {
        if (diagram.box(name).isPresent()) {
            html.raw("<a href=\"#" + Anchor.of(name) + "\">")
                    .text(Style.line(name.toString()))
                    .raw("</a>");
        } else {
            html.text(Style.line(name.toString()));
        }
    }
}
