package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.Publication;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.describe.erd.Diagram;
import dev.lockkeeper.describe.erd.Erd;
import dev.lockkeeper.describe.erd.Selection;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Block;
import dev.lockkeeper.describe.page.Line;
import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.describe.page.Page;
import dev.lockkeeper.describe.page.Site;
import dev.lockkeeper.describe.page.Span;
import dev.lockkeeper.describe.page.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The data dictionary of a database: Markdown with a file for each table, or one file of HTML. The same model gives the same bytes.
 *
 * @param title the name of the project
 */
public record Dictionary(String title, Documented documented, Labels labels) {
    /**
     * The Markdown pages by their paths, which are parted by slashes.
     *
     * @param notes what people have written into pages, by the same paths
     */
    public SortedMap<String, String> markdown(Map<String, String> notes) {
        SortedMap<String, String> files = new TreeMap<>();
        pages(table -> List.of(), path -> notes.getOrDefault(path, ""))
                .forEach(page -> files.put(page.path(), Markdown.text(page)));
        return files;
    }

    /**
     * All of it as one file of HTML.
     *
     * @param notes as for {@link #markdown}
     */
    public String html(Map<String, String> notes) {
        Erd erd = new Erd();
        Selection tables = Selection.of(documented.model());
        return Site.text(
                title, pages(table -> around(table, erd, tables), path -> notes.getOrDefault(path, "")), Erd.css());
    }

    private List<Page> pages(Function<Relation, List<Block>> more, Function<String, String> notes) {
        Places places = new Places(documented);
        List<Page> pages = new ArrayList<>();
        pages.add(front(notes.apply(Places.INDEX)));
        for (Namespace schema : documented.model().schemas()) {
            List<Page> own =
                    new SchemaPages(places, labels, documented, schema).pages(notes.apply(Places.index(schema.name())));
            pages.add(own.get(0));
            documented.model().relations().stream()
                    .filter(table -> table.name().schema().equals(schema.name()) && Places.hasOwnPage(table))
                    .forEach(table -> pages.add(new TablePage(places, labels, table)
                            .page(more.apply(table), notes.apply(Places.table(table.name())))));
            pages.addAll(own.subList(1, own.size()));
        }
        return pages;
    }

    private Page front(String notes) {
        Facts facts = new Facts();
        facts.list(
                2,
                "Schemas",
                documented.model().schemas().stream()
                        .map(schema -> Block.Item.of(Facts.told(
                                Line.empty().link(new Span.Text(schema.name()), Target.of(Places.index(schema.name()))),
                                SchemaPages.first(schema.comment()))))
                        .toList());
        facts.list(
                2,
                "Extensions",
                documented.model().extensions().stream()
                        .map(extension -> Block.Item.of(Line.empty().code(extension)))
                        .toList());
        List<Block.Item> publications = new ArrayList<>();
        for (Publication publication : documented.model().publications()) {
            Line line =
                    Line.empty().code(publication.name()).text(publication.everything() ? " sends every table" : "");
            String parted = " sends ";
            for (Publication.Published table : publication.tables()) {
                line = line.text(parted).code(table.table().toString());
                line = table.columns().isEmpty()
                        ? line
                        : line.text(" (").codes(table.columns()).text(")");
                parted = ", ";
            }
            publications.add(Block.Item.of(line));
        }
        facts.list(2, "Publications", publications);
        facts.add(new Block.Notes(notes));
        return new Page(Places.INDEX, "", Line.of(title), facts.blocks());
    }

    /** What would make a new key of one table a change of the page of another one, so that Markdown leaves it out. */
    private List<Block> around(Relation table, Erd erd, Selection tables) {
        Places places = new Places(documented);
        Facts facts = new Facts();
        List<Block.Item> items = new ArrayList<>();
        for (Relation other : documented.model().relations()) {
            for (ForeignKey key : other.foreignKeys()) {
                if (key.target().equals(table.name())) {
                    items.add(Block.Item.of(places.relation(other.name())
                            .text(" (")
                            .codes(key.columns())
                            .text(")")));
                }
            }
        }
        facts.list(2, "Referenced by", items);
        if (tables.has(table.name())) {
            Diagram diagram = tables.around(table.name(), 1);
            // a table by itself is told by its page already
            if (diagram.boxes().size() > 1) {
                facts.add(new Block.Picture(erd.inline(
                        diagram, "Around " + table.name(), name -> Site.address(Target.of(Places.table(name))))));
            }
        }
        return facts.blocks();
    }
}
