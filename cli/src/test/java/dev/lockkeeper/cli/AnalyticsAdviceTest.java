package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the help texts about rollups tell people to type. */
class AnalyticsAdviceTest {
    private static final Pattern TYPED =
            Pattern.compile("lockkeeper analytics ([a-z]+)((?: (?:--[a-z-]+|[A-Z]{2,}|\\.\\.\\.))*)");
    private static final Pattern ADVICE = Pattern.compile("(--[a-z-]+) TIME");

    @Test
    void every_command_and_option_that_a_text_names_is_one() throws IOException {
        CommandLine command = new CommandLine(new AnalyticsCommand(Map.of()).spec());
        List<String> typed = new ArrayList<>();
        for (String text : texts()) {
            Matcher match = TYPED.matcher(text);
            while (match.find()) {
                typed.add(match.group());
                assertThat(command.getCommandSpec()
                                .positionalParameters()
                                .get(0)
                                .description()[0])
                        .as(match.group())
                        .contains(match.group(1));
                for (String word : match.group(2).strip().split(" ", -1)) {
                    if (word.startsWith("--")) {
                        assertThat(command.getCommandSpec().findOption(word))
                                .as(match.group())
                                .isNotNull();
                    }
                }
            }
            Matcher advice = ADVICE.matcher(text);
            while (advice.find()) {
                String option = advice.group(1);
                typed.add(option);
                assertThat(command.getCommandSpec().findOption(option)).as(text).isNotNull();
            }
        }
        assertThat(typed)
                .contains(
                        "lockkeeper analytics script --down",
                        "lockkeeper analytics reconcile --repair",
                        "lockkeeper analytics partitions --execute",
                        "--until")
                .hasSizeGreaterThan(12);
    }

    /** The lines of the sources in which texts of rollups stand, without comments. */
    private static List<String> texts() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String folder : List.of("analytics/src/main/java", "cli/src/main/java/dev/lockkeeper/cli")) {
            try (Stream<Path> files = Files.walk(Document.ROOT.resolve(folder))) {
                for (Path file : files.filter(
                                one -> one.toString().matches(".*(?:analytics/.*|/Analytics[A-Za-z]*)\\.java"))
                        .toList()) {
                    lines.addAll(Files.readAllLines(file).stream()
                            .filter(line -> !line.strip().matches("(/\\*\\*|\\*|//).*"))
                            .toList());
                }
            }
        }
        return lines;
    }
}
