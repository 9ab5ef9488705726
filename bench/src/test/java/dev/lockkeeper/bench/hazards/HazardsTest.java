package dev.lockkeeper.bench.hazards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("PROOF-04")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HazardsTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("lockkeeper.root", "..")).resolve("bench/hazards");

    private EmbeddedPostgres server;

    @BeforeAll
    void start() throws IOException, SQLException {
        server = EmbeddedPostgres.start(Options.version(18));
        Shop.open(server, FOLDER);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    static Stream<Case> cases() throws IOException {
        return Case.all(FOLDER.resolve("cases")).stream();
    }

    @Test
    void there_are_a_hundred_hazards_whose_harm_a_server_shows_and_as_many_twins() throws IOException {
        assertThat(cases().filter(one -> !one.isByCatalog()).count()).isGreaterThanOrEqualTo(100);
        assertThat(cases()).allSatisfy(one -> assertThat(one.hazard()).isNotEqualTo(one.harmless()));
    }

    @Test
    void the_server_confirms_what_each_case_states() throws IOException {
        assertThat(new Prober(server).disagreements(cases().toList())).isEmpty();
    }

    @Test
    void a_rehearsal_finds_the_hazards_and_leaves_their_twins_alone() throws IOException {
        Score score = Score.of(new Lockkeeper(server), cases().toList());
        String faults = String.join("\n", score.faults());
        assertThat(score.recall()).as("recall: %s", faults).isGreaterThanOrEqualTo(0.98);
        assertThat(score.precision()).as("precision: %s", faults).isGreaterThanOrEqualTo(0.98);
    }
}
