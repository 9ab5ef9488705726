package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        String sql = Files.readString(Path.of(System.getProperty("lockkeeper.root"), "describe/src/test/resources/types/hostile.sql"));
        Fuzz.Outcome outcome = new Fuzz(Bench.of(server, sql), 20261130).run(TRIALS, folder);
        outcome.counts().forEach((what, count) -> System.out.println(count + "\t" + what));
        outcome.examples().forEach((what, example) -> System.out.println(what + ": " + example));
        assertThat(outcome.examples().keySet()).noneMatch(what -> what.matches(".*(UNNAMED|FALSE REJECT|ROW FAILURE|JSON SCHEMA).*"));
    }
}
