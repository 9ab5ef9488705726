package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.describe.model.Documented;
import dev.lockkeeper.project.Project;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What live databases hold: those of a project together, or one that belongs to no project.
 *
 * @param project null where there is none
 * @param title of the documents that tell of them
 * @param name of what was read, for people
 */
record LiveDatabases(@Nullable Project project, Documented documented, String title, String name) {
    static LiveDatabases of(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        @Nullable Project project = Workplace.described(arguments);
        if (project == null) {
            ModelSource source = ModelSource.of(arguments, variables, terminal);
            return new LiveDatabases(
                    null, Documented.of(source.model(), Documenting.left(null)), source.title(), source.name());
        }
        Map<String, Lockkeeper> databases = new LinkedHashMap<>();
        Workplace.sites(arguments, project, variables, terminal)
                .forEach(
                        site -> databases.putIfAbsent(site.lockkeeper().target().address(), site.lockkeeper()));
        Optional<Documented> all = Optional.empty();
        for (Lockkeeper database : databases.values()) {
            try (Session session = database.look()) {
                Documented one = Documented.of(ModelReader.read(session), Documenting.left(project));
                all = Optional.of(all.map(before -> before.and(one)).orElse(one));
            }
        }
        return new LiveDatabases(
                project,
                all.orElseThrow(),
                project.name(),
                String.join(
                        ", ",
                        databases.values().stream()
                                .map(one -> one.target().toString())
                                .toList()));
    }
}
