package dev.lockkeeper.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.LockkeeperException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules about locks have tests of their own and are left out. */
@Tag("PROOF-04")
class HazardsTest {
    private static final Set<String> FAMILIES = Set.of("CP", "DT", "FN", "ST", "TX");

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void what_all_rules_find_together_is_what_the_page_says(int version) throws IOException {
        Path hazards = Path.of("src/test/resources/dev/lockkeeper/check/hazards.sql");
        String base = Files.readString(hazards.resolveSibling("hazards-base.sql"));
        StringBuilder told = new StringBuilder();
        try (Bench bench = new Bench(version)) {
            for (String script : Files.readString(hazards).split("\n\n", -1)) {
                told.append(script.strip()).append('\n').append(findings(bench, base, script.strip()));
            }
        }
        Path golden = hazards.resolveSibling("hazards-" + version + ".txt");
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            Files.writeString(golden, told, StandardCharsets.UTF_8);
        }
        assertThat(told).hasToString(Files.readString(golden));
    }

    @Test
    void what_the_text_alone_tells_is_what_the_page_says() throws IOException {
        Path hazards = Path.of("src/test/resources/dev/lockkeeper/check/hazards.sql");
        StringBuilder told = new StringBuilder();
        for (String script : Files.readString(hazards).split("\n\n", -1)) {
            told.append(script.strip()).append('\n');
            rules().flatMap(rule -> Bench.textFindings(rule, script.strip()).stream())
                    .forEach(one -> told.append(line(one)));
        }
        Path golden = hazards.resolveSibling("hazards-text.txt");
        if ("refresh".equals(System.getProperty("lockkeeper.golden"))) {
            Files.writeString(golden, told, StandardCharsets.UTF_8);
        }
        assertThat(told).hasToString(Files.readString(golden));
    }

    private static Stream<Rule> rules() {
        return Rules.all().stream()
                .filter(rule ->
                        !rule.isOptional() && FAMILIES.contains(rule.text().id().substring(0, 2)));
    }

    private static String line(Finding one) {
        return "    " + one.rule() + " " + one.place().line() + ":"
                + one.place().column() + " " + one.message() + "\n";
    }

    private static String findings(Bench bench, String base, String script) {
        Rehearsed migration;
        try {
            migration = bench.rehearse(base, script);
        } catch (LockkeeperException e) {
            return "    error " + e.getMessage() + "\n";
        }
        return rules().flatMap(rule -> Bench.findings(rule, migration).stream())
                .map(HazardsTest::line)
                .collect(Collectors.joining());
    }
}
