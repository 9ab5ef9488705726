package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated schemas and the database are asked about the same rows. With {@code -Dlockkeeper.fuzz=N} about more of them. */
class TypesFuzzTest {
    private static final int TRIALS = Integer.getInteger("lockkeeper.fuzz", 2000);

    private static EmbeddedPostgres server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void schemas_refuse_nothing_that_a_database_of_hostile_types_keeps() throws Exception {
        String sql = Files.readString(
                Path.of(System.getProperty("lockkeeper.root"), "describe/src/test/resources/types/hostile.sql"));
        require(new Fuzz(Bench.of(server, sql), 20261130).run(TRIALS, folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"week-planner", "player-engagement", "prediction-market", "inference-platform"})
    void schemas_refuse_nothing_that_a_reference_schema_keeps(String name) throws Exception {
        require(new Fuzz(Bench.ofProject(server, name), 20261130).run(TRIALS / 2, folder));
    }

    private static void require(Fuzz.Outcome outcome) {
        outcome.counts().forEach((what, count) -> System.out.println(count + "\t" + what));
        outcome.examples().forEach((what, example) -> System.out.println(what + ": " + example));
        assertThat(outcome.examples().keySet())
                .noneMatch(what -> what.matches(".*(UNNAMED|FALSE REJECT|ROW FAILURE|JSON SCHEMA).*"));
        assertThat(outcome.counts()).containsKeys("both accept", "both reject");
    }
}
