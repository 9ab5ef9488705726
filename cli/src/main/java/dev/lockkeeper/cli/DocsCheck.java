package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of {@code lockkeeper check} that validates documents.
 *
 * @param verdict what is wrong with them
 */
record DocsCheck(Documenting documenting, Documenting.Verdict verdict) {
    private static final String MIGRATIONS = "the migrations";

    static DocsCheck of(Documenting documenting, Model model, List<List<Walked>> walked) {
        Documenting.Told told = new Documenting.Told(Documented.of(model, documenting.left()), walked);
        return new DocsCheck(documenting, documenting.verdict(told));
    }

    boolean passed() {
        return verdict.isValid();
    }

    List<String> text(Style style) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.addAll(new DocsWriter(style).text(documenting, verdict, MIGRATIONS, false));
        if (!passed()) {
            lines.add(DocsWriter.help(verdict, false));
        }
        return lines;
    }

    void json(Json json) {
        DocsWriter.json(json, documenting, verdict, MIGRATIONS);
    }
}
