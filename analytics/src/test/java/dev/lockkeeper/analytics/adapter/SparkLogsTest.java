package dev.lockkeeper.analytics.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("ANA-05")
class SparkLogsTest {
    @Test
    void last_logs_of_failures_stay_and_older_ones_go_and_so_does_nothing_else(@TempDir Path temporary)
            throws IOException {
        SparkLogs logs = new SparkLogs(temporary);
        Path working = logs.folder();
        Files.writeString(working.resolve(SparkLogs.LOG), "at work");
        Path other = Files.createDirectory(temporary.resolve("lockkeeper-other"));
        Files.writeString(other.resolve("failed"), "");
        List<Path> failed = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Path folder = logs.folder();
            Files.writeString(folder.resolve(SparkLogs.LOG), "failure " + i);
            SparkLogs.leave(folder);
            assertThat(folder.resolve("failed").toFile().setLastModified(1_000_000L * (i + 1)))
                    .isTrue();
            failed.add(folder);
        }
        assertThat(failed.subList(0, 3)).noneMatch(Files::exists);
        assertThat(failed.subList(3, 8))
                .hasSize(SparkLogs.MOST)
                .allMatch(folder -> Files.exists(folder.resolve(SparkLogs.LOG)));
        assertThat(working.resolve(SparkLogs.LOG)).exists();
        assertThat(other.resolve("failed")).exists();
    }
}
