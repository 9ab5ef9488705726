package dev.lockkeeper.cli;

import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.report.FindingsJson;
import dev.lockkeeper.check.report.FindingsText;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.rehearsal.Databases;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper lint}: what is wrong with migrations, by what a throw-away server saw or by their text alone. */
final class LintCommand implements Command {
    static final String TEXT = "--text";

    private final Clock clock;

    /** @param clock by whose day exceptions end */
    LintCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Linting.options(
                        Options.command(
                                "lint",
                                "Judges migrations by rules: what stops others, loses data, breaks programs, or fails only where there"
                                        + " are rows. Runs them on a throw-away PostgreSQL for that; touches no database of yours."))
                .addOption(OptionSpec.builder(TEXT)
                        .description("use no server: judge what the text alone can tell")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper lint",
                "lockkeeper lint --migrations db/migrations --after 120",
                "lockkeeper lint --text --report sarif=lint.sarif");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        Linting linting = Linting.of(subject, arguments, clock);
        LintReport report;
        if (arguments.hasMatchedOption(TEXT)) {
            report = linting.byText();
        } else {
            try (EmbeddedPostgres server = ThrowAwayServer.start(subject.server(arguments), terminal);
                    Databases databases = Databases.of(server)) {
                report = linting.rehearsed(databases, terminal);
            }
        }
        if (!linting.reports().replacesText()) {
            terminal.result(new FindingsText(terminal.style()).text(report));
        }
        terminal.result(FindingsJson.SCHEMA, json -> FindingsJson.write(json, report));
        return linting.end(report, terminal);
    }
}
