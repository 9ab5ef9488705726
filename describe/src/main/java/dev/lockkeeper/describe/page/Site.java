package dev.lockkeeper.describe.page;

import dev.lockkeeper.report.Html;
import dev.lockkeeper.report.Look;
import dev.lockkeeper.report.Style;
import java.util.List;

/**
 * Writes all pages into one HTML file that asks no network for anything. It can be searched where scripts run, and read as a plain page where they
 * do not. Not thread-safe.
 */
public final class Site {
    /** By which a page of ours is known. */
    public static final String MARK = "<meta name=\"generator\" content=\"lockkeeper docs\">";

    private static final String CSS = Look.CSS + """
            body { max-width: 78rem; }
            .find { position: sticky; top: 0; z-index: 1; margin: 1rem -1.25rem; padding: 0.6rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); }
            .find input { width: 100%; padding: 0.5rem 0.75rem; border: 1px solid var(--faint); border-radius: 0.3rem; background: var(--soft); color: var(--ink); font: inherit; }
            .find output { color: var(--faint); font-size: 0.85rem; }
            [hidden] { display: none; }
            nav ul { columns: 16rem; overflow-wrap: anywhere; }
            section { scroll-margin-top: 6rem; border-top: 2px solid var(--line); margin-top: 2.5rem; padding-top: 1.5rem; }
            section h2 { margin: 0 0 0.5rem; font-size: 1.4rem; overflow-wrap: anywhere; }
            section h3 { margin: 1.5rem 0 0.25rem; font-size: 1.1rem; scroll-margin-top: 6rem; overflow-wrap: anywhere; }
            .wide, pre, figure { overflow-x: auto; margin: 0.5rem 0; }
            pre { padding: 0.6rem 0.8rem; background: var(--soft); }
            td code, td a { overflow-wrap: break-word; }
            a { color: inherit; text-underline-offset: 0.2em; }
            :focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
            @media print { .find { display: none; } section { break-inside: auto; } figure { break-inside: avoid; } }
            """;

    // words that all have to be there, in any order; a section that is the target of a link is always shown
    private static final String SCRIPT = """
            (function () {
              var form = document.querySelector('.find'), box = form.querySelector('input'), told = form.querySelector('output');
              var parts = Array.prototype.map.call(document.querySelectorAll('section'), function (section) {
                var own = Array.prototype.filter.call(section.children, function (child) { return child.tagName !== 'FIGURE'; });
                return { section: section, text: own.map(function (child) { return child.textContent; }).join(' ').toLowerCase(), entry: document.querySelector('nav a[href="#' + section.id + '"]') };
              });
              function show() {
                var words = box.value.toLowerCase().split(/\\s+/).filter(Boolean), found = 0;
                parts.forEach(function (part) {
                  var hit = words.every(function (word) { return part.text.indexOf(word) >= 0; });
                  part.section.hidden = !hit;
                  if (part.entry) { part.entry.parentNode.hidden = !hit; }
                  if (hit) { found++; }
                });
                told.textContent = words.length ? found + ' of ' + parts.length : '';
              }
              function open() {
                var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
                if (target && target.closest('[hidden]')) { box.value = ''; show(); target.scrollIntoView(); }
              }
              form.hidden = false;
              form.addEventListener('submit', function (event) { event.preventDefault(); });
              box.addEventListener('input', show);
              window.addEventListener('hashchange', open);
              document.addEventListener('keydown', function (event) {
                if (event.key === '/' && document.activeElement !== box) { event.preventDefault(); box.focus(); }
                if (event.key === 'Escape' && document.activeElement === box) { box.value = ''; show(); }
              });
            })();
            """;

    private final Html html = Html.whole();

    private Site() {}

    /**
     * The text of the file.
     *
     * @param css the style of pictures
     */
    public static String text(String title, List<Page> pages, String css) {
        return new Site().write(title, pages, css);
    }

    /** Where a link in a picture leads to. */
    public static String address(Target target) {
        return "#" + id(target);
    }

