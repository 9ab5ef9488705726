package dev.lockkeeper.report;

import dev.lockkeeper.source.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes a page, or a picture in SVG. Whatever a text holds, it stays a text that HTML and XML take. Not thread-safe. */
public final class Html {
    private final StringBuilder out = new StringBuilder();
    private final UnaryOperator<String> shortening;

    private Html(UnaryOperator<String> shortening) {
        this.shortening = shortening;
    }

    /** One that keeps every text whole. */
    public static Html whole() {
        return new Html(UnaryOperator.identity());
    }

    /** One that leaves out the middle of very long texts. */
    public static Html brief() {
        return new Html(Style::brief);
    }

    /** What lets a script run under a content security policy: the hash of its text. */
    public static String permission(String script) {
        byte[] digest = Checksum.digest().digest(script.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    /** Marks as they are; never anything that comes from elsewhere. */
    public Html raw(String marks) {
        out.append(marks);
        return this;
    }

    public Html text(String text) {
        String shown = Style.printable(shortening.apply(text));
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return this;
    }

    /** An element with a text and nothing else. */
    public Html element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name + ">\n");
    }

    /** The same with a class, which is never anything that comes from elsewhere. */
    public Html element(String name, String kind, String text) {
        return raw("<" + name + " class=\"" + kind + "\">").text(text).raw("</" + name + ">");
    }

    /** A row of a table of names and values. */
    public Html fact(String name, String value) {
        return raw("<tr><th scope=\"row\">")
                .text(name)
                .raw("</th><td>")
                .text(value)
                .raw("</td></tr>\n");
    }

    public Html heads(List<String> names) {
        raw("<thead><tr>");
        names.forEach(name -> raw("<th scope=\"col\">").text(name).raw("</th>"));
        return raw("</tr></thead>\n");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
