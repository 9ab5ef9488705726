package dev.lockkeeper.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.adapter.Adapter;
import dev.lockkeeper.analytics.adapter.SparkAdapter;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.roll.Roller;
import dev.lockkeeper.project.SparkSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Mill.Extension.class)
class SparkAdapterTest {
    private static SparkSettings settings(Mill mill) {
        Path jars = Jars.folder(mill.folder().resolve("jars"));
        return new SparkSettings(
                jars,
                "local[2]",
                mill.folder().resolve("lake").toString(),
                "1g",
                2,
                Duration.ofMinutes(5),
                null,
                Map.of());
    }

    @Test
    void first(Mill mill) {
        Rollup usage = mill.install(Mill.USAGE);
        mill.sql(
                "CREATE TABLE state.iceberg_tables(catalog_name VARCHAR(255) NOT NULL,table_namespace VARCHAR(255) NOT NULL,table_name VARCHAR(255) NOT NULL,metadata_location VARCHAR(1000),previous_metadata_location VARCHAR(1000),iceberg_type varchar(5), PRIMARY KEY (catalog_name, table_namespace, table_name))",
                "CREATE TABLE state.iceberg_namespace_properties(catalog_name VARCHAR(255) NOT NULL,namespace VARCHAR(255) NOT NULL,property_key VARCHAR(255),property_value VARCHAR(1000),PRIMARY KEY (catalog_name, namespace, property_key))");
        mill.event("2026-01-10 08:15:00+00", 1, 1, "error", 10, "0.0001")
                .event("2026-01-10 08:16:00+00", 1, 0, "success", 7, "null");
        long t = System.nanoTime();
        try (Adapter spark = new SparkAdapter(settings(mill), mill.target(mill.user()))) {
            assertThat(spark.problems(mill.site(), usage)).isEmpty();
            for (int i = 0; i < 4; i++) {
                RollResult result = new Roller(
                                mill.site(), new PostgresDialect(), spark, Mill.FAST, "test", () -> false)
                        .run(usage, "test");
                System.err.println("round " + i + " " + (System.nanoTime() - t) / 1e9 + " " + result);
                assertThat(result.state()).isIn(RollResult.State.DONE);
                mill.event("2026-01-10 0" + i + ":15:00+00", 1, 1, "error", 10, "0.0001");
            }
        }
        System.err.println(mill.rows("select * from state.iceberg_tables"));
    }
}
