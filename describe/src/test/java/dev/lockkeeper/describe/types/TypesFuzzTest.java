package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated schemas and the database are asked about the same rows. With {@code -Dlockkeeper.fuzz=N} about more of them. */
@Tag("DOC-04")
class TypesFuzzTest {
    private static final int TRIALS = Integer.getInteger("lockkeeper.fuzz", 2000);

    private static final Map<String, Bench> BENCHES = new HashMap<>();

    private static EmbeddedPostgres server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18)));
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
    @Tag("WP-10")
    void schemas_refuse_nothing_that_a_reference_schema_keeps(String name) throws Exception {
        require(new Fuzz(bench(name), 20261130).run(TRIALS / 2, folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"week-planner", "player-engagement", "prediction-market", "inference-platform"})
    @Tag("PE-18b")
    void records_bring_back_every_row_of_a_reference_schema(String name) throws Exception {
        Bench bench = bench(name);
        Map<String, Integer> rows = JavaRecords.roundTrip(bench, folder);
        assertThat(rows).hasSize((int) bench.described().parts().stream()
                .mapToLong(p -> p.entities().size())
                .sum());
        assertThat(rows.values().stream().filter(count -> count > 0).count()).isGreaterThanOrEqualTo(rows.size() / 2);
    }

    private static Bench bench(String name) throws SQLException {
        if (!BENCHES.containsKey(name)) {
            BENCHES.put(name, Bench.ofProject(server, name));
        }
        return BENCHES.get(name);
    }

    private static void require(Fuzz.Outcome outcome) {
        outcome.counts().forEach((what, count) -> System.out.println(count + "\t" + what));
        outcome.examples().forEach((what, example) -> System.out.println(what + ": " + example));
        assertThat(outcome.examples().keySet())
                .noneMatch(what -> what.matches(".*(UNNAMED|FALSE REJECT|ROW FAILURE|JSON SCHEMA).*"));
        assertThat(outcome.counts()).containsKeys("both accept", "both reject");
    }
}