    private String write(String title, List<Page> pages, String css) {
        html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';")
                .raw(" script-src " + Html.permission(SCRIPT) + "\">\n")
                .raw(MARK + "\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .text(title)
                .raw("</title>\n<style>\n" + CSS + css
                        + "</style>\n</head>\n<body>\n<header>\n<p class=\"kind\">Data dictionary</p>\n")
                .element("h1", title)
                .raw(
                        "</header>\n<form class=\"find\" role=\"search\" hidden><label>Search <input type=\"search\" autocomplete=\"off\"")
                .raw(
                        " placeholder=\"words that a table, a column or a comment has\"></label> <output></output></form>\n")
                .raw("<nav aria-label=\"Contents\">\n");
        contents(pages);
        html.raw("</nav>\n<main>\n");
        pages.forEach(this::section);
        html.raw("</main>\n<script>" + SCRIPT + "</script>\n</body>\n</html>\n");
        return html.toString();
    }

    private void contents(List<Page> pages) {
        String group = null;
        for (Page page : pages) {
            if (!page.group().equals(group)) {
                html.raw(group == null ? "" : "</ul>\n");
                if (!page.group().isEmpty()) {
                    html.element("h2", page.group());
                }
                html.raw("<ul>\n");
                group = page.group();
            }
            html.raw("<li><a href=\"#" + id(Target.of(page.path())) + "\">")
                    .text(page.title().plain())
                    .raw("</a></li>\n");
        }
        html.raw(group == null ? "" : "</ul>\n");
    }

    private void section(Page page) {
        html.raw("<section id=\"" + id(Target.of(page.path())) + "\">\n<h2>");
        line(page.title());
        html.raw("</h2>\n");
        page.blocks().forEach(block -> block(block, page));
        html.raw("</section>\n");
    }

    private void block(Block block, Page page) {
        if (block instanceof Block.Heading heading) {
            String anchor = heading.anchor();
            String name = "h" + Math.min(6, heading.level() + 1);
            html.raw("<" + name + (anchor == null ? "" : " id=\"" + id(new Target(page.path(), anchor)) + "\"") + ">");
            line(heading.line());
            html.raw("</" + name + ">\n");
        } else if (block instanceof Block.Paragraph paragraph) {
            html.raw("<p>");
            line(paragraph.line());
            html.raw("</p>\n");
        } else if (block instanceof Block.Table table) {
            table(table);
        } else if (block instanceof Block.Bullets bullets) {
            html.raw("<ul>\n");
            bullets.items().forEach(this::item);
            html.raw("</ul>\n");
        } else if (block instanceof Block.Sql sql) {
            sql(sql.text());
        } else if (block instanceof Block.Picture picture) {
            html.raw("<figure>").raw(picture.svg()).raw("</figure>\n");
        } else if (block instanceof Block.Notes notes && !notes.text().isBlank()) {
            html.raw("<h3>Notes</h3>\n<pre>").text(notes.text().strip()).raw("</pre>\n");
        }
    }

    private void table(Block.Table table) {
        html.raw("<div class=\"wide\"><table>\n").heads(table.heads()).raw("<tbody>\n");
        for (List<Line> row : table.rows()) {
            html.raw("<tr>");
            for (Line cell : row) {
                html.raw("<td>");
                line(cell);
                html.raw("</td>");
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
    }

    private void item(Block.Item item) {
        html.raw("<li>");
        line(item.line());
        String sql = item.sql();
        if (sql != null) {
            sql(sql);
        }
        html.raw("</li>\n");
    }

    private void sql(String sql) {
        html.raw("<pre><code>").text(sql).raw("</code></pre>\n");
    }

    private void line(Line line) {
        line.spans().forEach(this::span);
    }

    private void span(Span span) {
        if (span instanceof Span.Text text) {
            String[] lines = text.text().split("\\R", -1);
            for (int i = 0; i < lines.length; i++) {
                html.raw(i == 0 ? "" : "<br>").text(lines[i]);
            }
        } else if (span instanceof Span.Strong strong) {
            html.raw("<strong>").text(strong.text()).raw("</strong>");
        } else if (span instanceof Span.Code code) {
            html.raw("<code>").text(Style.line(code.text())).raw("</code>");
        } else if (span instanceof Span.Link link) {
            html.raw("<a href=\"#" + id(link.target()) + "\">");
            span(link.label());
            html.raw("</a>");
        }
    }

    /** Paths and anchors are of letters, digits and a few signs that mean nothing here. */
    private static String id(Target target) {
        return target.page().replaceFirst("\\.md$", "") + (target.anchor().isEmpty() ? "" : ":" + target.anchor());
    }
}
