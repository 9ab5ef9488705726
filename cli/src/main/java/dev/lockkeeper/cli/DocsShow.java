package dev.lockkeeper.cli;

import dev.lockkeeper.describe.dictionary.DocumentFolder;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Style;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** The part of {@code lockkeeper docs} that gives the text of a document that is kept, or names all of them. */
final class DocsShow {
    private DocsShow() {}

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when there is no such document */
    static int run(ParseResult arguments, Terminal terminal) {
        DocumentFolder folder =
                Documenting.of(Workplace.described(arguments), arguments).folder();
        @Nullable String page = arguments.matchedPositionalValue(1, null);
        @Nullable String text = page == null ? null : text(folder, page);
        Collection<String> pages = page == null ? folder.paths() : List.of();
        pages.forEach(path -> terminal.result(Style.line(path)));
        if (text != null) {
            terminal.result(text.lines().toList());
        } else if (pages.isEmpty()) {
            terminal.progress("note: there are no documents yet: lockkeeper docs generate makes them");
        }
        terminal.result(
                "lockkeeper/docs-show/v1",
                json -> json.put("page", page).put("text", text).texts("pages", pages));
        return 0;
    }

    private static String text(DocumentFolder folder, String page) {
        String text = folder.text(page);
        if (text == null) {
            throw Problem.of(Code.USAGE, "there is no document " + page)
                    .help(Nearest.to(page, folder.paths())
                            .map(n -> "did you mean " + n + "?")
                            .orElse("lockkeeper docs show lists them"))
                    .asException();
        }
        return text;
    }
}
