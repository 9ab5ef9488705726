package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockkeeper.check.Rule;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.Rules;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.DataRules;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keeps the reference in docs equal to what the program says of itself. */
@Tag("USE-05")
class ReferenceTest {
    private static final List<String> COMMANDS = List.of(
            "demo",
            "init",
            "new",
            "smoke",
            "rehearse",
            "lint",
            "check",
            "fix",
            "drift",
            "diff",
            "types",
            "docs",
            "window",
            "erd",
            "classify",
            "retain",
            "erase",
            "analytics",
            "status",
            "plan",
            "approve",
            "evidence",
            "checklist",
            "apply",
            "rollback",
            "seed",
            "repair",
            "adopt",
            "baseline",
            "fleet",
            "audit",
            "health",
            "doctor",
            "mcp",
            "explain",
            "completion");

    @Test
    void the_command_reference_is_what_the_commands_print() {
        StringBuilder page = new StringBuilder("# Commands\n\nGenerated from the help of the program.\n");
        for (String command : COMMANDS) {
            page.append("\n## ")
                    .append(command)
                    .append("\n\n```\n")
                    .append(help(command))
                    .append("```\n");
        }
        page.append("\n## Exit codes\n\n```text\n")
                .append(print("help", "exit-codes"))
                .append("```\n");
        Golden.checkFile("docs/commands.md", page.toString());
    }

    @Test
    void the_list_of_problems_is_what_explain_says() {
        StringBuilder page = new StringBuilder("# Problems\n\nGenerated from `lockkeeper explain`. "
                + ExplainCommand.SETTING
                        .replaceFirst("Example, in", "Each example is in")
                        .replaceFirst(":$", ".")
                + "\n\n| code | exit code | what it means |\n|---|---|---|\n");
        StringBuilder sections = new StringBuilder();
        for (ExplainCommand.Topic topic : ExplainCommand.topics()) {
            page.append("| [`%1$s`](#%1$s) | %2$d | %3$s |\n"
                    .formatted(topic.name(), topic.exitCode(), topic.brief().replace("|", "\\|")));
            sections.append("\n## %s\n\n%s\n\n```text\n%s\n```\n\n"
                    .formatted(
                            topic.name(),
                            topic.meaning(),
                            String.join("\n", topic.more().example())));
            topic.more()
                    .fixes()
                    .forEach(fix -> sections.append("- ").append(fix).append('\n'));
        }
        page.append(sections);
        Golden.checkFile("docs/problems.md", page.toString());
    }

    @Test
    void the_list_of_rules_is_what_explain_says() {
        StringBuilder page =
                new StringBuilder("# Rules\n\nGenerated from `lockkeeper explain rules`; how they are used:"
                        + " [lint](lint.md).\n\n| rule | level | what it finds |\n|---|---|---|\n");
        StringBuilder sections = new StringBuilder();
        for (Rule rule : Rules.all()) {
            RuleText text = rule.text();
            page.append("| [%s](#%s) | %s | %s |\n"
                    .formatted(
                            text.id(),
                            text.id().toLowerCase(Locale.ROOT),
                            rule.isOptional() ? "off" : text.severity().key(),
                            text.title().replace("|", "\\|")));
            sections.append("\n## %s\n\n%s.\n\n%s\n\nInstead: %s\n"
                    .formatted(text.id(), text.title(), text.why(), text.safer()));
            RuleText.Example example = text.examples().get(0);
            sections.append("\n```text\nfound in:     %s\nnot found in: %s\n```\n"
                    .formatted(indented(example.bad()), indented(example.good())));
        }
        page.append(
                "\nAbout data, in a [classification file](classification.md):\n\n| rule | level | what it finds |\n|---|---|---|\n");
        for (DataRule rule : DataRules.all()) {
            RuleText text = rule.text();
            page.append("| [%s](#%s) | %s | %s |\n"
                    .formatted(
                            text.id(),
                            text.id().toLowerCase(Locale.ROOT),
                            text.severity().key(),
                            text.title()));
            RuleText.Example example = text.examples().get(0);
            sections.append("\n## %s\n\n%s.\n\n%s\n\nInstead: %s\n"
                    .formatted(text.id(), text.title(), text.why(), text.safer()));
            sections.append("\nFound in:\n\n```text\n%s\n```\n\nNot found in:\n\n```text\n%s\n```\n"
                    .formatted(example.bad().strip(), example.good().strip()));
        }
        Golden.checkFile("docs/rules.md", page.append(sections).toString());
    }

    private static String indented(String sql) {
        return sql.strip().replace("\n", "\n" + " ".repeat("not found in: ".length()));
    }

    @Test
    void the_manual_pages_are_what_the_commands_say_of_themselves() {
        Manual manual =
                new Manual(new CommandLineInterface(Map.of(), new Properties(), System.out, System.err).specs());
        Golden.checkFile("cli/src/distribution/man/lockkeeper.1", manual.top(print("help", "exit-codes")));
        COMMANDS.forEach(command ->
                Golden.checkFile("cli/src/distribution/man/lockkeeper-" + command + ".1", manual.page(command)));
    }

    @Test
    void groff_finds_nothing_wrong_with_the_manual_pages() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/groff")), "groff is not installed");
        try (Stream<Path> pages =
                Files.list(Path.of(System.getProperty("lockkeeper.root")).resolve("cli/src/distribution/man"))) {
            for (Path page : pages.toList()) {
                Process groff = new ProcessBuilder("groff", "-man", "-ww", "-Tutf8", "-z", page.toString())
                        .redirectErrorStream(true)
                        .start();
                assertThat(new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .as(page.toString())
                        .isEmpty();
                assertThat(groff.waitFor()).isZero();
            }
        }
    }

    private static String help(String command) {
        return print(command, "--help", "--color", "never");
    }

    private static String print(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new CommandLineInterface(Map.of(), new Properties(), stream, stream).run(arguments);
        return out.toString(StandardCharsets.UTF_8).replaceAll("(?m) +$", "").stripTrailing() + "\n";
    }
}
