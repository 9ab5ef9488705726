package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.describe.changes.ModelChange;
import dev.lockkeeper.describe.changes.ModelChanges;
import dev.lockkeeper.describe.changes.ReleaseNotes;
import dev.lockkeeper.describe.changes.ReleasedScript;
import dev.lockkeeper.describe.changes.RollbackGuide;
import dev.lockkeeper.describe.dictionary.DocumentFolder;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.model.ModelFile;
import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.describe.types.Contract;
import dev.lockkeeper.describe.types.ContractChange;
import dev.lockkeeper.describe.types.Describer;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.TypeSettings;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.Walk;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** The part of {@code lockkeeper docs} that tells what is different from one state to another, as release notes do. */
final class DocsChanges {
    static final String FROM = "--from";
    static final String PLAN = "--plan";

    private final ParseResult arguments;
    private final Terminal terminal;
    private final Subject subject;
    private List<Walked> way = List.of();

    DocsChanges(ParseResult arguments, Terminal terminal) {
        this.arguments = arguments;
        this.terminal = terminal;
        this.subject = Subject.of(arguments);
    }

    /** A state of the database: of documents that are kept, or after a migration. */
    private record State(String name, Documented documented, int reached) {}

    int run() {
        if (arguments.hasMatchedOption(PLAN)) {
            if (arguments.hasMatchedOption(FROM) || arguments.hasMatchedOption(Options.TO)) {
                throw Problem.of(Code.USAGE, PLAN + " says itself from where to where it leads")
                        .help("leave out " + FROM + " and " + Options.TO)
                        .asException();
            }
            Released released = Released.of(Workplace.path(Options.value(arguments, PLAN, "")), subject);
            walk();
            return tell(reached(released.before()), reached(released.last()));
        }
        String from = Options.value(arguments, FROM, "");
        if (from.isEmpty()) {
            throw Problem.of(Code.USAGE, FROM + " is missing")
                    .help("say " + FROM + " VERSION, or 0 for nothing, or a folder with documents; or " + PLAN
                            + " FILE")
                    .asException();
        }
        String to = Options.value(arguments, Options.TO, "");
        Optional<Path> kept = model(from);
        Optional<Path> keptTo = to.isEmpty() ? Optional.empty() : model(to);
        if (kept.isEmpty() || keptTo.isEmpty()) {
            walk();
        }
        State before = kept.map(file -> kept(file, from)).orElseGet(() -> reached(from));
        State after = keptTo.map(file -> kept(file, to)).orElseGet(() -> reached(to));
        return tell(before, after);
    }

    private int tell(State before, State after) {
        List<ReleasedScript> between = before.reached() < 0 || after.reached() < before.reached()
                ? List.of()
                : ReleasedScript.of(
                        new RollbackGuide("", Documenting.left(subject.project())),
                        way,
                        before.reached(),
                        after.reached(),
                        isOneOfSeveral());
        List<ContractChange> types = ContractChange.between(contract(before), contract(after));
        List<ModelChange> changes = before.reached() < 0 || after.reached() < 0
                ? ModelChanges.between(before.documented(), after.documented())
                : ModelChanges.along(before.documented(), after.documented());
        terminal.result(Markdown.plain(new ReleaseNotes(before.name(), after.name(), changes, types, between).page())
                .lines()
                .toList());
        terminal.result(
                "lockkeeper/docs-changes/v1",
                json -> json.put("from", before.name())
                        .put("to", after.name())
                        .array(
                                "changes",
                                changes,
                                (j, one) -> j.put("sort", one.sort().name().toLowerCase(Locale.ROOT))
                                        .put("kind", one.kind())
                                        .put("name", one.name())
                                        .put("aspect", one.aspect())
                                        .put("before", one.before())
                                        .put("after", one.after())
                                        .put("breaking", one.breaking())
                                        .put("sentence", one.line().plain()))
                        .texts(
                                "migrations",
                                between.stream().map(ReleasedScript::version).toList())
                        .array("types", types, TypesCommand::json)
                        .array(
                                "scripts",
                                between,
                                (j, one) -> j.put("version", one.version())
                                        .put("description", one.description())
                                        .texts(
                                                "locks",
                                                one.locks().stream()
                                                        .map(item -> item.line().plain())
                                                        .toList())
                                        .texts("rollback", one.backLines())));
        return 0;
    }

    private boolean isOneOfSeveral() {
        @Nullable Project project = subject.project();
        return project != null && project.components().size() > 1;
    }

    /** What programs rely on, whatever roles they have. */
    private Contract contract(State state) {
        @Nullable Project project = subject.project();
        @Nullable TypeSettings types = project == null ? null : project.types();
        Model model = state.documented().model();
        return Contract.of(Describer.describe(
                types == null ? model : model.without(types.exclude()), DataLabels.exposure(project)));
    }

    private static Optional<Path> model(String text) {
        Path path = Workplace.path(text);
        return Stream.of(
                        path,
                        path.resolve(DocumentFolder.MODEL),
                        path.resolve(DocumentFolder.DICTIONARY).resolve(DocumentFolder.MODEL))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private State kept(Path file, String name) {
        return new State(name, ModelFile.read(ScriptReader.display(file), ScriptReader.read(file)), -1);
    }

    private void walk() {
        if (subject.components().size() != 1) {
            throw Problem.of(Code.USAGE, "the project has several components, each with versions of its own")
                    .help("name one: --component " + subject.components().get(0).component())
                    .asException();
        }
        Migrations component = subject.components().get(0);
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                Databases databases = Databases.of(server)) {
            way = new Walk(databases, subject.prelude(), true)
                    .watched()
                    .of(component, one -> terminal.passing("reading what " + one.version() + " makes ..."));
        }
        terminal.clear();
    }

    /** @param text a version, 0 for what is there before the first, empty for what is there after the last */
    private State reached(String text) {
        int reached = way.size();
        if (!text.isEmpty()) {
            Version wanted = Workplace.version(text)
                    .among(way.stream().map(one -> one.migration().version()).toList());
            boolean known =
                    way.stream().anyMatch(one -> one.migration().version().equals(wanted));
            if (!known && !text.equals("0")) {
                throw Problem.of(Code.VERSION_UNKNOWN, "there is no migration of version " + wanted)
                        .asException();
            }
            reached = (int) way.stream()
                    .filter(one -> known && one.migration().version().compareTo(wanted) <= 0)
                    .count();
        }
        if (way.isEmpty()) {
            throw Problem.of(Code.USAGE, "there are no migrations").asException();
        }
        Model model = reached == 0 ? way.get(0).before() : way.get(reached - 1).after();
        String name = reached == 0
                ? "nothing"
                : way.get(reached - 1).migration().version().toString();
        return new State(name, Documented.of(model, Documenting.left(subject.project())), reached);
    }
}
