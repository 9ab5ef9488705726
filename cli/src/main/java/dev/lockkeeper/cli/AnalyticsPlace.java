package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateSchema;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.AnalyticsSettings;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * The rollups of a component that a command is about.
 *
 * @param rollups those that were named, or all
 */
record AnalyticsPlace(String component, AnalyticsSettings settings, List<Rollup> rollups) {
    /** Those of the chosen components, without a database. */
    static List<AnalyticsPlace> of(ParseResult arguments) {
        Project project = Workplace.project(arguments);
        List<Component> components = project.select(Options.values(arguments, Options.COMPONENT)).stream()
                .filter(one -> one.analytics() != null)
                .toList();
        if (components.isEmpty()) {
            throw Problem.of(Code.USAGE, "no component of the project has rollups")
                    .help("name the folder of their definitions in lockkeeper.yaml: analytics: FOLDER")
                    .asException();
        }
        List<String> named = arguments.matchedPositionalValue(1, List.<String>of());
        Map<Component, Definitions> read = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Component component : components) {
            try {
                read.put(component, Definitions.read(settings(component).folder()));
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        requireKnown(named, read);
        return read.entrySet().stream()
                .map(one -> new AnalyticsPlace(
                        one.getKey().name(),
                        settings(one.getKey(), arguments),
                        one.getValue().rollups().stream()
                                .filter(rollup -> named.isEmpty() || named.contains(rollup.name()))
                                .toList()))
                .filter(one -> !one.rollups().isEmpty())
                .toList();
    }

    private static AnalyticsSettings settings(Component component) {
        return Objects.requireNonNull(component.analytics());
    }

    private static AnalyticsSettings settings(Component component, ParseResult arguments) {
        AnalyticsSettings settings = settings(component);
        String adapter = arguments.matchedOptionValue(AnalyticsCommand.ADAPTER, settings.adapter());
        if (!AnalyticsSettings.ADAPTERS.contains(adapter)) {
            throw Problem.of(Code.USAGE, "there is no adapter " + adapter)
                    .help(Nearest.to(adapter, AnalyticsSettings.ADAPTERS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", AnalyticsSettings.ADAPTERS)))
                    .asException();
        }
        boolean files = settings.parquet() != null || settings.adapter().equals("spark-iceberg");
        boolean run = arguments.matchedPositionalValue(0, "").equals("run");
        if (run && files && !adapter.equals(settings.adapter())) {
            throw Problem.of(
                            Code.USAGE,
                            "adapter " + adapter + " would leave behind what " + settings.adapter() + " writes")
                    .because(
                            "the project keeps buckets in files as well, and nothing would write those that it computes")
                    .help(
                            "leave out " + AnalyticsCommand.ADAPTER
                                    + ", or take the files out of lockkeeper.yaml first: a backfill brings them up to date afterwards")
                    .asException();
        }
        return settings.with(adapter);
    }

    private static void requireKnown(List<String> named, Map<Component, Definitions> read) {
        List<String> known = read.values().stream()
                .flatMap(one -> one.rollups().stream())
                .map(Rollup::name)
                .toList();
        for (String name : named) {
            if (!known.contains(name)) {
                throw Problem.of(Code.USAGE, "there is no rollup " + name)
                        .help(Nearest.to(name, known)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", known)))
                        .asException();
            }
        }
    }

    StateSchema schema() {
        return new StateSchema(settings.schema());
    }

    Site at(Session session) {
        return new Site(session, schema(), settings.role());
    }

    /** @throws LockkeeperException {@code analytics-unfit} with all that does not fit the database */
    void requireFit(Session session) {
        requireRole(session);
        Fit.require(at(session), rollups);
    }

    /** Who is named in lockkeeper.yaml must be there, and be somebody whom the one that connects may be. */
    void requireRole(Session session) {
        String role = settings.role();
        if (role == null) {
            return;
        }
        String name = Quote.literal(role) + "::name";
        @Nullable
        String[] row = session.query("select current_user, exists (select from pg_roles where rolname = " + name
                        + "), (select pg_has_role(oid, 'member') from pg_roles where rolname = " + name + ")")
                .get(0);
        if (!"t".equals(row[1])) {
            throw Problem.of(Code.ANALYTICS_UNFIT, "there is no role " + role)
                    .because("lockkeeper.yaml names it as the one that computes rollups")
                    .help(
                            "create it, by a prelude where databases are made for tests, or remove role: under analytics:")
                    .asException();
        }
        if (!"t".equals(row[2])) {
            throw Problem.of(Code.ANALYTICS_UNFIT, row[0] + " is no member of role " + role)
                    .because("lockkeeper.yaml names it as the one that computes rollups")
                    .help("grant " + Quote.identifier(role) + " to " + Quote.identifier(String.valueOf(row[0])))
                    .asException();
        }
    }

    /** Where it is, with its database. */
    record Located(AnalyticsPlace place, Worksite worksite, Consumer<Session> opened) {
        String database() {
            return worksite.lockkeeper().target().toString();
        }

        /** A session whose statements may take their time. */
        Session open(String action) {
            Session session = Session.open(worksite.lockkeeper().target(), "lockkeeper analytics " + action);
            opened.accept(session);
            return session.unlimited();
        }
    }

    /** The same with their databases. */
    static List<Located> located(ParseResult arguments, Map<String, String> variables, Terminal terminal) {
        List<AnalyticsPlace> places = of(arguments);
        List<Worksite> sites = Workplace.sites(
                arguments,
                Workplace.project(arguments),
                Options.value(arguments, Options.ENVIRONMENT, ""),
                places.stream().map(AnalyticsPlace::component).toList(),
                variables,
                terminal);
        return places.stream()
                .map(place -> new Located(
                        place,
                        sites.stream()
                                .filter(site -> site.component().equals(place.component()))
                                .findFirst()
                                .orElseThrow(),
                        terminal.interruption()::opened))
                .toList();
    }
}
