package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.describe.erd.Erd;
import dev.lockkeeper.describe.erd.ErdFiles;
import dev.lockkeeper.describe.erd.Selection;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.TypeSettings;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Walked;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.stewardship.DataCheck;
import dev.lockkeeper.stewardship.DataCheckWriter;
import dev.lockkeeper.stewardship.classification.Classification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * The part of {@code lockkeeper check} that looks at what a project publishes of its database, which is built once for all of it.
 *
 * @param data null without a classification
 * @param docs null for a project that keeps no documents, or has not made any yet; so are the pictures and the types
 */
record Published(
        @Nullable DataCheck data,
        @Nullable DocsCheck docs,
        @Nullable MadeCheck pictures,
        @Nullable MadeCheck types) {
    /** Nothing was looked at. */
    static final Published NONE = new Published(null, null, null, null);

    /** Looks at everything that the project says it has; documents, pictures and types only where all migrations are judged. */
    static Published of(
            DataChecking checking,
            @Nullable Classification classification,
            EmbeddedPostgres server,
            ParseResult arguments,
            Terminal terminal) {
        Subject subject = checking.subject();
        @Nullable Project project = subject.project();
        Wanted wanted = Wanted.of(arguments.hasMatchedOption(Options.TO) ? null : project, arguments, terminal);
        if (project == null || wanted.isNothing()) {
            return classification == null
                    ? NONE
                    : new Published(checking.judged(server, classification).check(), null, null, null);
        }
        Subject whole = Subject.whole(project, arguments);
        @Nullable Documenting documenting = wanted.documenting();
        // comes first, since what is built below leaves roles behind that the migrations make
        List<List<Walked>> walked = documenting == null ? List.of() : Documenting.walked(whole, server, terminal);
        boolean isWhole = subject.components().size() == whole.components().size();
        DataChecking.@Nullable Judged judged = classification == null ? null : checking.judged(server, classification);
        Model model = judged != null && isWhole
                ? judged.schema()
                : ModelSource.own(
                        new Rebuilding(server).model(ModelSource.recipe(whole, null, server.user())), project);
        return new Published(
                judged == null ? null : judged.check(),
                documenting == null ? null : DocsCheck.of(documenting, model, walked),
                made(wanted.pictures() == null ? null : pictures(wanted.pictures(), model, project), terminal),
                made(
                        wanted.types() == null ? null : types(wanted.types(), model, project, server, arguments),
                        terminal));
    }

    /** What the project says it has. */
    private record Wanted(
            @Nullable Documenting documenting,
            @Nullable Path pictures,
            @Nullable TypeSettings types) {
        static Wanted of(@Nullable Project project, ParseResult arguments, Terminal terminal) {
            if (project == null) {
                return new Wanted(null, null, null);
            }
            @Nullable Documenting documenting = project.documents() == null ? null : Documenting.of(project, arguments);
            if (documenting != null && documenting.folder().isEmpty()) {
                terminal.progress("note: there are no documents yet: lockkeeper docs generate makes them");
                documenting = null;
            }
            return new Wanted(
                    documenting,
                    project.documents() == null ? null : project.documents().pictures(),
                    project.types());
        }

        boolean isNothing() {
            return documenting == null && pictures == null && types == null;
        }
    }

    private static MadeCheck pictures(Path folder, Model model, Project project) {
        Model drawn = model.without(Documenting.left(project));
        SortedMap<Path, String> files = new TreeMap<>();
        ErdFiles.of(drawn, Selection.of(drawn), project.name())
                .forEach((name, text) -> files.put(folder.resolve(name), text));
        return new MadeCheck(
                "pictures",
                "lockkeeper erd --out " + InitCommand.typed(folder),
                new GeneratedFiles(files, Erd.MARK).look(),
                List.of());
    }

    private static MadeCheck types(
            TypeSettings settings, Model model, Project project, EmbeddedPostgres server, ParseResult arguments) {
        Typing typing = Typing.of(arguments, settings, DataLabels.exposure(project));
        if (!typing.roles().isEmpty()) {
            typing.requireRoles(new Rebuilding(server).roles());
        }
        GeneratedFiles files = typing.files(typing.described(model));
        return new MadeCheck("types", "lockkeeper types generate", files.look(), typing.extra(files));
    }

    private static @Nullable MadeCheck made(@Nullable MadeCheck check, Terminal terminal) {
        if (check != null && check.isNew()) {
            terminal.progress("note: there are no " + check.what() + " yet: " + check.renew() + " makes them");
            return null;
        }
        return check;
    }

    boolean passed() {
        return (data == null || data.count(Severity.ERROR) == 0)
                && (docs == null || docs.passed())
                && made().allMatch(MadeCheck::passed);
    }

    private Stream<MadeCheck> made() {
        return Stream.concat(Stream.ofNullable(pictures), Stream.ofNullable(types));
    }

    List<String> text(Style style) {
        List<String> lines = new ArrayList<>();
        if (docs != null) {
            lines.addAll(docs.text(style));
        }
        made().forEach(check -> lines.addAll(check.text(style)));
        if (data != null) {
            lines.add("");
            lines.addAll(new DataCheckWriter(style).text(data));
        }
        return lines;
    }

    void json(Json json) {
        json.objectOrNull("classification", data, DataCheckWriter::json)
                .objectOrNull("docs", docs, (j, one) -> one.json(j))
                .objectOrNull("pictures", pictures, (j, one) -> one.json(j))
                .objectOrNull("types", types, (j, one) -> one.json(j));
    }
}
