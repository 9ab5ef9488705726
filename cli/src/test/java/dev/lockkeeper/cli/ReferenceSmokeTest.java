package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code smoke} says of the reference schemas. */
@ExtendWith(Desk.Extension.class)
@Tag("PROOF-01")
class ReferenceSmokeTest {
    private static final Path SCHEMAS = Document.ROOT.resolve("schemas");

    static List<Arguments> schemasAndServers() throws IOException {
        try (Stream<Path> folders = Files.list(SCHEMAS)) {
            return folders.filter(folder -> Files.exists(folder.resolve("lockkeeper.yaml")))
                    .sorted()
                    .flatMap(folder -> Stream.of("15", "16", "17", "18")
                            .map(version -> Arguments.of(String.valueOf(folder.getFileName()), version)))
                    .toList();
        }
    }

    @Test
    void page_of_the_schemas_shows_the_command_for_each() throws IOException {
        assertThat(Document.named("schemas/README.md").blocks().get(0).lines())
                .containsExactlyInAnyOrderElementsOf(schemasAndServers().stream()
                        .map(one -> "./lockkeeper smoke --project schemas/" + one.get()[0])
                        .distinct()
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("schemasAndServers")
    void reference_schema_is_proven_on_every_server(String schema, String version, Desk desk) {
        Desk.Outcome outcome = desk.run(
                "smoke",
                "--project",
                SCHEMAS.resolve(schema).toString(),
                "--server-version",
                version,
                // the oldest and, by check, the newest have rows
                "--rows",
                version.equals("15") ? "generated" : "none",
                "--output",
                "json");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .startsWith("{\"schema\":\"lockkeeper/smoke/v1\",\"serverVersion\":\"" + version + ".");
        assertThat(words(outcome.out(), "verdict")).isNotEmpty().containsOnly("restores");
        assertThat(words(outcome.out(), "reapply")).isNotEmpty().containsOnly("ok");
        assertThat(words(outcome.out(), "down")).isNotEmpty().containsOnly("restores");
        assertThat(words(outcome.out(), "up")).isNotEmpty().containsOnly("ok");
    }

    private static List<String> words(String json, String key) {
        return Pattern.compile("\"" + key + "\":\"?([a-z-]*)")
                .matcher(json)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
