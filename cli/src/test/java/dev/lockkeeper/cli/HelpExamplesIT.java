package dev.lockkeeper.cli;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of the help, as the page of all commands has it. */
@Tag("USE-01")
@Tag("USE-02")
class HelpExamplesIT extends Examples {
    static final String REFERENCE = "docs/commands.md";

    static Stream<Example> examples() {
        return of(Document.named(REFERENCE));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void every_example_works(Example example, @TempDir Path folder) throws Exception {
        typed(example, folder);
    }
}
