package dev.lockkeeper.cli;

import dev.lockkeeper.describe.dictionary.Coverage;
import dev.lockkeeper.describe.dictionary.Staleness;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.page.Site;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Style;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper docs}: documents of a database that are made from its migrations, and whether they are true. */
final class DocsCommand implements Command {
    private static final List<String> ACTIONS = List.of("generate", "validate", "coverage", "changes", "show");
    private static final String HTML = "--html";
    private static final String MINIMUM = "--min";

    private final Map<String, String> variables;

    DocsCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.component(Options.project(Options.command(
                        "docs",
                        "Makes the data dictionary, the change log and the rollback guide from the migrations, or the dictionary"
                                + " alone from a live database; validates that"
                                + " what is there tells the truth, of the migrations or of a live database; tells how much has"
                                + " a comment, what is different between two versions, and shows a page that is kept. Changes no database. Exit code 3"
                                + " when documents are not true, or too little has a comment.")))
                .addPositional(Options.positional("ACTION", "generate, validate, coverage, changes or show", true))
                .addPositional(Options.positional(1, "PAGE", "show: the path of a page (default: list all)", false))
                .addOption(Options.text(
                        Options.ENVIRONMENT,
                        "NAME",
                        "take token values from this environment; validate and coverage: look at its database"))
                .addOption(Options.text(
                        Options.DATABASE,
                        "URL",
                        "look at this database instead of the migrations; generate: it knows neither the change log nor the"
                                + " rollback guide"))
                .addOption(Options.await())
                .addOption(Options.set())
                .addOption(Options.text(Options.MIGRATIONS, "DIR", "a folder of migrations instead of a project"))
                .addOption(Options.text(
                        Options.CONVENTION, "NAME", "with --migrations: how its files are named (default: found out)"))
                .addOption(Options.repeated(
                        Options.PRELUDE,
                        "FILE",
                        "SQL to run first, such as the roles that the migrations expect; may be repeated"))
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"))
                .addOption(Options.text(
                        Documenting.OUT, "DIR", "the folder of the documents (default: the project's, or docs)"))
                .addOption(Options.text(
                        HTML, "FILE", "generate: the dictionary as one file of HTML too, which needs no network"))
                .addOption(Options.text(
                        MINIMUM, "PERCENT", "coverage: exit with 3 when less than this has a comment (default: 0)"))
                .addOption(Options.text(
                        DocsChanges.FROM, "STATE", "changes: a version, 0 for nothing, or a folder with documents"))
                .addOption(Options.text(Options.TO, "STATE", "changes: the same (default: what all migrations make)"))
                .addOption(Options.text(
                        DocsChanges.PLAN, "FILE", "changes: the release notes of a plan file instead of two states"));
        return Options.examples(
                spec,
                "lockkeeper docs generate",
                "lockkeeper docs generate --html dictionary.html",
                "lockkeeper docs validate",
                "lockkeeper docs generate --database postgresql://me@localhost/shop --out db",
                "lockkeeper docs validate --database postgresql://me@localhost/shop",
                "lockkeeper docs coverage --min 80",
                "lockkeeper docs changes --from 0",
                "lockkeeper docs show",
                "lockkeeper docs show schema/README.md");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        if (arguments.hasMatchedOption(Options.COMPONENT) && !action.equals("changes")) {
            throw Problem.of(Code.USAGE, "documents tell of all components together")
                    .help("leave out --component")
                    .asException();
        }
        if (arguments.hasMatchedPositional(1) && !action.equals("show")) {
            throw Problem.of(Code.USAGE, "only show takes a page").asException();
        }
        return switch (action) {
            case "generate" -> generate(arguments, terminal);
            case "validate" -> validate(arguments, terminal);
            case "coverage" -> coverage(arguments, terminal);
            case "changes" -> new DocsChanges(arguments, terminal).run();
            case "show" -> DocsShow.run(arguments, terminal);
            default ->
                throw Problem.of(Code.USAGE, "docs has no action " + action)
                        .help(Nearest.to(action, ACTIONS)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", ACTIONS)))
                        .asException();
        };
    }

    private static boolean isLive(ParseResult arguments) {
        return arguments.hasMatchedOption(Options.ENVIRONMENT) || arguments.hasMatchedOption(Options.DATABASE);
    }

    private int generate(ParseResult arguments, Terminal terminal) {
        if (arguments.hasMatchedOption(Options.DATABASE)) {
            LiveDatabases live = LiveDatabases.of(arguments, variables, terminal);
            Documenting documenting = Documenting.of(live.project(), live.title(), arguments);
            return write(documenting, live.documented(), documenting.wanted(live.documented()), arguments, terminal);
        }
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        Documenting documenting = Documenting.of(subject.project(), arguments);
        Documenting.Told told = told(documenting, subject, arguments, terminal);
        return write(documenting, told.documented(), documenting.wanted(told), arguments, terminal);
    }

