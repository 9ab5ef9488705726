package dev.lockkeeper.cli;

import dev.lockkeeper.analytics.definition.Definitions;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.judge.Fit;
import dev.lockkeeper.analytics.state.Site;
import dev.lockkeeper.analytics.state.StateSchema;
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
        Fit.require(at(session), rollups);
    }

    /** Where it is, with its database. */
    record Located(AnalyticsPlace place, Worksite worksite) {
        String database() {
            return worksite.lockkeeper().target().toString();
        }

        /** A session whose statements may take their time. */
        Session open(String action) {
            return Session.open(worksite.lockkeeper().target(), "lockkeeper analytics " + action)
                    .unlimited();
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
                                .orElseThrow()))
                .toList();
    }
}
