package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
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

    private static final String REFRESH = "select analytics.refresh_usage_rollups('2024-01-15Z', '2024-01-16Z')";

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

    /** Events as replication or a foreign table brings them: a table, and nothing that knows its partitions. */
    private Session copy() throws SQLException {
        Session session = migrated.session();
        session.script("""
                create schema inference;
                create table inference.usage_events (occurred_at timestamptz, organization_id uuid, model_id uuid,
                    prompt_tokens bigint default 1, completion_tokens bigint default 1, status text default 'success',
                    cost numeric(18, 9) default 1);
                create table inference.known (lower_bound timestamptz, upper_bound timestamptz);
                grant usage on schema inference to inference_maintenance;
                grant select on all tables in schema inference to inference_maintenance;
                insert into inference.usage_events (occurred_at, organization_id, model_id)
                select t, o, o from generate_series('2024-01-15Z'::timestamptz, '2024-01-15 23:00Z', '1 hour') as t,
                    unnest(array['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']::uuid[]) o;
                set role inference_maintenance""");
        session.number(REFRESH);
        session.run("reset role");
        return session;
    }

    private static List<String> refreshed(Session session, String refresh) throws SQLException {
        session.run("set role inference_maintenance");
        session.number(refresh);
        List<String> days = session.lines("select request_count from analytics.usage_rollups where model_id is null and"
                + " granularity = 'day' order by organization_id, bucket_start");
        session.run("reset role");
        return days;
    }

    @Test
    void sums_of_a_retired_day_stand_also_where_the_events_are_a_copy() throws SQLException {
        Session session = copy();
        session.run("delete from inference.usage_events where occurred_at > '2024-01-15Z'");
        assertThat(refreshed(session, REFRESH))
                .as("nobody says whether it was retired")
                .containsExactly("24", "24");
        session.run("alter table inference.known rename to retired_partitions");
        session.run("insert into inference.retired_partitions values ('2024-01-15Z', '2024-01-16Z')");
        assertThat(refreshed(session, REFRESH)).containsExactly("24", "24");
        session.run(
                "insert into inference.usage_events select e.* from inference.usage_events e, generate_series(1, 30)");
        assertThat(refreshed(session, REFRESH)).containsExactly("24", "24");
    }

    @Test
    void sums_of_an_old_day_follow_its_events_where_it_is_known_that_it_was_not_retired() throws SQLException {
        Session session = copy();
        session.run("alter table inference.known rename to retired_partitions");
        session.run("delete from inference.usage_events where organization_id = '00000000-0000-4000-8000-000000000002'"
                + " or occurred_at < '2024-01-15 20:00Z'");

        assertThat(refreshed(session, REFRESH)).containsExactly("4");
    }

    @Test
    void a_login_that_sees_no_event_deletes_no_sums() throws SQLException {
        Session session = copy();
        session.run("update inference.usage_events set occurred_at = now()");
        String refresh = "select analytics.refresh_usage_rollups()";
        assertThat(refreshed(session, refresh)).hasSize(4);
        session.run("delete from inference.usage_events");
        session.run("set role inference_maintenance");

        assertThat(session.refused(refresh).rule()).isEqualTo("55000 usage_rollups_of_events_that_are_there");
        session.run("reset role");
        assertThat(session.number("select sum(request_count) from analytics.usage_rollups"
                        + " where granularity = 'day' and model_id is null and bucket_start > '2026-01-01'"))
                .isEqualTo(48);
    }

    @Test
    void a_tenant_with_costs_beyond_reason_does_not_stop_the_sums_of_others() throws SQLException {
        Session session = copy();
        session.run("insert into inference.usage_events (occurred_at, organization_id, model_id, cost)"
                + " select '2024-01-15Z', '00000000-0000-4000-8000-000000000003', o.model_id, 999999999"
                + " from inference.usage_events o, generate_series(1, 300)");

        assertThat(refreshed(session, REFRESH)).containsExactly("24", "24", "14400");
    }
}
