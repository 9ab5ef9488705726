package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.partition.Archive;
import dev.lockkeeper.analytics.partition.PartitionReport;
import dev.lockkeeper.analytics.partition.PartitionUpkeep;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.stewardship.retention.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The maintenance of partitions by lockkeeper analytics: it calls the functions of the schema, so there is one mechanism. */
@Tag("IP-06")
final class PartitionUpkeepTest {
    @RegisterExtension
    final Migrated migrated = Given.operational();

    @TempDir
    Path folder;

    private Rolled rolled() {
        return new Rolled(migrated);
    }

    @BeforeEach
    void days() throws SQLException, IOException {
        Rolled.analytics(migrated);
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        Given.model(session);
        session.run("set role inference_maintenance");
        session.lines("select inference.create_partitions((now() at time zone 'UTC')::date - 740, 3)");
        session.run(
                "insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status, cost)"
                        + " select gen_random_uuid(), date_trunc('day', now(), 'UTC') - d * interval '1 day' + interval '5 hours', '"
                        + organization
                        + "', m.id, 'eu', 'success', 0.00004 from inference.model_registry_entries m, unnest(array[740, 740, 739]) d");
        session.run("reset role");
        assertThat(rolled().roll().problems()).isEmpty();
    }

    private PartitionReport run(boolean archived) {
        try (dev.lockkeeper.database.Session session = migrated.ours()) {
            PartitionUpkeep upkeep = new PartitionUpkeep(
                    Rolled.site(session), new PostgresDialect(), rolled().usage(), List.of(rolled().usage()));
            return upkeep.run(archived ? new Archive(new Vault(folder), "0000abcd", UUID.randomUUID(), true) : null);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void days_are_made_and_old_ones_go_by_the_functions_of_the_schema_once_their_sums_are_final()
            throws SQLException, IOException {
        Session session = migrated.session();
        session.run("drop table inference.usage_events_"
                + session.text("select to_char(now() at time zone 'UTC' + interval '20 days', 'YYYYMMDD')"));
        PartitionReport made = run(false);
        assertThat(made.made()).hasSize(1);
        assertThat(made.ready()).isGreaterThan(Duration.ofDays(30));
        assertThat(made.problems()).isEmpty();
        assertThat(made.due()).hasSize(3).allMatch(one -> one.reason() == null);

        PartitionReport done = run(true);
        assertThat(done.problems()).isEmpty();
        assertThat(done.gone()).extracting(PartitionReport.Gone::rows).containsExactly(2L, 1L, 0L);
        assertThat(
                        session.lines(
                                "select event_count || ' ' || (exported_to like '%.parquet sha256:%') from inference.retired_partitions order by lower_bound"))
                .containsExactly("2 true", "1 true", "0 true");
        assertThat(session.number(
                        "select count(*) from pg_class where relnamespace = 'inference_archive'::regnamespace"))
                .isZero();
        assertThat(files()).hasSize(9);
        assertThat(Files.readString(files().get(1))).contains("\"rows\":2", "\"column\":\"occurred_at\"");
        assertThat(
                        session.number(
                                "select sum(request_count) from analytics.usage_rollups where granularity = 'day' and model_id is null"))
                .as("sums outlive their events")
                .isEqualTo(3);
        assertThat(run(true).gone()).isEmpty();
    }

    @Test
    void day_whose_sums_are_not_final_stays_with_all_that_come_after_it() throws SQLException {
        Session session = migrated.session();
        session.run(
                "update analytics.usage_rollups set cost = cost + 1 where granularity = 'day' and model_id is null and bucket_start ="
                        + " date_trunc('day', now(), 'UTC') - interval '739 days'");
        PartitionReport done = run(true);
        assertThat(done.gone()).hasSize(1);
        assertThat(done.problems())
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .endsWith("has 1 day of rollup usage that is not what the events say");
        assertThat(session.number("select count(*) from inference.retired_partitions"))
                .isEqualTo(1);
    }

    @Test
    void day_that_the_schema_retired_and_that_was_not_dropped_yet_is_brought_to_its_end()
            throws SQLException, IOException {
        Session session = migrated.session();
        // as a run leaves it that was cut off behind the function
        session.run(
                "insert into rollup_state.partition_log (source, partition, partition_oid, lower_bound, upper_bound, retired_at, detached_at)"
                        + " select 'inference.usage_events', p.partition::text, p.partition, p.lower_bound, p.upper_bound, now(), now()"
                        + " from inference.partitions_of('inference.usage_events') p where p.upper_bound < now() - interval '731 days'");
        session.run("set role inference_maintenance");
        assertThat(session.lines("select inference.retire_partitions(interval '731 days')"))
                .hasSize(3);
        session.run("reset role");
        PartitionReport done = run(true);
        assertThat(done.problems()).isEmpty();
        assertThat(done.gone()).hasSize(3);
        assertThat(session.number("select count(*) from inference.retired_partitions where dropped_at is null"))
                .isZero();
        assertThat(files()).hasSize(9);
    }
}
