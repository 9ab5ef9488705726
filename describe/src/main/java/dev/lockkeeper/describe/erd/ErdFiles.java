package dev.lockkeeper.describe.erd;

import dev.lockkeeper.catalog.model.Model;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files that a project keeps of its diagram. */
public final class ErdFiles {
    private ErdFiles() {}

    /**
     * Content by name: the keys and all columns as pictures, a page, and the texts of other tools. Mermaid has one only where it can draw all
     * tables.
     */
    public static SortedMap<String, String> of(Model model, Selection selection, String title) {
        Erd erd = new Erd();
        Diagram keys = selection.all(Level.KEYS);
        Diagram all = selection.all(Level.ALL);
        SortedMap<String, String> files = new TreeMap<>();
        for (Format format : Format.values()) {
            boolean columns = format == Format.HTML;
            if (format != Format.MERMAID || Erd.suitsMermaid(keys)) {
                files.put("erd." + format.ending(), erd.write(format, columns ? all : keys, model.types(), title));
            }
        }
        files.put("erd-columns.svg", erd.write(Format.SVG, all, model.types(), title));
        return files;
    }
}
