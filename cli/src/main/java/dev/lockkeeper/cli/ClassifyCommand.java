package dev.lockkeeper.cli;

import dev.lockkeeper.check.Severity;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.gate.NewFile;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.DataCheck;
import dev.lockkeeper.stewardship.DataCheckWriter;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.Export;
import dev.lockkeeper.stewardship.classification.Lineage;
import dev.lockkeeper.stewardship.classification.Samples;
import dev.lockkeeper.stewardship.classification.Scene;
import dev.lockkeeper.stewardship.classification.Suggestion;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper classify}: what the data of a project are, and whether that is so. */
final class ClassifyCommand implements Command {
    private static final List<String> ACTIONS = List.of("check", "suggest", "export");
    private static final String OUT = "--out";
    private static final String FORMAT = "--format";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Subject.options(
                        Options.command(
                                "classify",
                                "check judges the classification file of a project on a throw-away server with its migrations and data:"
                                        + " every column classified, restricted ones protected, no leak through views, indexes, grants or"
                                        + " publications, retention and erasure that work. suggest writes a first file. export writes it"
                                        + " for other tools. Touches no database of yours. Exit code 3 when check finds an error."))
                .addPositional(Options.positional("ACTION", "check, suggest or export", true))
                .addOption(Options.text(OUT, "FILE", "suggest, export: the file to write; never overwrites one"))
                .addOption(Options.text(FORMAT, "NAME", "export: " + String.join(", ", Export.Format.keys())))
                .addOption(Options.text(
                        Options.SERVER_VERSION, "N", "PostgreSQL 15, 16, 17 or 18 (default: the project's, or 18)"));
        return Options.examples(
                spec,
                "lockkeeper classify suggest",
                "lockkeeper classify check",
                "lockkeeper classify check --output json",
                "lockkeeper classify export --format dbt");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        String action = arguments.matchedPositionalValue(0, "");
        if (!ACTIONS.contains(action)) {
            throw Problem.of(Code.USAGE, "classify has no action " + action)
                    .help(Nearest.to(action, ACTIONS)
                            .map(n -> "did you mean " + n + "?")
                            .orElse("known are " + String.join(", ", ACTIONS)))
                    .asException();
        }
        Subject subject = Subject.of(arguments);
        subject.components().forEach(c -> Workplace.warn(c, terminal));
        DataChecking checking = new DataChecking(subject, subject.version(arguments, Options.TO));
        return switch (action) {
            case "check" -> check(checking, arguments, terminal);
            case "suggest" -> suggest(checking, arguments, terminal);
            default -> export(checking, arguments, terminal);
        };
    }

    private static int check(DataChecking checking, ParseResult arguments, Terminal terminal) {
        Classification classification =
                DataChecking.classification(checking.subject().project());
        DataCheck found;
        try (EmbeddedPostgres server = ThrowAwayServer.start(checking.subject().server(arguments), terminal)) {
            terminal.passing("running the migrations ...");
            found = checking.judged(server, classification).check();
            terminal.clear();
        }
        terminal.result(new DataCheckWriter(terminal.style()).text(found));
        terminal.result(DataCheckWriter.SCHEMA, json -> DataCheckWriter.json(json, found));
        return found.count(Severity.ERROR) == 0 ? 0 : Category.FINDINGS.exitCode();
    }

    private static int suggest(DataChecking checking, ParseResult arguments, Terminal terminal) {
        String text;
        try (EmbeddedPostgres server = ThrowAwayServer.start(checking.subject().server(arguments), terminal)) {
            text = checking.with(server, (session, before) -> Suggestion.of(before.schema(), before.platform()));
        }
        return give(text, "lockkeeper/classification-draft/v1", arguments, terminal);
    }

    private static int export(DataChecking checking, ParseResult arguments, Terminal terminal) {
        String name = Options.value(arguments, FORMAT, "");
        if (!Export.Format.keys().contains(name)) {
            throw Problem.of(Code.USAGE, name.isEmpty() ? FORMAT + " is missing" : name + " is not a format")
                    .help("use " + FORMAT + " " + String.join(", ", Export.Format.keys()))
                    .asException();
        }
        Classification classification =
                DataChecking.classification(checking.subject().project());
        String text;
        try (EmbeddedPostgres server = ThrowAwayServer.start(checking.subject().server(arguments), terminal)) {
            text = checking.with(
                    server,
                    (session, before) -> new Export(Scene.of(
                                    classification,
                                    before.schema(),
                                    before.platform(),
                                    Lineage.read(session),
                                    Samples.none()))
                            .text(Export.Format.valueOf(name.toUpperCase(Locale.ROOT))));
        }
        return give(text, "lockkeeper/classification-export/v1", arguments, terminal);
    }

    /** To a file, or as the result. */
    private static int give(String text, String schema, ParseResult arguments, Terminal terminal) {
        String out = Options.value(arguments, OUT, "");
        if (!out.isEmpty()) {
            NewFile.write(Workplace.path(out), text);
            terminal.result("written: " + out);
        } else {
            terminal.result(text.stripTrailing());
        }
        terminal.result(
                schema, json -> json.put("file", out.isEmpty() ? null : out).put("text", text));
        return 0;
    }
}
