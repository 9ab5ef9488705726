package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.rehearsal.Rebuilding;
import dev.lockkeeper.rehearsal.Recipe;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The model that a command describes: what its migrations make of an empty database, all components in one, or a live database.
 * Lockkeeper's record is no part of it.
 *
 * @param name of what was read, for people
 * @param roles that its server has
 */
record ModelSource(Model model, String name, boolean live, Set<String> roles) {
    ModelSource {
        roles = Set.copyOf(roles);
    }

    /** Adds the options by which it is named. */
    static CommandSpec options(CommandSpec spec) {
        return Subject.options(spec)
                .addOption(Options.text(Options.DATABASE, "URL", "read this live database instead of the migrations"))
                .addOption(Options.text(
                        Options.SERVER_VERSION,
                        "N",
                        "run the migrations on PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
    }

    static ModelSource of(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        return arguments.hasMatchedOption(Options.DATABASE)
                ? live(arguments, variables)
                : ofMigrations(Subject.of(arguments), arguments, terminal);
    }

    private static ModelSource live(ParseResult arguments, Map<String, String> variables) {
        @Nullable Project project = Workplace.described(arguments);
        var target = new TargetResolver(variables)
                .resolve(Options.value(arguments, Options.DATABASE, ""), Environment.local(), null);
        try (Session session = Session.open(target, "lockkeeper")) {
            return new ModelSource(read(session, project), target.toString(), true, ModelReader.roles(session));
        }
    }

    static ModelSource ofMigrations(Subject subject, ParseResult arguments, Terminal terminal) {
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal)) {
            terminal.passing("running the migrations ...");
            Rebuilding rebuilding = new Rebuilding(server);
            Model model = rebuilding.model(recipe(subject, subject.version(arguments, Options.TO), server.user()));
            terminal.clear();
            @Nullable Project project = subject.project();
            return new ModelSource(
                    own(model, project),
                    project == null ? "the migrations" : project.name(),
                    false,
                    rebuilding.roles());
        }
    }

    /**
     * All scripts in the order of the components, repeatable ones of each after its migrations.
     *
     * @param to null for all migrations
     */
    static Recipe recipe(Subject subject, @Nullable Version to, String user) {
        return new Recipe("postgres", subject.prelude(), scripts(subject.components(), to, user), Map.of());
    }

    /** The same of components by themselves. */
    static List<Replayed> scripts(List<Migrations> components, @Nullable Version to, String user) {
        List<Replayed> scripts = new ArrayList<>();
        for (Migrations component : components) {
            component.all().stream()
                    .filter(m -> to == null || m.version().compareTo(to) <= 0)
                    .forEach(m -> scripts.add(new Replayed(m.up(), user, "", true)));
            component.repeatables().all().forEach(r -> scripts.add(new Replayed(r.script(), user, "", true)));
        }
        return scripts;
    }

    /** Its title: of an address the name of the database alone, for who looked at it, and from where, changes nothing. */
    String title() {
        return live ? name.substring(name.lastIndexOf('/') + 1) : name;
    }

    /** The same without what is in these schemas. */
    ModelSource without(Set<String> schemas) {
        return new ModelSource(model.without(schemas), name, live, roles);
    }

    /** The model of a session's database, without the record of a project. */
    static Model read(Session session, @Nullable Project project) {
        return own(ModelReader.read(session), project);
    }

    static Model own(Model model, @Nullable Project project) {
        return model.without(Set.of(project == null ? "lockkeeper" : project.historySchema()));
    }
}
