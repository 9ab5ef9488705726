package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Recipe;
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
import java.util.Map;
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

    DataCheck check(EmbeddedPostgres server, Classification classification) {
        return with(server, (session, platform) -> DataCheck.of(session, classification, platform, history()));
    }

    /** Works with the database, and with what the prelude has made in it. */
    <T> T with(EmbeddedPostgres server, BiFunction<Session, Set<ObjectName>, T> work) {
        Set<ObjectName> platform = new HashSet<>();
        return new Rebuilding(server)
                .with(
                        recipe(server.user()),
                        session -> model(session).relations().stream()
                                .map(Relation::name)
                                .forEach(platform::add),
                        session -> work.apply(session, platform));
    }

    /** The model of its database, without the record. */
    Model model(Session session) {
        return ModelSource.read(session, subject.project());
    }

    private String history() {
        Project project = subject.project();
        return project == null ? "lockkeeper" : project.historySchema();
    }

    private Recipe recipe(String user) {
        Recipe schema = ModelSource.recipe(subject, to, user);
        List<Replayed> scripts = new ArrayList<>(schema.scripts());
        Project project = subject.project();
        if (project != null && to == null) {
            for (Folder folder : subject.folders()) {
                for (Component component : project.select(List.of(folder.component()))) {
                    component
                            .data()
                            .forEach(file -> scripts.add(new Replayed(
                                    Script.of(ScriptReader.display(file), ScriptReader.read(file), folder.tokens()),
                                    user,
                                    "",
                                    true)));
                }
            }
        }
        return new Recipe(schema.database(), schema.prelude(), scripts, Map.of());
    }
}
