package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.List;
import java.util.function.Function;

/** Writes diagrams. The same diagram gives the same bytes on every run, machine and JDK. Safe for several threads. */
public final class Erd {
    /** What stands in the first lines of every file of ours. */
    public static final String MARK = "lockkeeper erd: made from the schema, not to be edited";

    private final TextWidth measure = TextWidth.read();

    /**
     * A file of its own, in which each table leads to itself, so that it stands out.
     *
     * @param types that the model has, of which DBML tells the enumerations
     * @throws LockkeeperException {@code diagram-too-large} for Mermaid
     */
    public String write(Format format, Diagram diagram, List<UserType> types, String title) {
        return write(format, diagram, types, title, name -> "#" + Anchor.of(name));
    }

    /**
     * The same.
     *
     * @param links the address that a table of a picture leads to
     */
    public String write(
            Format format, Diagram diagram, List<UserType> types, String title, Function<ObjectName, String> links) {
        return switch (format) {
            case SVG ->
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- " + MARK + " -->\n"
                        + new SvgWriter(diagram, title, links, measure).svg(true);
            case HTML -> HtmlPage.write(diagram, title, inline(diagram, title, links));
            case DOT -> DotWriter.write(diagram, title);
            case MERMAID -> MermaidWriter.write(requireSmall(diagram), title);
            case PLANTUML -> PlantUmlWriter.write(diagram, title);
            case DBML -> DbmlWriter.write(diagram, types, title);
        };
    }

    /** Whether Mermaid can draw it so that it can be read. */
    public static boolean suitsMermaid(Diagram diagram) {
        return diagram.boxes().size() <= MermaidWriter.MOST;
    }

    private static Diagram requireSmall(Diagram diagram) {
        if (!suitsMermaid(diagram)) {
            throw Problem.of(
                            Code.DIAGRAM_TOO_LARGE,
                            "Mermaid cannot draw " + diagram.boxes().size() + " tables so that they can be read")
                    .because("it takes at most " + MermaidWriter.MOST + " here")
                    .help(
                            "draw what is around a table: --table SCHEMA.TABLE; or one schema: --schema NAME; or use --format svg")
                    .asException();
        }
        return diagram;
    }

    /** A picture for a page of HTML that has {@link #css} once, without a visible title. */
    public String inline(Diagram diagram, String title, Function<ObjectName, String> links) {
        return new SvgWriter(diagram, title, links, measure).svg(false);
    }

    /** The style sheet of all pictures. */
    public static String css() {
        return SvgStyle.css();
    }
}
