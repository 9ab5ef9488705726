package dev.lockkeeper.analytics.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbTest {
    @Test
    void engine_reads_no_file_asks_no_network_and_writes_into_its_folder_alone(@TempDir Path folder) throws Exception {
        Path own = Files.createDirectories(folder.resolve("own"));
        Path other = Files.writeString(folder.resolve("other.csv"), "a\n1\n");
        try (DuckDb engine = DuckDb.open(own)) {
            refuses(engine, "install httpfs");
            refuses(engine, "load httpfs");
            refuses(engine, "select * from read_csv(" + DuckDb.text(other.toString()) + ")");
            refuses(
                    engine,
                    "copy (select 1) to "
                            + DuckDb.text(folder.resolve("x.parquet").toString()) + " (format parquet)");
            refuses(engine, "set enable_external_access = true");
            refuses(engine, "set memory_limit = '100GB'");
            engine.execute(
                    "copy (select 1) to " + DuckDb.text(own.resolve("x.parquet").toString()) + " (format parquet)");
        }
        assertThat(own.resolve("x.parquet")).isNotEmptyFile();
        assertThat(folder.resolve("x.parquet")).doesNotExist();
    }

    @Test
    void statement_that_fails_leaves_the_engine_as_it_was() {
        try (DuckDb engine = DuckDb.open(null)) {
            engine.execute("create table t as select 1 as a");
            refuses(engine, "select * from nowhere");
            assertThat(engine.query("select a, null from t").get(0)).containsExactly("1", null);
        }
    }

    private static void refuses(DuckDb engine, String sql) {
        assertThatThrownBy(() -> engine.execute(sql))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).code()).isEqualTo(Code.ANALYTICS_ADAPTER));
    }
}
