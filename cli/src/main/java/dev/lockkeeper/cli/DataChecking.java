package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Version;
import dev.lockkeeper.stewardship.DataCheck;
import dev.lockkeeper.stewardship.classification.Classification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The throw-away database on which a classification is judged: the migrations of all components, and the project's data. */
record DataChecking(Subject subject, @Nullable Version to) {
    /**
     * The classification of a project.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code classification-file} when there is none, or it cannot be read
     */
    static Classification classification(@Nullable Project project) {
        Path file = project == null ? null : project.classification();
        if (file == null || !Files.exists(file)) {
            throw Problem.of(Code.CLASSIFICATION_FILE, "the project has no classification file")
                    .at(file == null ? null : Place.of(file.toString()))
                    .help(
                            "lockkeeper classify suggest --out classification.yaml writes a first one, in the folder of the project;"
                                    + " another place is named by classification: FILE in lockkeeper.yaml")
                    .asException();
        }
        return Classification.read(file);
    }

    /** Whether the project has said that its data are classified. */
    static boolean isAsked(@Nullable Project project) {
        return project != null && project.classification() != null;
    }

    /**
     * What came of a judgement.
     *
     * @param schema what the migrations alone have made, without the record
     */
    record Judged(DataCheck check, Model schema) {}

    Judged judged(EmbeddedPostgres server, Classification classification) {
        return with(
                server,
                (session, scene) ->
                        new Judged(DataCheck.of(session, classification, scene.platform(), history()), scene.schema()));
    }

    /**
     * What is known of the database before the data came.
     *
     * @param platform what the prelude has made
     * @param schema what is there after the migrations, without the record
     */
    record Before(Set<ObjectName> platform, Model schema) {}

    /** Works with the database. */
    <T> T with(EmbeddedPostgres server, BiFunction<Session, Before, T> work) {
        Set<ObjectName> platform = new HashSet<>();
        return new Rebuilding(server)
                .with(
                        ModelSource.recipe(subject, to, server.user()),
                        session -> model(session).relations().stream()
                                .map(Relation::name)
                                .forEach(platform::add),
                        built -> {
                            Model schema = model(built.session());
                            data().forEach(built.runner());
                            return work.apply(built.session(), new Before(platform, schema));
                        });
    }

    private Model model(Session session) {
        return ModelSource.read(session, subject.project());
    }

    private String history() {
        Project project = subject.project();
        return project == null ? "lockkeeper" : project.historySchema();
    }

    private List<Script> data() {
        List<Script> scripts = new ArrayList<>();
        Project project = subject.project();
        if (project != null && to == null) {
            for (Folder folder : subject.folders()) {
                for (Component component : project.select(List.of(folder.component()))) {
                    component
                            .data()
                            .forEach(file -> scripts.add(
                                    Script.of(ScriptReader.display(file), ScriptReader.read(file), folder.tokens())));
                }
            }
        }
        return scripts;
    }
}
