package dev.lockkeeper.cli;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.rehearsal.Databases;
import dev.lockkeeper.rehearsal.PlanRehearsal;
import dev.lockkeeper.rehearsal.RehearsalReport;
import dev.lockkeeper.rehearsal.RehearsalWriter;
import dev.lockkeeper.rehearsal.Smoke;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper rehearse}: what each statement does, as a throw-away server tells it. */
final class RehearseCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Selection.options(Subject.options(Options.command(
                        "rehearse",
                        "Runs migrations on a throw-away PostgreSQL and tells of each statement what the server saw: locks,"
                                + " rewrites, scans, rows, and what it created, changed, renamed and dropped. Touches no"
                                + " database of yours.")))
                .addOption(RowsOption.observing())
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
        return Options.examples(
                spec,
                "lockkeeper rehearse",
                "lockkeeper rehearse --migrations db/migrations --after 120",
                "lockkeeper rehearse --project shop --server-version 15 --output json");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        Selection selection = Selection.of(arguments, subject);
        List<Course> courses = selection.courses();
        Smoke.requireReadable(subject.components(), selection.to());
        RehearsalWriter writer = new RehearsalWriter(terminal.style(), courses.size() > 1);
        int of = courses.stream().mapToInt(c -> c.observed().size()).sum();
        int[] done = {0};
        try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                Databases databases = Databases.of(server)) {
            RehearsalReport report = new PlanRehearsal(
                            databases, subject.prelude(), selection.data(), RowsOption.observing(arguments))
                    .run(courses, migration -> {
                        terminal.clear();
                        terminal.result(writer.text(migration));
                        terminal.passing("[" + ++done[0] + "/" + of + "] rehearsed ...");
                    });
            terminal.clear();
            terminal.result(writer.summary(report));
            terminal.result(RehearsalWriter.SCHEMA, json -> RehearsalWriter.json(json, report));
            Problem stopped = report.stopped();
            return stopped == null ? 0 : stopped.code().category().exitCode();
        }
    }
}
