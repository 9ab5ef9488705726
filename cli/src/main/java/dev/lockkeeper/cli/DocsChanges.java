package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.describe.changes.ModelChange;
import dev.lockkeeper.describe.changes.ModelChanges;
import dev.lockkeeper.describe.changes.ReleaseNotes;
import dev.lockkeeper.describe.dictionary.DocumentFolder;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.model.ModelFile;
import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.Walk;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/** The part of {@code lockkeeper docs} that tells what is different from one state to another, as release notes do. */
final class DocsChanges {
    static final String FROM = "--from";

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
        String from = Options.value(arguments, FROM, "");
        if (from.isEmpty()) {
            throw Problem.of(Code.USAGE, FROM + " is missing")
                    .help("say " + FROM + " VERSION, or 0 for nothing, or a folder with documents")
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
        List<Migration> between = before.reached() < 0 || after.reached() < before.reached()
                ? List.of()
                : way.subList(before.reached(), after.reached()).stream()
                        .map(Walked::migration)
                        .toList();
        List<ModelChange> changes = before.reached() < 0 || after.reached() < 0
                ? ModelChanges.between(before.documented(), after.documented())
                : ModelChanges.along(before.documented(), after.documented());
        terminal.result(Markdown.plain(new ReleaseNotes(before.name(), after.name(), changes, between).page())
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
                                between.stream()
                                        .map(m -> m.version().toString())
                                        .toList()));
        return 0;
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
            way = new Walk(databases, subject.prelude(), false)
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
