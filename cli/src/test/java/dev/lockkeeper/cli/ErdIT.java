package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Diagrams by the launcher that a user starts. */
@Tag("DOC-02")
class ErdIT {
    static List<Path> javas() throws IOException {
        return Installation.javas();
    }

    @ParameterizedTest
    @MethodSource("javas")
    void every_java_draws_the_bytes_that_are_kept(Path java) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "./lockkeeper",
                        "erd",
                        "--project",
                        "schemas/week-planner",
                        "--out",
                        "schemas/week-planner/docs",
                        "--check")
                .directory(Document.ROOT.toFile())
                .redirectErrorStream(true);
        builder.environment().put("LOCKKEEPER_JAVA_HOME", java.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("current   schemas/week-planner/docs/erd.svg");
    }

    @Test
    void what_only_diagrams_and_duckdb_need_lies_beside_the_jar_that_every_command_loads() throws IOException {
        Path target = Document.ROOT.resolve("cli/target");
        try (ZipFile jar = new ZipFile(target.resolve("lockkeeper.jar").toFile());
                Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            assertThat(jar.stream().map(Object::toString))
                    .noneMatch(name -> name.startsWith("org/eclipse/")
                            || name.startsWith("com/google/")
                            || name.startsWith("org/duckdb/")
                            || name.startsWith("libduckdb"));
            assertThat(libraries.map(library -> String.valueOf(library.getFileName())))
                    .filteredOn(name -> name.startsWith("org.eclipse.elk")
                            || name.startsWith("guava")
                            || name.startsWith("duckdb_jdbc"))
                    .hasSize(6);
        }
    }
}
