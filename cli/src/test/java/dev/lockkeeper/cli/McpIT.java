package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged program finds what {@code mcp} needs beside its jar, by each Java, and with the archive that was made without that. */
@Tag("OPS-07")
class McpIT {
    @TempDir
    private Path folder = Path.of("");

    static List<Path> javas() throws IOException {
        return Installation.javas();
    }

    @ParameterizedTest
    @MethodSource("javas")
    void launcher_serves_with_and_without_an_archive(Path java) throws IOException, InterruptedException {
        Path cache = folder.resolve("cache");
        Installation installed = new Installation(Files.createDirectory(folder.resolve("installed")), "home")
                .withJar()
                .with("LOCKKEEPER_JAVA_HOME", java.toString())
                .with("LOCKKEEPER_CACHE", cache.toString());
        Path project = Files.createDirectories(folder.resolve("shop"));
        Files.writeString(project.resolve("lockkeeper.yaml"), "project: shop\nmigrations: .\n");
        String messages = McpTest.HELLO
                + McpTest.request(2, "tools/call", "{\"name\":\"explain\",\"arguments\":{\"codes\":[\"LK01\"]}}");
        for (int archives = 0; archives < 2; archives++) {
            Desk.Outcome outcome = installed
                    .start(List.of(
                            "sh",
                            "-c",
                            "printf %s \"$1\" | \"$2\" mcp --project \"$3\"",
                            "sh",
                            messages,
                            installed.launcher().toString(),
                            project.toString()))
                    .end();
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.err()).isEmpty();
            assertThat(outcome.out().lines()).hasSize(2).anyMatch(line -> line.contains("\"LK01\\\""));
            assertThat(Installation.archives(cache, 1)).hasSize(1);
        }
    }
}
