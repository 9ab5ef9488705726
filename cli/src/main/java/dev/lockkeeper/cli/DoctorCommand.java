package dev.lockkeeper.cli;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.doctor.Doctor;
import dev.lockkeeper.doctor.DoctorWriter;
import dev.lockkeeper.doctor.Examination;
import dev.lockkeeper.doctor.Finding;
import dev.lockkeeper.doctor.Limits;
import dev.lockkeeper.doctor.Patient;
import dev.lockkeeper.doctor.Services;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.EmbeddedPostgresException;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.services.Round;
import dev.lockkeeper.services.Service;
import dev.lockkeeper.services.ServicesFile;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper doctor}: whether an environment is fit for what the project means to do there. */
final class DoctorCommand implements Command {
    static final String OFFLINE = "--offline";

    private static final String APPLICATION = "lockkeeper doctor";

    private final Map<String, String> variables;
    private final Clock clock;

    DoctorCommand(Map<String, String> variables, Clock clock) {
        this.variables = variables;
        this.clock = clock;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "doctor",
                        "Looks whether an environment is fit: connection and TLS, privileges, version and settings, pooler and pools,"
                                + " clocks, transactions, replicas, wraparound, invalid objects, disk, and the services of"
                                + " services.yaml with their variables. Each finding has a code and says what to do. What could not"
                                + " be looked at is named, and never taken for good. Changes nothing. Exit code 3 when something"
                                + " is found, 5 when a database cannot be reached."))
                .addOption(OptionSpec.builder(OFFLINE)
                        .description("call no service: look at their variables alone")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper doctor --environment staging",
                "lockkeeper doctor --environment staging --offline",
                "lockkeeper doctor --environment staging --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Project project = Workplace.project(arguments);
        Environment environment = project.environment(Options.value(arguments, Options.ENVIRONMENT, "local"));
        Path manifest = project.services();
        List<Service> declared = manifest == null
                ? List.of()
                : ServicesFile.read(manifest, project.environments().keySet());
        Map<String, List<Worksite>> databases = new LinkedHashMap<>();
        Workplace.sites(arguments, project, variables, terminal)
                .forEach(site -> databases
                        .computeIfAbsent(site.lockkeeper().target().address(), address -> new ArrayList<>())
                        .add(site));
        List<Finding> ofProject = DoctorProject.findings(
                project, environment, variables, Options.value(arguments, Options.DATABASE, ""), clock.instant());
        List<Examination> examined = new ArrayList<>();
        boolean unreachable = false;
        for (List<Worksite> parts : databases.values()) {
            Target target = parts.get(0).lockkeeper().target();
            try {
                examined.add(examine(project, environment, parts, target).with(ofProject, List.of()));
            } catch (LockkeeperException e) {
                if (e.category() == Category.USAGE) {
                    // a file of the project is not as it must be, whatever the database is
                    throw e;
                }
                unreachable = true;
                examined.add(
                        Examination.unreachable(target.toString(), e.problems().get(0))
                                .with(ofProject, List.of()));
            } catch (SqlFailure e) {
                unreachable = true;
                examined.add(Examination.unreachable(
                                target.toString(),
                                e.problem(
                                        "the connection was lost: " + e.error().message()))
                        .with(ofProject, List.of()));
            }
        }
        @Nullable
        Examination services = manifest == null
                ? null
                : Services.of(
                        ScriptReader.display(manifest),
                        environment.name(),
                        declared.size(),
                        new Round(variables).visit(declared, environment.name(), arguments.hasMatchedOption(OFFLINE)));
        List<Examination> all =
                Stream.concat(examined.stream(), Stream.ofNullable(services)).toList();
        all.forEach(one -> terminal.result(DoctorWriter.text(one, terminal.style())));
        terminal.result(DoctorWriter.summary(all));
        terminal.result(DoctorWriter.SCHEMA, json -> DoctorWriter.json(json, environment.name(), examined, services));
        return unreachable
                ? Category.CONNECTION.exitCode()
                : all.stream().allMatch(one -> one.findings().isEmpty()) ? 0 : Category.FINDINGS.exitCode();
    }

    private Examination examine(Project project, Environment environment, List<Worksite> parts, Target target) {
        // a sick server is the last to keep waiting
        try (Session session = Session.open(target, APPLICATION).limited("1s", "5s")) {
            DoctorNeeds needs = DoctorNeeds.of(project, parts, session);
            return needs.with(new Doctor(clock)
                    .examine(new Patient(
                            target,
                            session,
                            () -> Session.open(target, APPLICATION),
                            project.historySchema(),
                            needs.schemas(),
                            needs.privileges(),
                            environment.protection().roles(),
                            environment.pools(),
                            tested(),
                            project.patience(),
                            Limits.usual(project.patience().transaction()))));
        }
    }

    /** The releases that come with Lockkeeper, of which its tests were made. */
    private static Map<Integer, String> tested() {
        Map<Integer, String> tested = new LinkedHashMap<>();
        for (int major = dev.lockkeeper.embedded.Options.OLDEST_VERSION;
                major <= dev.lockkeeper.embedded.Options.NEWEST_VERSION;
                major++) {
            try {
                tested.put(major, EmbeddedPostgres.available(dev.lockkeeper.embedded.Options.version(major)));
            } catch (EmbeddedPostgresException e) {
                // this installation has none of that version, and nothing to compare with
            }
        }
        return tested;
    }
}
