package dev.lockkeeper.cli;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.health.Examiner;
import dev.lockkeeper.health.HealthReport;
import dev.lockkeeper.health.HealthServer;
import dev.lockkeeper.health.HealthWriter;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Project;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper health}: whether migrations are as they should be right now, once or for probes. */
final class HealthCommand implements Command {
    static final String SERVE = "--serve";
    static final String BIND = "--bind";
    static final String DRIFT = "--drift";

    private static final int HIGHEST_PORT = 65_535;
    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Map<String, String> variables;
    private final Clock clock;

    HealthCommand(Map<String, String> variables, Clock clock) {
        this.variables = variables;
        this.clock = clock;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.target(Options.command(
                        "health",
                        "Tells whether each component is as its files say: version, last migration, what is pending, failed or"
                                + " unfinished, and who is at work. Exit code 0 when all is, 3 when something is not, 5 when the"
                                + " database cannot be asked. With --serve it answers probes over HTTP: /live, /ready, /health as"
                                + " JSON and /metrics for Prometheus. Changes nothing."))
                .addOption(Options.text(
                        SERVE, "PORT", "answer over HTTP until a signal ends it; 0 takes a port that is free"))
                .addOption(Options.text(BIND, "ADDRESS", "where to listen (default: 127.0.0.1, this machine alone)"))
                .addOption(OptionSpec.builder(DRIFT)
                        .paramLabel("TIME")
                        .type(String.class)
                        .arity("0..1")
                        .fallbackValue("10min")
                        .description(
                                "compare the database with its history too, see lockkeeper drift; with --serve as often"
                                        + " as this (default: 10min)")
                        .build())
                .addOption(Options.repeated(
                        Options.PRELUDE,
                        "FILE",
                        "SQL that the throw-away server of --drift runs first; may be repeated"));
        return Options.examples(
                spec,
                "lockkeeper health --environment staging",
                "lockkeeper health --environment staging --drift --output json",
                "lockkeeper health --environment staging --serve 8085 --bind 0.0.0.0");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        boolean serves = arguments.hasMatchedOption(SERVE);
        if (!serves && arguments.hasMatchedOption(BIND)) {
            throw Problem.of(Code.USAGE, BIND + " is for " + SERVE)
                    .help("add " + SERVE + " PORT")
                    .asException();
        }
        InetAddress address = address(arguments);
        int port = port(Options.value(arguments, SERVE, "0"));
        Duration every = Options.duration(arguments, DRIFT, Duration.ZERO);
        if (arguments.hasMatchedOption(DRIFT) && serves && every.compareTo(SHORTEST) < 0) {
            throw Problem.of(Code.USAGE, DRIFT + " must be 10s or more")
                    .because("each comparison reads the whole catalog")
                    .asException();
        }
        Project project = Workplace.project(arguments);
        List<Worksite> sites = Workplace.sites(arguments, project, variables, terminal);
        List<Lockkeeper> components = sites.stream().map(Worksite::lockkeeper).toList();
        DriftWatch drift = arguments.hasMatchedOption(DRIFT)
                ? DriftWatch.of(project, sites, Subject.prelude(project, arguments), terminal, clock)
                : DriftWatch.none(clock);
        try (drift) {
            if (!serves) {
                drift.look();
                return once(new Examiner(components, drift::last, clock), terminal);
            }
            drift.every(every);
            return serve(address, port, new Examiner(components, drift::last, clock), terminal);
        }
    }

    private static int once(Examiner examiner, Terminal terminal) {
        try (examiner) {
            HealthReport report = examiner.look();
            terminal.result(HealthWriter.text(report, terminal.style()));
            terminal.result(HealthWriter.SCHEMA, json -> HealthWriter.json(json, report));
            return report.exitCode();
        }
    }

    private int serve(InetAddress address, int port, Examiner examiner, Terminal terminal) {
        CountDownLatch signal = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (HealthServer server = HealthServer.start(address, port, examiner, clock)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(signal, ended), "stop"));
            String host = server.address().getAddress().getHostAddress();
            String url = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                    + server.address().getPort();
            terminal.result(url + " answers /live, /ready, /health and /metrics");
            terminal.result("lockkeeper/health-server/v1", json -> json.put("url", url));
            terminal.interruption().serves();
            signal.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
        return 0;
    }

    /** The process goes when this returns. */
    private static void end(CountDownLatch signal, CountDownLatch ended) {
        signal.countDown();
        try {
            ended.await(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetAddress address(ParseResult arguments) {
        String text = Options.value(arguments, BIND, "127.0.0.1");
        try {
            if (text.isBlank()) {
                throw new UnknownHostException("it is empty");
            }
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw Problem.of(Code.HEALTH_ADDRESS, text + " is no address of a machine")
                    .help(
                            "write 127.0.0.1 for this machine alone, 0.0.0.0 or :: for everybody, or one of its addresses")
                    .asException(e);
        }
    }

    private static int port(String text) {
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= HIGHEST_PORT) {
            return Integer.parseInt(text);
        }
        throw Problem.of(Code.USAGE, text + " is not a port for " + SERVE)
                .help("write a number from 1 to 65535, or 0 for one that is free")
                .asException();
    }
}
