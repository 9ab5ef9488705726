package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.stewardship.classification.Classification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * Where a command works on the data of a project.
 *
 * @param sites one component for each database: all components of it have one record
 */
record Stewardship(Project project, Classification classification, List<Worksite> sites) {
    static Stewardship of(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        Project project = Workplace.project(arguments);
        Classification classification = DataChecking.classification(project);
        Map<String, Worksite> databases = new LinkedHashMap<>();
        Workplace.sites(arguments, project, variables, terminal)
                .forEach(
                        site -> databases.putIfAbsent(site.lockkeeper().target().address(), site));
        return new Stewardship(project, classification, List.copyOf(databases.values()));
    }

    /** What a live database has, without the record. */
    Model model(Session session) {
        return ModelSource.read(session, project);
    }

    /**
     * Refuses where nothing may be run, or not now, or not by this login, in any of the databases; and has the database named where the
     * environment wants that.
     *
     * @param confirmed the name of the database from the command line; null when it is not given
     */
    void admit(Terminal terminal, @Nullable String confirmed) {
        Worksite.admit(sites, terminal, confirmed);
    }
}