    private static int write(
            Documenting documenting,
            Documented documented,
            SortedMap<String, String> wanted,
            ParseResult arguments,
            Terminal terminal) {
        List<Staleness> found = documenting.folder().compare(wanted);
        documenting.folder().write(wanted, found);
        Optional<Path> page = page(documenting, documented, arguments);
        tell(documenting, wanted, found, page, terminal);
        List<Problem> notes = found.stream()
                .filter(one -> one.state() == Staleness.State.NOTE_WITHOUT_OBJECT)
                .map(one -> note(documenting, one))
                .toList();
        notes.forEach(terminal::warn);
        terminal.result(
                "lockkeeper/docs-generate/v1",
                json -> json.array(
                                "files",
                                found,
                                (j, one) -> j.put("file", documenting.folder().shown(one.path()))
                                        .put("state", done(one.state())))
                        .put("unchanged", wanted.size() - written(found))
                        .put("html", page.map(Path::toString).orElse(null)));
        return notes.isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    private static Documenting.Told told(
            Documenting documenting, Subject subject, ParseResult arguments, Terminal terminal) {
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal)) {
            return documenting.told(subject, server, terminal);
        }
    }

    private static Optional<Path> page(Documenting documenting, Documented documented, ParseResult arguments) {
        if (!arguments.hasMatchedOption(HTML)) {
            return Optional.empty();
        }
        Path file = Workplace.path(Options.value(arguments, HTML, ""));
        String html =
                documenting.dictionary(documented).html(documenting.folder().notes());
        new GeneratedFiles(new TreeMap<>(Map.of(file, html)), Site.MARK).write();
        return Optional.of(file);
    }

    private static void tell(
            Documenting documenting,
            SortedMap<String, String> wanted,
            List<Staleness> found,
            Optional<Path> page,
            Terminal terminal) {
        found.forEach(one -> terminal.result(
                done(one.state()) + " " + Style.line(documenting.folder().shown(one.path()))));
        page.ifPresent(file -> terminal.result("written " + Style.line(file.toString())));
        terminal.result(wanted.size() + " documents, " + written(found) + " written, "
                + found.stream()
                        .filter(one -> one.state() == Staleness.State.EXTRA)
                        .count() + " removed");
    }

    private static long written(List<Staleness> found) {
        return found.stream()
                .filter(one -> one.state() == Staleness.State.MISSING || one.state() == Staleness.State.STALE)
                .count();
    }

    private static String done(Staleness.State state) {
        return switch (state) {
            case MISSING, STALE -> "written";
            case EXTRA -> "removed";
            case NOTE_WITHOUT_OBJECT -> "kept";
        };
    }

    private static Problem note(Documenting documenting, Staleness one) {
        return Problem.of(Code.DOCS_NOTE, "the notes of this document are about nothing that is there any more")
                .at(Place.of(documenting.folder().shown(one.path())))
                .help("move them to another document, or delete the file");
    }

    private int validate(ParseResult arguments, Terminal terminal) {
        if (isLive(arguments)) {
            LiveDatabases live = LiveDatabases.of(arguments, variables, terminal);
            Documenting documenting = Documenting.of(live.project(), live.title(), arguments);
            return tell(documenting, documenting.verdict(live.documented()), live.name(), true, terminal);
        }
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        Documenting documenting = Documenting.of(subject.project(), arguments);
        Documenting.Told told = told(documenting, subject, arguments, terminal);
        return tell(documenting, documenting.verdict(told), "the migrations", false, terminal);
    }

    private static int tell(
            Documenting documenting, Documenting.Verdict verdict, String other, boolean live, Terminal terminal) {
        terminal.result(new DocsWriter(terminal.style()).text(documenting, verdict, other, live));
        if (!verdict.isValid()) {
            terminal.result("");
            terminal.result(DocsWriter.help(verdict, live));
        }
        terminal.result(DocsWriter.VALIDATE, json -> DocsWriter.json(json, documenting, verdict, other));
        return verdict.isValid() ? 0 : Category.FINDINGS.exitCode();
    }

    private int coverage(ParseResult arguments, Terminal terminal) {
        int minimum = percent(Options.value(arguments, MINIMUM, "0"));
        Documented documented;
        if (isLive(arguments)) {
            documented = LiveDatabases.of(arguments, variables, terminal).documented();
        } else {
            Subject subject = Subject.of(arguments);
            ModelSource source = ModelSource.ofMigrations(subject, arguments, terminal);
            documented = Documented.of(source.model(), Documenting.left(subject.project()));
        }
        Coverage coverage = Coverage.of(documented);
        Stream<String> missing = coverage.missing().stream().map(one -> "  no comment: " + Style.line(one));
        terminal.result(missing.toList());
        terminal.result(
                coverage.commented() + " of " + coverage.all() + " have a comment: " + coverage.percent() + " %");
        terminal.result(
                "lockkeeper/docs-coverage/v1",
                json -> json.put("commented", coverage.commented())
                        .put("all", coverage.all())
                        .put("percent", coverage.percent())
                        .texts("missing", coverage.missing()));
        return coverage.percent() >= minimum ? 0 : Category.FINDINGS.exitCode();
    }

    private static int percent(String text) {
        if (text.matches("\\d{1,2}|100")) {
            return Integer.parseInt(text);
        }
        throw Problem.of(Code.USAGE, text + " is not a share for " + MINIMUM)
                .help("write a number from 0 to 100")
                .asException();
    }
}
