package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both components in one database: from events to sums. */
@Tag("IP-08")
final class DashboardTest {
    private static final String REFRESH = "select analytics.refresh_usage_rollups('2026-01-15Z', '2026-01-16Z')";
    private static final String SUMS =
            "select granularity || bucket_start || organization_id || coalesce(model_id::text, '')"
                    + " || request_count || ' ' || token_count || ' ' || error_count || ' ' || cost"
                    + " from analytics.usage_rollups order by 1";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @BeforeEach
    void analytics() throws SQLException, IOException {
        Rolled.analytics(migrated);
        migrated.bring("local-dev", Given.SEED_KEYS);
    }

    @Test
    @Tag("IP-09")
    void a_package_brings_a_dashboard_to_see() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', '00000000-0000-4000-8000-000000000001', false)");

        assertThat(session.text("select request_count || ' ' || error_count from analytics.usage_rollups"
                        + " where granularity = 'day' and model_id is null"))
                .isEqualTo("288 15");
        assertThat(session.number("select count(*) from analytics.usage_rollups"
                        + " where granularity = 'hour' and model_id is null"))
                .isEqualTo(24);
    }

    @Test
    void sums_are_those_of_the_events_and_a_second_run_changes_none() throws SQLException {
        Session session = migrated.session();
        List<String> sums = session.lines(SUMS);
        session.number(REFRESH);

        assertThat(session.lines(SUMS)).isEqualTo(sums);
        for (String granularity : List.of("hour", "day")) {
            for (String model : List.of("is null", "is not null")) {
                assertThat(session.text("select (select sum(request_count) || ' ' || sum(token_count) || ' ' ||"
                                + " sum(error_count) from analytics.usage_rollups where granularity = '" + granularity
                                + "' and model_id " + model + ") = (select count(*) || ' ' ||"
                                + " sum(prompt_tokens + completion_tokens) || ' ' || count(error_code)"
                                + " from inference.usage_events)"))
                        .as(granularity + " " + model)
                        .isEqualTo("t");
            }
        }
    }

    @Test
    void late_events_are_added_and_sums_without_events_go() throws SQLException {
        Session session = migrated.session();
        session.run("insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status, cost)"
                + " select gen_random_uuid(), '2026-01-15 23:59:59.999999Z', organization_id, model_id, 'eu', 'success',"
                + " 0.00004 from inference.usage_events where latency_ms > 0 limit 100");
        session.run("insert into analytics.usage_rollups (granularity, bucket_start, organization_id, request_count)"
                + " values ('hour', '2026-01-15 05:00Z', gen_random_uuid(), 7)");
        session.run("set timezone = 'Pacific/Chatham'");
        session.run("set role inference_maintenance");
        session.number(REFRESH);

        assertThat(session.text("select request_count from analytics.usage_rollups"
                        + " where granularity = 'day' and model_id is null"))
                .isEqualTo("388");
        assertThat(session.number("select count(*) from analytics.usage_rollups where request_count = 7"))
                .isZero();
        assertThat(session.text("select r.cost = round(e.cost, 4) from analytics.usage_rollups r,"
                        + " (select sum(cost) as cost from inference.usage_events) e"
                        + " where granularity = 'day' and model_id is null"))
                .as("rounded once")
                .isEqualTo("t");
    }

    @Test
    void sums_outlive_their_events_also_when_the_day_comes_back() throws SQLException {
        Session session = migrated.session();
        String refresh = "select analytics.refresh_usage_rollups('2024-08-01Z', '2025-08-01Z')";
        session.lines("select inference.create_partitions('2024-09-01', 3)");
        session.run("insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                + " select gen_random_uuid(), timestamptz '2024-09-01Z' + n * interval '20 hours', o.id, m.id, 'eu',"
                + " 'success' from generate_series(0, 2) n, inference.organizations o,"
                + " inference.model_registry_entries m where m.model_name = 'sample-chat'");
        session.run("set role inference_maintenance");
        assertThat(session.number(refresh)).isEqualTo(10);
        List<String> sums = session.lines(SUMS);
        assertThat(session.lines("select inference.retire_partitions()")).hasSize(3);

        for (int returned = 0; returned < 2; returned++) {
            assertThat(session.number(refresh)).isZero();
            assertThat(session.lines(SUMS)).isEqualTo(sums);
            session.lines("select inference.create_partitions('2024-09-01', 3)");
        }
        assertThat(session.refused("insert into inference.usage_events"
                                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                                + " select gen_random_uuid(), '2024-09-01Z', o.id, m.id, 'eu', 'success'"
                                + " from inference.organizations o, inference.model_registry_entries m"
                                + " where m.model_name = 'sample-chat'")
                        .rule())
                .as("it would never be in a sum")
                .isEqualTo("23514 usage_events_day_not_retired");
        session.run("reset role");
        session.run("set session_replication_role = replica");
        session.run("insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                + " select gen_random_uuid(), '2024-09-01Z', o.id, m.id, 'eu', 'success'"
                + " from inference.organizations o, inference.model_registry_entries m"
                + " where m.model_name = 'sample-chat'");
        session.run("set session_replication_role = origin");
        session.run("set role inference_maintenance");
        session.number(refresh);
        assertThat(session.lines(SUMS)).isEqualTo(sums);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'-infinity', 'infinity'",
                "now(), now()",
                "now(), now() - interval '1 day'",
                "'2020-01-01', '2026-01-01'",
                "null, now()"
            })
    void an_absurd_span_is_refused(String span) throws SQLException {
        assertThat(migrated.session()
                        .refused("select analytics.refresh_usage_rollups(" + span + ")")
                        .rule())
                .isEqualTo("22023 usage_rollups_refreshed_within_reason");
    }

    @Test
    void the_service_reads_sums_and_makes_none() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_service");

        assertThat(session.refused(REFRESH).sqlState()).isEqualTo("42501");
        assertThat(session.number("select count(*) from analytics.usage_rollups"))
                .isZero();
    }

    @Test
    void a_daily_run_that_failed_twice_is_made_up_for_and_shows_in_the_alarm() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_maintenance");
        session.lines("select inference.create_partitions((now() at time zone 'UTC')::date - 10, 11)");
        session.run("insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                + " select gen_random_uuid(), now() - n * interval '1 day', o.id, m.id, 'eu', 'success'"
                + " from inference.organizations o, inference.model_registry_entries m, generate_series(0, 10) n"
                + " where m.model_name = 'sample-chat'");
        String days = "select count(*) from analytics.usage_rollups where granularity = 'day' and model_id is null"
                + " and bucket_start > now() - interval '12 days'";
        String alarm = "select min(last_reconciled_at) < now() - interval '26 hours' from analytics.usage_rollups"
                + " where granularity = 'day' and bucket_start >= date_trunc('day', now() - interval '7 days', 'UTC')";
        session.number("select analytics.refresh_usage_rollups()");
        assertThat(session.number(days)).isEqualTo(11);
        assertThat(session.text(alarm)).isEqualTo("f");

        session.run("update analytics.usage_rollups set last_reconciled_at = now() - interval '27 hours'");
        session.number("select analytics.refresh_usage_rollups(now() - interval '1 day', now())");
        assertThat(session.text(alarm)).as("the hourly run does not hide it").isEqualTo("t");
    }
}
