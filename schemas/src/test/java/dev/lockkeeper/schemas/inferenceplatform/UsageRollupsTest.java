package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("IP-08")
final class UsageRollupsTest {
    private static final String INSERT = "insert into analytics.usage_rollups (organization_id, granularity,"
            + " bucket_start, model_id, request_count, token_count, error_count, cost)"
            + " values ('00000000-0000-4000-8000-000000000001', %s)";

    @RegisterExtension
    final Migrated migrated = Given.analytics();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'hour', '2026-03-01 10:00:00+00', null, 1, 2, 1, 0.0001",
                "'day', '2026-03-01 00:00:00+00', gen_random_uuid(), 0, 0, 0, 0",
                "'day', '2026-03-01 01:00:00+01', null, 5, 9, 0, 9999999999.9999",
            })
    void a_sum_within_the_rules_is_accepted(String values) throws SQLException {
        assertThat(migrated.session().run(INSERT.formatted(values))).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "granularity_known            | 'week', '2026-03-01 00:00:00+00', null, 1, 1, 0, 0",
                "bucket_start_aligned         | 'hour', '2026-03-01 10:00:01+00', null, 1, 1, 0, 0",
                "bucket_start_aligned         | 'hour', '2026-03-01 10:30:00+00', null, 1, 1, 0, 0",
                "bucket_start_aligned         | 'day', '2026-03-01 00:00:00+01', null, 1, 1, 0, 0",
                "bucket_start_aligned         | 'hour', 'infinity', null, 1, 1, 0, 0",
                "bucket_start_aligned         | 'day', '-infinity', null, 1, 1, 0, 0",
                "request_count_not_negative   | 'day', '2026-03-01 00:00:00+00', null, -1, 1, -1, 0",
                "token_count_not_negative     | 'day', '2026-03-01 00:00:00+00', null, 1, -1, 0, 0",
                "error_count_within_requests  | 'day', '2026-03-01 00:00:00+00', null, 1, 1, 2, 0",
                "error_count_within_requests  | 'day', '2026-03-01 00:00:00+00', null, 1, 1, -1, 0",
                "cost_not_negative            | 'day', '2026-03-01 00:00:00+00', null, 1, 1, 0, -1",
                "cost_not_negative            | 'day', '2026-03-01 00:00:00+00', null, 1, 1, 0, 'NaN'",
            })
    void a_sum_against_a_rule_is_refused_by_that_rule(String rule, String values) throws SQLException {
        assertThat(migrated.session().refused(INSERT.formatted(values)).rule())
                .matches("23514 usage_rollups_(" + rule + "|error_count_within_requests)");
    }

    @ParameterizedTest
    @CsvSource({"UTC", "America/New_York", "Pacific/Chatham"})
    void a_bucket_is_one_of_utc_whatever_the_session_says(String zone) throws SQLException {
        Session session = migrated.session();
        session.run("set timezone = '" + zone + "'");

        assertThat(session.run(INSERT.formatted("'day', '2026-03-01 00:00:00+00', null, 1, 1, 0, 0")))
                .isEqualTo(1);
        assertThat(session.refused(INSERT.formatted("'day', '2026-03-01 05:00:00+00', null, 1, 1, 0, 0"))
                        .rule())
                .isEqualTo("23514 usage_rollups_bucket_start_aligned");
    }

    @Test
    void a_naive_bucket_follows_the_zone_of_the_session() throws SQLException {
        Session session = migrated.session();
        session.run("set timezone = 'America/New_York'");
        session.run("create table public.naive (at timestamptz check (at = date_trunc('day', at)))");

        assertThat(session.run("insert into public.naive values ('2026-03-01 05:00:00+00')"))
                .isEqualTo(1);
    }

    @Test
    void the_sum_over_all_models_is_there_once() throws SQLException {
        Session session = migrated.session();
        String values = "'day', '2026-03-01 00:00:00+00', null, 1, 1, 0, 0";
        session.run(INSERT.formatted(values));

        assertThat(session.refused(INSERT.formatted(values)).rule()).isEqualTo("23505 usage_rollups_bucket_key");
        assertThat(session.run(INSERT.formatted(values.replace("day", "hour")))).isEqualTo(1);
    }

    @Test
    void a_model_that_may_be_absent_cannot_be_in_a_primary_key() throws SQLException {
        Session session = migrated.session();
        session.run("create table public.naive (bucket timestamptz, model_id uuid, primary key (bucket, model_id))");

        assertThat(session.refused("insert into public.naive values (now(), null)")
                        .column())
                .isEqualTo("model_id");
    }

    @Test
    void the_dashboard_of_a_tenant_reads_an_index() throws SQLException {
        Session session = migrated.session();
        session.script("insert into analytics.usage_rollups (granularity, bucket_start, organization_id)"
                + " select 'hour', timestamptz '2026-01-01Z' + h * interval '1 hour',"
                + " ('00000000-0000-4000-8000-' || lpad(o::text, 12, '0'))::uuid"
                + " from generate_series(1, 300) h, generate_series(1, 200) o; analyze analytics.usage_rollups");

        assertThat(session.plan("select * from analytics.usage_rollups"
                        + " where organization_id = '00000000-0000-4000-8000-000000000007' and granularity = 'hour'"
                        + " order by bucket_start desc limit 24"))
                .contains("usage_rollups_organization_idx")
                .doesNotContain("Seq Scan", "\"Sort\"");
    }
}
