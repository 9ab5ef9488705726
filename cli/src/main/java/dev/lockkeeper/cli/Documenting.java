package dev.lockkeeper.cli;

import dev.lockkeeper.describe.changes.ChangeLog;
import dev.lockkeeper.describe.changes.ModelChange;
import dev.lockkeeper.describe.changes.ModelChanges;
import dev.lockkeeper.describe.changes.RollbackGuide;
import dev.lockkeeper.describe.dictionary.Dictionary;
import dev.lockkeeper.describe.dictionary.DocumentFolder;
import dev.lockkeeper.describe.dictionary.Labels;
import dev.lockkeeper.describe.dictionary.Staleness;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.describe.model.ModelFile;
import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Documents;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Walk;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.source.Migrations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * The documents of a project: what they should be, and what they are.
 *
 * @param title the name of the project
 * @param folder as it is
 * @param left schemas that are not told of
 */
record Documenting(String title, DocumentFolder folder, Set<String> left, Labels labels) {
    static final String OUT = "--out";

    private static final String MODEL = DocumentFolder.DICTIONARY + "/" + DocumentFolder.MODEL;
    private static final String LOG = DocumentFolder.DICTIONARY + "/" + ChangeLog.PATH;

    /** Those of the folder that is named, or else of the project. */
    static Documenting of(@Nullable Project project, ParseResult arguments) {
        return of(project, project == null ? "migrations" : project.name(), arguments);
    }

    /** The same with a title of their own. */
    static Documenting of(@Nullable Project project, String title, ParseResult arguments) {
        @Nullable Documents documents = project == null ? null : project.documents();
        @Nullable String out = arguments.matchedOptionValue(OUT, null);
        if (out == null && project == null) {
            throw Problem.of(Code.USAGE, "without a project it is not known where documents belong")
                    .help("name their folder: " + OUT + " DIR")
                    .asException();
        }
        Path folder = out != null
                ? Workplace.path(out)
                : documents != null
                        ? documents.folder()
                        : Workplace.folder(arguments).resolve("docs");
        return new Documenting(
                title,
                DocumentFolder.read(folder, List.of(RollbackGuide.PATH)),
                left(project),
                DataLabels.labels(project));
    }

    /** Schemas that are not told of: the record, and what the project leaves out. */
    static Set<String> left(@Nullable Project project) {
        @Nullable Documents documents = project == null ? null : project.documents();
        Set<String> left = new HashSet<>(documents == null ? Set.of() : documents.exclude());
        left.add(project == null ? "lockkeeper" : project.historySchema());
        return left;
    }

    /** What a server tells of the migrations. */
    record Told(Documented documented, List<List<Walked>> components) {}

    /** Runs all migrations up, for the change log one by one, and back. */
    Told told(Subject subject, EmbeddedPostgres server, Terminal terminal) {
        List<List<Walked>> components = walked(subject, server, terminal);
        terminal.passing("running the migrations ...");
        // comes last, since it leaves roles behind that the migrations make
        Documented documented =
                Documented.of(new Rebuilding(server).model(ModelSource.recipe(subject, null, server.user())), left);
        terminal.clear();
        return new Told(documented, components);
    }

    /** Runs the migrations of each component one by one, and back. */
    static List<List<Walked>> walked(Subject subject, EmbeddedPostgres server, Terminal terminal) {
        List<List<Walked>> components = new ArrayList<>();
        try (Databases databases = Databases.of(server)) {
            Walk walk = new Walk(databases, subject.prelude(), true);
            for (Migrations component : subject.components()) {
                components.add(walk.of(
                        component,
                        migration -> terminal.passing("reading what " + migration.version() + " makes ...")));
            }
        }
        terminal.clear();
        return components;
    }

    Dictionary dictionary(Documented documented) {
        return new Dictionary(title, documented, labels);
    }

    /** All documents by their paths. */
    SortedMap<String, String> wanted(Told told) {
        SortedMap<String, String> wanted = pages(told.documented());
        wanted.put(LOG, Markdown.text(new ChangeLog(title, left).page(told.components())));
        wanted.put(RollbackGuide.PATH, Markdown.text(new RollbackGuide(title, left).page(told.components())));
        return wanted;
    }

    /** All documents where a live database is known alone: what tells how it came about stays as it is. */
    SortedMap<String, String> wanted(Documented live) {
        SortedMap<String, String> wanted = pages(live);
        for (String path : List.of(LOG, RollbackGuide.PATH)) {
            String there = folder.text(path);
            if (there != null) {
                wanted.put(path, there);
            }
        }
        return wanted;
    }

    /** The documents that tell of a model alone, by their paths. */
    private SortedMap<String, String> pages(Documented documented) {
        SortedMap<String, String> wanted = new TreeMap<>();
        dictionary(documented)
                .markdown(folder.notes())
                .forEach((path, text) -> wanted.put(DocumentFolder.DICTIONARY + "/" + path, text));
        wanted.put(MODEL, ModelFile.write(documented));
        return wanted;
    }

    /** The model that the documents tell of; null when there are none yet. */
    @Nullable
    Documented kept() {
        String text = folder.text(MODEL);
        return text == null ? null : ModelFile.read(folder.shown(MODEL), text);
    }

    /**
     * What is wrong with documents.
     *
     * @param differences what they and the other side have apart
     * @param files documents that are not what they should be
     */
    record Verdict(List<ModelChange> differences, List<Staleness> files) {
        boolean isValid() {
            return differences.isEmpty() && files.isEmpty();
        }
    }

    /** Judges the documents by the migrations. */
    Verdict verdict(Told told) {
        return new Verdict(differences(told.documented()), folder.compare(wanted(told)));
    }

    /** Judges them by a database: its objects by the model that is kept, and the pages by that too. */
    Verdict verdict(Documented live) {
        Documented kept = kept();
        if (kept == null) {
            return new Verdict(List.of(), List.of(new Staleness(Staleness.State.MISSING, MODEL)));
        }
        return new Verdict(differences(live), folder.compare(wanted(kept)));
    }

    private List<ModelChange> differences(Documented now) {
        Documented kept = kept();
        // without any documents their absence says everything
        return kept == null ? List.of() : ModelChanges.between(kept, now);
    }

    /** A difference in words, the documents' side first. */
    static String sentence(ModelChange change, String other) {
        String before = change.before();
        String after = change.after();
        if (change.aspect().isEmpty() && before == null) {
            return change.subject() + ": only in " + other;
        }
        if (change.aspect().isEmpty()) {
            return change.subject() + ": only in the documents";
        }
        return change.subject() + ": " + Objects.requireNonNullElse(before, "none") + " in the documents, "
                + Objects.requireNonNullElse(after, "none") + " in " + other;
    }
}
