package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.function.Function;

/**
 * Pictures of a diagram. The same diagram gives the same bytes on every run, machine and JDK. Safe for several threads.
 */
public final class Erd {
    private final TextWidth measure = TextWidth.read();

    /** A picture as a file of its own; each table leads to itself, which makes it stand out. */
    public String svg(Diagram diagram, String title) {
        return svg(diagram, title, name -> "#" + Anchor.of(name));
    }

    /**
     * The same.
     *
     * @param links the address that a table leads to
     */
    public String svg(Diagram diagram, String title, Function<ObjectName, String> links) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + new SvgWriter(diagram, title, links, measure).svg(true);
    }

    /** A picture for a page of HTML that has {@link #css} once. */
    public String inline(Diagram diagram, String title, Function<ObjectName, String> links) {
        return new SvgWriter(diagram, title, links, measure).svg(false);
    }

    /** The style sheet of all pictures. */
    public static String css() {
        return SvgStyle.css();
    }
}
