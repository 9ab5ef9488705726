package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * The part of {@code lockkeeper check} that validates documents.
 *
 * @param verdict what is wrong with them; all of them are missing where nobody has made them yet
 */
record DocsCheck(Documenting documenting, Documenting.Verdict verdict) {
    private static final String MIGRATIONS = "the migrations";

    /** Empty for a project that keeps no documents, or has not made any yet, and where a part of the migrations is judged alone. */
    static Optional<DocsCheck> of(
            @Nullable Project project, EmbeddedPostgres server, ParseResult arguments, Terminal terminal) {
        if (project == null || project.documents() == null || arguments.hasMatchedOption(Options.TO)) {
            return Optional.empty();
        }
        Documenting documenting = Documenting.of(project, arguments);
        if (documenting.folder().isEmpty()) {
            terminal.progress("note: there are no documents yet: lockkeeper docs generate makes them");
            return Optional.empty();
        }
        Documenting.Told told = documenting.told(Subject.whole(project, arguments), server, terminal);
        return Optional.of(new DocsCheck(documenting, documenting.verdict(told)));
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
