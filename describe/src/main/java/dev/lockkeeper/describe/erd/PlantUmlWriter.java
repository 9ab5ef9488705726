package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.report.Style;
import java.util.List;

/** Writes a diagram for PlantUML, a package for each schema. */
final class PlantUmlWriter {
    private final Diagram diagram;
    private final Aliases aliases;
    private final StringBuilder out = new StringBuilder();

    private PlantUmlWriter(Diagram diagram) {
        this.diagram = diagram;
        this.aliases = Aliases.of(diagram);
    }

    static String write(Diagram diagram, String title) {
        return new PlantUmlWriter(diagram).text(title);
    }

    private String text(String title) {
        line("@startuml");
        line("' " + Erd.MARK);
        line("title " + plain(title));
        line("hide circle");
        line("hide empty members");
        line("left to right direction");
        List<String> schemas = diagram.schemas();
        for (int i = 0; i < schemas.size(); i++) {
            line("package \"" + plain(schemas.get(i)) + "\" as s" + (i + 1) + " {");
            for (Box box : diagram.boxes()) {
                if (box.name().schema().equals(schemas.get(i))) {
                    entity(box);
                }
            }
            line("}");
        }
        diagram.lines().forEach(this::line);
        diagram.hubs().forEach(hub -> line("' " + Style.line(hub.name() + ": " + Told.marked(hub))));
        line("@enduml");
        return out.toString();
    }

    private void entity(Box box) {
        // at its end a number in brackets would be a type parameter
        String name = plain(box.name().name()) + (plain(box.name().name()).endsWith(">") ? " " : "");
        line("  entity \"" + name + "\" as " + aliases.of(box.name()) + " {");
        boolean keys = box.rows().stream().anyMatch(Row::primary);
        box.rows().stream().filter(Row::primary).forEach(this::row);
        if (keys && !box.rows().stream().allMatch(Row::primary)) {
            line("    --");
        }
        box.rows().stream().filter(row -> !row.primary()).forEach(this::row);
        line("  }");
    }

    private void row(Row row) {
        line("    " + (row.nullable() ? "" : "* ") + plain(row.column().name()) + " : " + plain(row.type())
                + (row.primary() ? " <<PK>>" : "") + (row.foreign() ? " <<FK>>" : "")
                + (row.unique() && !row.primary() ? " <<UK>>" : ""));
    }

    private void line(Line line) {
        ForeignKey key = line.key();
        String parent = aliases.of(line.parent());
        String child = aliases.of(line.child());
        if (key == null) {
            line(parent + " <|-- " + child);
            return;
        }
        String way = line.isHeld() ? "--" : "..";
        line(parent + " " + (line.optional() ? "|o" : "||") + way + (line.single() ? "o|" : "o{") + " " + child + " : "
                + plain(key.name()));
    }

    /** Letters, digits and a few signs as they are; what PlantUML may take for a mark by its number. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        String shown = Style.line(text);
        shown.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c)
                    || " .,?".indexOf(c) >= 0
                    || (c == '_' && plain.length() > 0 && plain.charAt(plain.length() - 1) != '_')) {
                plain.appendCodePoint(c);
            } else {
                plain.append("<U+").append(String.format("%04X", c)).append('>');
            }
        });
        return plain.toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
