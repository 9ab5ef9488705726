package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.source.Migration;
import java.time.Duration;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("PROOF-01")
class LongHistoryTest {
    /** As many as the system property says; 350 with 1,000 KB is the size that must go through in minutes. */
    @Test
    void a_long_history_goes_through() {
        int count = Integer.getInteger("lockkeeper.long-history", 60);
        List<Migration> history = LongHistory.of(count);
        int size = history.stream().mapToInt(m -> m.up().text().length()).sum();
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            long start = System.nanoTime();
            SmokeReport report =
                    new Smoke(Databases.of(server), List.of()).run(List.of(Histories.of(history)), null, proof -> {});
            Logger.getLogger("smoke")
                    .info(count + " migrations, " + size / 1000 + " KB: "
                            + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
            assertThat(report.proven()).isTrue();
            assertThat(report.migrations()).hasSize(count);
        }
    }
}
