package dev.lockkeeper.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of the documents; those of the help are in {@link HelpExamplesIT}. */
@Tag("USE-01")
@Tag("USE-02")
class ExamplesIT extends Examples {
    /** Pictures without commands, what has a test of its own, and smoke of the schemas, which {@link ReferenceSmokeTest} runs. */
    private static final List<String> ELSEWHERE =
            List.of("docs/architecture.md", HelpExamplesIT.REFERENCE, "schemas/README.md");

    static Stream<Example> examples() {
        return Document.all().stream()
                .filter(document -> !ELSEWHERE.contains(document.name()))
                .flatMap(Examples::of);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void every_example_works(Example example, @TempDir Path folder) throws Exception {
        typed(example, folder);
    }
}
