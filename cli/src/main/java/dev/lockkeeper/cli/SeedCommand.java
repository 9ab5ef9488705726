package dev.lockkeeper.cli;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.SeedPackage;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.Style;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.stewardship.seed.SeedAdmission;
import dev.lockkeeper.stewardship.seed.SeedMode;
import dev.lockkeeper.stewardship.seed.SeedResult;
import dev.lockkeeper.stewardship.seed.Seeding;
import dev.lockkeeper.stewardship.seed.TableCount;
import dev.lockkeeper.stewardship.volume.WrittenTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper seed}: brings a package of rows to a database, or looks whether it is there. */
final class SeedCommand implements Command {
    private static final String DRY_RUN = "--dry-run";
    private static final String CONFIRM = "--confirm";

    private final Map<String, String> variables;

    SeedCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "seed",
                        "Brings a package of rows that lockkeeper.yaml declares, in one transaction for each component: what is"
                                + " there is found by its natural key, so that it may be run again at will. Without a package it"
                                + " lists them. --check ends with exit code 3 when rows are missing or differ."))
                .addPositional(Options.positional("PACKAGE", "what to bring, such as local-dev", false))
                .addOption(OptionSpec.builder(Options.CHECK)
                        .description("look whether the database holds what the package brings; change nothing")
                        .build())
                .addOption(OptionSpec.builder(DRY_RUN)
                        .description("bring it in a transaction that is rolled back")
                        .build())
                .addOption(
                        Options.text(CONFIRM, "NAME", "the name of the database, where the environment wants it said"))
                .addOption(Options.patience());
        return Options.examples(
                spec,
                "lockkeeper seed",
                "lockkeeper seed local-dev",
                "lockkeeper seed local-dev --check",
                "lockkeeper seed local-dev --dry-run --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        terminal.interruption().cancels(Interruption.TAKEN_BACK);
        Project project = Workplace.project(arguments);
        String name = arguments.matchedPositionalValue(0, "");
        boolean check = arguments.hasMatchedOption(Options.CHECK);
        boolean dry = arguments.hasMatchedOption(DRY_RUN);
        if (check && dry) {
            throw Problem.of(Code.USAGE, Options.CHECK + " and " + DRY_RUN + " exclude each other")
                    .asException();
        }
        return name.isEmpty()
                ? list(project, arguments, terminal)
                : run(
                        project,
                        name,
                        check ? SeedMode.CHECK : dry ? SeedMode.DRY_RUN : SeedMode.RUN,
                        arguments,
                        terminal);
    }

    private static int list(Project project, ParseResult arguments, Terminal terminal) {
        List<Component> components = project.select(Options.values(arguments, Options.COMPONENT));
        for (Component component : components) {
            for (SeedPackage seeds : component.seeds()) {
                terminal.result(terminal.style().strong(Style.pad(seeds.name(), 12)) + " " + component.name() + ", "
                        + seeds.files().size() + (seeds.files().size() == 1 ? " file" : " files") + ", for "
                        + (seeds.environments().isEmpty()
                                ? "what is local, of CI or of staging"
                                : String.join(", ", seeds.environments()))
                        + (seeds.resets() ? "; empties its tables first" : ""));
            }
        }
        if (components.stream().allMatch(c -> c.seeds().isEmpty())) {
            terminal.result("no package is declared: add seeds: to lockkeeper.yaml");
        }
        terminal.result(
                "lockkeeper/seeds/v1",
                json -> json.array(
                        "components",
                        components,
                        (j, component) -> j.put("component", component.name())
                                .array("packages", component.seeds(), SeedCommand::declared)));
        return 0;
    }

    private static void declared(Json json, SeedPackage seeds) {
        json.put("package", seeds.name())
                .texts("environments", seeds.environments())
                .texts(
                        "files",
                        seeds.files().stream().map(ScriptReader::display).toList())
                .put("resets", seeds.resets());
    }

    /** A package of one component, ready to be brought. */
    private record Ready(Worksite site, Seeding seeding) {}

    private int run(Project project, String name, SeedMode mode, ParseResult arguments, Terminal terminal) {
        requireKnown(project, name);
        Duration patience = Options.patience(arguments);
        SeedProgress progress = new SeedProgress(terminal);
        List<Ready> ready = ready(project, name, mode, arguments, progress, terminal);
        List<SeedResult> results = new ArrayList<>();
        List<Ready> done = new ArrayList<>();
        List<Problem> errors = new ArrayList<>();
        @Nullable LockkeeperException failure = null;
        try (progress) {
            for (Ready one : ready) {
                String component = one.site().component();
                SeedResult result = one.site()
                        .lockkeeper()
                        .undertake(
                                one.seeding(),
                                patience,
                                holder -> terminal.progress(
                                        "waiting: component " + component + " is held by " + Style.line(holder)));
                results.add(result);
                done.add(one);
                tell(one.site(), result, mode, terminal);
                if (mode == SeedMode.CHECK && !result.holds()) {
                    errors.add(different(one.site(), result));
                }
            }
        } catch (LockkeeperException e) {
            failure = e;
            errors.addAll(e.problems());
        }
        terminal.result(
                "lockkeeper/seed/v1",
                json -> json.put("mode", word(mode))
                        .array("components", done, (j, one) -> {
                            SeedResult result = results.get(done.indexOf(one));
                            j.put("component", one.site().component())
                                    .put(
                                            "database",
                                            one.site().lockkeeper().target().toString());
                            result.json(j);
                            if (mode == SeedMode.CHECK) {
                                j.put("digestBefore", result.before())
                                        .put("missing", result.missing())
                                        .put("holds", result.holds());
                            }
                        })
                        .array("errors", errors, Json::problem));
        if (!errors.isEmpty()) {
            terminal.error(failure == null ? new LockkeeperException(errors) : failure);
        }
        if (failure != null) {
            boolean kept = mode == SeedMode.RUN && !done.isEmpty();
            return (kept ? failure.category().whenKept() : failure.category()).exitCode();
        }
        return errors.isEmpty() ? 0 : Category.FINDINGS.exitCode();
    }

    private static void requireKnown(Project project, String name) {
        List<String> known = project.components().stream()
                .flatMap(c -> c.seeds().stream())
                .map(SeedPackage::name)
                .distinct()
                .toList();
        if (!known.contains(name)) {
            throw Problem.of(Code.USAGE, "there is no package " + name)
                    .help(Nearest.to(name, known)
                            .map(n -> "did you mean " + n + "?")
                            .orElse(
                                    known.isEmpty()
                                            ? "declare it under seeds: in lockkeeper.yaml"
                                            : "known are " + String.join(", ", known)))
                    .asException();
        }
    }

    /** Reads all files and asks for all keys before anything is brought. */
    private List<Ready> ready(
            Project project,
            String name,
            SeedMode mode,
            ParseResult arguments,
            SeedProgress progress,
            Terminal terminal) {
        Environment named = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        DatabaseOwners databases = new DatabaseOwners(project, variables);
        Confirmation confirmation = new Confirmation(terminal, arguments.matchedOptionValue(CONFIRM, null), System.in);
        List<Ready> ready = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Worksite site : Workplace.sites(arguments, project, variables, terminal)) {
            Component component = project.select(List.of(site.component())).get(0);
            for (SeedPackage seeds : component.seeds()) {
                if (!seeds.name().equals(name)) {
                    continue;
                }
                site.tell(terminal);
                Target target = site.lockkeeper().target();
                // rows that come too many can go again, and what is emptied cannot come back
                List<Environment> owners = seeds.resets()
                        ? databases.asked(
                                component, target, () -> site.lockkeeper().look())
                        : databases.of(component, target);
                SeedAdmission admission = new SeedAdmission(
                        named,
                        owners,
                        owners.stream().anyMatch(o -> o.name().equals(named.name())),
                        site.rules().approvals(),
                        component.assertions());
                List<Problem> against = admission.against(seeds);
                problems.addAll(against);
                if (against.isEmpty()) {
                    try {
                        ready.add(new Ready(
                                site,
                                Seeding.of(
                                        seeds,
                                        tokens(site, seeds, arguments),
                                        named.name(),
                                        project.historySchema(),
                                        variables,
                                        mode,
                                        session -> admit(site, session, mode, confirmation),
                                        progress)));
                    } catch (LockkeeperException e) {
                        problems.addAll(e.problems());
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems.stream().distinct().toList());
        }
        if (ready.isEmpty()) {
            throw Problem.of(Code.USAGE, "none of the chosen components has a package " + name)
                    .help("lockkeeper seed lists whose it is")
                    .asException();
        }
        return ready;
    }

    private static Tokens tokens(Worksite site, SeedPackage seeds, ParseResult arguments) {
        Map<String, @Nullable String> given = new HashMap<>(seeds.tokens());
        given.putAll(Options.pairs(arguments));
        return site.tokens().with(given);
    }

    private static void admit(Worksite site, Session session, SeedMode mode, Confirmation confirmation) {
        List<Problem> problems = site.against(session);
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        if (mode == SeedMode.RUN) {
            confirmation.demand(site);
        }
    }

    private static String word(SeedMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void tell(Worksite site, SeedResult result, SeedMode mode, Terminal terminal) {
        terminal.clear();
        String where = terminal.style().strong(site.component()) + " in "
                + site.lockkeeper().target();
        if (mode == SeedMode.CHECK) {
            terminal.result(where + (result.holds() ? ": holds what " : ": does not hold what ") + result.seedPackage()
                    + " brings");
            terminal.result("  digest " + result.before());
            return;
        }
        terminal.result(
                where + ": " + result.sentence() + (mode == SeedMode.DRY_RUN ? "; tried, and nothing of it kept" : ""));
        result.tables().stream().filter(t -> t.inserted() + t.updated() > 0).forEach(t -> terminal.result(line(t)));
        result.generated().forEach(t -> terminal.result(line(t)));
        terminal.result("  digest " + result.digest());
    }

    private static String line(TableCount table) {
        return "  " + Style.line(table.table()) + ": " + table.inserted() + " inserted, " + table.updated()
                + " updated, of " + table.rows();
    }

    private static String line(WrittenTable table) {
        return "  " + Style.line(table.table()) + ": " + table.rows() + " generated, " + table.digest();
    }

    private static Problem different(Worksite site, SeedResult result) {
        long updated = result.tables().stream().mapToLong(TableCount::updated).sum();
        return Problem.of(
                        Code.SEED_DIFFERENT,
                        "the database of " + site.component() + " does not hold what " + result.seedPackage()
                                + " brings")
                .because(
                        result.missing() == 0
                                ? "rows hold other values"
                                : result.missing() + (result.missing() == 1 ? " row is" : " rows are") + " missing"
                                        + (updated == 0
                                                ? ""
                                                : ", " + updated + (updated == 1 ? " holds" : " hold")
                                                        + " other values"))
                .help("lockkeeper seed " + result.seedPackage() + " brings them back");
    }
}
