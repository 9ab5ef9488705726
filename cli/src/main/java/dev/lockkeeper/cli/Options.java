package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.PlainText;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The options that several commands share, each defined once. */
final class Options {
    static final String PROJECT = "--project";
    static final String COMPONENT = "--component";
    static final String ENVIRONMENT = "--environment";
    /** The variable that names it where the command line does not. */
    static final String STANDING = "LOCKKEEPER_ENVIRONMENT";

    static final String DATABASE = "--database";
    static final String SET = "--set";
    static final String TO = "--to";
    static final String STEPS = "--steps";
    static final String OUTPUT = "--output";
    static final String COLOR = "--color";
    static final String LOG_FORMAT = "--log-format";
    static final String WAIT = "--runner-lock-timeout";
    static final String MIGRATIONS = "--migrations";
    static final String CONVENTION = "--convention";
    static final String PRELUDE = "--prelude";
    static final String SERVER = "--server";
    static final String SERVER_VERSION = "--server-version";
    static final String NAME = "--name";
    static final String REASON = "--reason";
    static final String YES = "--yes";
    static final String AWAIT = "--wait";
    static final String ALL = "--all";
    static final String CHECK = "--check";
    static final String NOTICES = "--notices";

    static final int LONGEST_REASON = 500;

    private Options() {}

    /** A command with help, output and color options. */
    static CommandSpec command(String name, String description) {
        CommandSpec spec = CommandSpec.create()
                .name("lockkeeper " + name)
                .addOption(text(OUTPUT, "FORMAT", "text (default) or json: one object on standard output"))
                .addOption(text(
                        LOG_FORMAT,
                        "FORMAT",
                        "text (default) or json: one object a line on standard error, with trace ids"))
                .addOption(text(COLOR, "WHEN", "auto (default), always or never; NO_COLOR is honored"))
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("show this help")
                        .build());
        spec.usageMessage().description(description).abbreviateSynopsis(true).optionListHeading("%nOptions:%n");
        return spec;
    }

    /** Adds examples below the help. */
    static CommandSpec examples(CommandSpec spec, String... lines) {
        spec.usageMessage()
                .footerHeading("%nExamples:%n")
                .footer(List.of(lines).stream()
                        .map(line -> "  " + line.replace("%", "%%"))
                        .toArray(String[]::new));
        return spec;
    }

    /** Adds what names a project, its components and their database. */
    static CommandSpec target(CommandSpec spec) {
        return component(project(spec))
                .addOption(text(
                        ENVIRONMENT, "NAME", "an environment of the project (default: " + STANDING + ", or local)"))
                .addOption(text(
                        DATABASE,
                        "URL",
                        "postgresql://USER@HOST:PORT/NAME, or another form that psql takes; without it the --environment,"
                                + " LOCKKEEPER_DATABASE_URL, the PG* variables or the default environment; a password is"
                                + " never given here"))
                .addOption(await())
                .addOption(set());
    }

    static OptionSpec await() {
        return OptionSpec.builder(AWAIT)
                .paramLabel("TIME")
                .type(String.class)
                .arity("0..1")
                .fallbackValue("60s")
                .description("wait for a server that is starting, for as long as this (default: 60s)")
                .build();
    }

    static CommandSpec project(CommandSpec spec) {
        return spec.addOption(text(PROJECT, "DIR", "the folder with lockkeeper.yaml (default: this folder)"));
    }

    static CommandSpec component(CommandSpec spec) {
        return spec.addOption(
                repeated(COMPONENT, "NAME", "only this component; may be repeated (default: all, in declared order)"));
    }

    static OptionSpec set() {
        return OptionSpec.builder(SET)
                .paramLabel("NAME=VALUE")
                .type(Map.class)
                .auxiliaryTypes(String.class, String.class)
                .arity("1")
                .description("the value of a token; may be repeated")
                .build();
    }

    static OptionSpec yes() {
        return OptionSpec.builder(YES)
                .description("data may go: do not ask, and do not refuse where nobody can be asked")
                .build();
    }

    static OptionSpec notices() {
        return OptionSpec.builder(NOTICES)
                .description("show the server's notices too; its warnings are always shown")
                .build();
    }

    static OptionSpec text(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .arity("1")
                .description(description)
                .build();
    }

    /** One that may be given several times, see {@link #values}. */
    static OptionSpec repeated(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description(description)
                .build();
    }

    static PositionalParamSpec positional(String label, String description, boolean required) {
        return positional(0, label, description, required);
    }

    static PositionalParamSpec positional(int index, String label, String description, boolean required) {
        return PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .paramLabel(label)
                .type(String.class)
                .arity(required ? "1" : "0..1")
                .required(required)
                .description(description)
                .build();
    }

    /** The reason for what goes into the record and the audit chain; it may not be left out, and is one line that people can read. */
    static String reason(ParseResult arguments) {
        return reason(arguments, "in the audit chain");
    }

    /** @param kept where, as the help says */
    static String reason(ParseResult arguments, String kept) {
        String reason = value(arguments, REASON, "").strip();
        if (reason.isEmpty()) {
            throw Problem.of(Code.USAGE, "--reason is missing")
                    .help("add --reason TEXT: it is kept " + kept)
                    .asException();
        }
        return line(REASON, reason, LONGEST_REASON);
    }

    /** What a person has written for others to read later: one line of which nothing is hidden. */
    static String line(String option, String text, int longest) {
        PlainText.objection(text, longest).ifPresent(objection -> {
            boolean cut = text.codePointCount(0, text.length()) > longest;
            throw Problem.of(Code.USAGE, option + " " + objection)
                    .because(cut ? null : "whoever reads it later would not see what it says")
                    .help(
                            cut
                                    ? "name the ticket that tells the rest"
                                    : "write it in one line, without tabs, escape sequences and marks of direction")
                    .asException();
        });
        return text;
    }

    /** A time with its unit; a number alone is in seconds. */
    static Duration duration(ParseResult arguments, String option, Duration otherwise) {
        String text = value(arguments, option, "");
        if (!arguments.hasMatchedOption(option)) {
            return otherwise;
        }
        return DurationText.parse(text.matches("\\d{1,9}") ? text + "s" : text)
                .orElseThrow(() -> Problem.of(Code.USAGE, text + " is not a duration for " + option)
                        .help(DurationText.advice(text, "90s"))
                        .asException());
    }

    /** A day or an instant of UTC; empty when the option is not there. */
    static Optional<Instant> instant(ParseResult arguments, String option) {
        if (!arguments.hasMatchedOption(option)) {
            return Optional.empty();
        }
        String text = value(arguments, option, "");
        try {
            return Optional.of(
                    text.matches("\\d{4}-\\d\\d-\\d\\d")
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(text));
        } catch (DateTimeException e) {
            throw Problem.of(Code.USAGE, text + " is not a time for " + option)
                    .help("write a day such as 2026-01-31, or an instant such as 2026-01-31T12:00:00Z")
                    .asException(e);
        }
    }

    /** How long to wait for another run to end. */
    static Duration patience(ParseResult arguments) {
        return duration(arguments, WAIT, Duration.ofSeconds(60));
    }

    static OptionSpec patience() {
        return text(WAIT, "TIME", "how long to wait for another run to end (default: 60s)");
    }

    static String value(ParseResult arguments, String option, String otherwise) {
        return arguments.matchedOptionValue(option, otherwise);
    }

    static List<String> values(ParseResult arguments, String option) {
        return arguments.matchedOptionValue(option, List.<String>of());
    }

    static Map<String, String> pairs(ParseResult arguments) {
        return arguments.matchedOptionValue(SET, Map.<String, String>of());
    }
}
