package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("IP-06")
final class UsageEventsTest {
    private static final String ID = "00000000-0000-4000-8000-000000000001";
    private static final String INSERT = "insert into inference.usage_events (event_id, occurred_at, organization_id,"
            + " model_id, region, status, error_code, prompt_tokens, completion_tokens, latency_ms, cost)"
            + " values ('" + ID + "', %s, ?::uuid, ?::uuid, %s)";
    private static final String GOOD = "'eu', 'success', null, 1, 1, 1, 0.0001";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    private static List<String> partitions(Session session) throws SQLException {
        return session.lines("select inhrelid::regclass from pg_inherits"
                + " where inhparent = 'inference.usage_events'::regclass order by 1");
    }

    @Test
    void the_table_is_partitioned_and_an_event_lies_in_the_partition_of_its_month_of_utc() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions('2026-01-15', 2)");
        String time = "timestamptz '2026-02-01 00:30:00+01'";
        session.run(INSERT.formatted(time, GOOD), Given.organization(session, "one"), Given.model(session));

        assertThat(session.text("select partstrat from pg_partitioned_table"
                        + " where partrelid = 'inference.usage_events'::regclass"))
                .isEqualTo("r");
        assertThat(session.text("select tableoid::regclass from inference.usage_events"))
                .isEqualTo("inference.usage_events_202601");
    }

    @Test
    void an_event_of_a_month_that_nobody_prepared_is_refused_and_accepted_afterwards() throws SQLException {
        Session session = migrated.session();
        String insert = INSERT.formatted("timestamptz '2031-05-05Z'", GOOD);
        String organization = Given.organization(session, "one");
        String model = Given.model(session);

        assertThat(session.refused(insert, organization, model).sqlState()).isEqualTo("23514");
        session.lines("select inference.create_partitions('2031-05-31', 1)");
        assertThat(session.run(insert, organization, model)).isEqualTo(1);
    }

    @Test
    void a_default_partition_would_block_the_month_that_its_rows_belong_to() throws SQLException {
        Session session = migrated.session();
        session.script("create table public.naive (at timestamptz) partition by range (at);"
                + " create table public.rest partition of public.naive default;"
                + " insert into public.naive values ('2031-05-05Z')");

        assertThat(session.refused("create table public.may partition of public.naive"
                                + " for values from ('2031-05-01Z') to ('2031-06-01Z')")
                        .sqlState())
                .isEqualTo("23514");
    }

    @Test
    void a_duplicate_is_refused_also_when_its_time_differs_by_a_month() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions('2026-01-01', 2)");
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        session.run(INSERT.formatted("timestamptz '2026-01-05Z'", GOOD), organization, model);

        for (String time : new String[] {"2026-01-05Z", "2026-01-06Z", "2026-02-05Z"}) {
            assertThat(session.refused(INSERT.formatted("timestamptz '" + time + "'", GOOD), organization, model)
                            .rule())
                    .isEqualTo("23505 usage_events_counted_once");
        }
        session.run("update inference.usage_event_keys set seen_at = now() - interval '8 days'");
        assertThat(session.number("select inference.forget_events()")).isEqualTo(1);
        assertThat(session.run(INSERT.formatted("timestamptz '2026-02-05Z'", GOOD), organization, model))
                .as("outside of the window")
                .isEqualTo(1);
    }

    @Test
    void a_naive_primary_key_of_a_partitioned_table_takes_the_duplicate() throws SQLException {
        Session session = migrated.session();
        session.script(
                "create table public.naive (id uuid, at timestamptz, primary key (id, at)) partition by range (at);"
                        + " create table public.all_of_it partition of public.naive for values from (minvalue) to (maxvalue)");

        assertThat(session.refused("alter table public.naive add unique (id)").sqlState())
                .isEqualTo("0A000");
        assertThat(session.run(
                        "insert into public.naive values ('" + ID + "', '2026-01-05Z'), ('" + ID + "', '2026-01-06Z')"))
                .isEqualTo(2);
    }

    @Test
    void of_two_producers_that_send_the_same_event_at_once_one_is_refused() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        Session first = migrated.session();
        first.begin();
        first.run(INSERT.formatted("now()", GOOD), organization, model);
        Future<Refusal> second = migrated.blocked(
                migrated.session(), s -> s.refused(INSERT.formatted("now()", GOOD), organization, model));
        first.commit();

        assertThat(second.get().rule()).isEqualTo("23505 usage_events_counted_once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "region_not_blank               | ' ', 'success', null, 1, 1, 1, 1",
                "status_known                   | 'eu', 'lost', null, 1, 1, 1, 1",
                "error_code_only_with_error     | 'eu', 'error', null, 1, 1, 1, 1",
                "error_code_only_with_error     | 'eu', 'success', 'timeout', 1, 1, 1, 1",
                "prompt_tokens_not_negative     | 'eu', 'success', null, -1, 1, 1, 1",
                "completion_tokens_not_negative | 'eu', 'success', null, 1, -1, 1, 1",
                "latency_not_negative           | 'eu', 'success', null, 1, 1, -1, 1",
                "cost_not_negative              | 'eu', 'success', null, 1, 1, 1, -0.0001",
                "cost_not_negative              | 'eu', 'success', null, 1, 1, 1, 'NaN'",
            })
    void an_event_against_a_rule_is_refused_by_that_rule(String rule, String values) throws SQLException {
        Session session = migrated.session();

        assertThat(session.refused(
                                INSERT.formatted("now()", values),
                                Given.organization(session, "one"),
                                Given.model(session))
                        .rule())
                .isEqualTo("23514 usage_events_" + rule);
        assertThat(session.number("select count(*) from inference.usage_event_keys"))
                .as("a refused event may be sent again")
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'eu', 'success', null, 0, 0, 0, 0",
                "'us', 'rate_limited', null, 1, 0, 3, 0",
                "'eu', 'error', 'timeout', 9000000000, 1, 1, 99999999.9999"
            })
    void an_event_within_the_rules_is_accepted(String values) throws SQLException {
        Session session = migrated.session();

        assertThat(session.run(
                        INSERT.formatted("now()", values), Given.organization(session, "one"), Given.model(session)))
                .isEqualTo(1);
    }

    @Test
    void an_event_names_a_tenant_and_a_model_that_exist_and_does_not_change() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");

        assertThat(session.refused(INSERT.formatted("now()", GOOD), ID, Given.model(session))
                        .rule())
                .endsWith("organization_id_fkey");
        assertThat(session.refused(INSERT.formatted("now()", GOOD), organization, ID)
                        .rule())
                .endsWith("model_id_fkey");
        Given.event(session, organization);
        assertThat(session.refused("update inference.usage_events set cost = 0").rule())
                .isEqualTo("23001 usage_events_immutable");
    }

    @Test
    void partitions_are_created_ahead_without_a_gap_and_twice_does_no_harm() throws SQLException {
        Session session = migrated.session();
        assertThat(partitions(session)).hasSize(4);
        assertThat(session.lines("select inference.create_partitions('2030-11-30', 3)"))
                .containsExactly("usage_events_203011", "usage_events_203012", "usage_events_203101");

        assertThat(session.lines("select inference.create_partitions('2030-11-30', 3)"))
                .isEmpty();
        assertThat(session.text("select obj_description('inference.usage_events_203012'::regclass)"))
                .isEqualTo("Usage events of 2030-12, UTC.");
    }

    @Test
    void two_maintenance_jobs_at_once_create_each_partition_once() throws Exception {
        List<List<String>> created =
                migrated.crowd(4, s -> s.lines("select inference.create_partitions('2030-01-01', 6)"));

        assertThat(created.stream().flatMap(List::stream)).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void partitions_of_more_than_24_months_ago_are_retired() throws SQLException {
        Session session = migrated.session();
        String month = "(now() at time zone 'UTC')::date - interval '%d months'";
        session.lines("select inference.create_partitions((" + month.formatted(26) + ")::date, 30)");

        assertThat(session.lines("select inference.retire_partitions()")).hasSize(2);
        assertThat(session.text("select to_regclass('inference.usage_events_' || to_char(" + month.formatted(24)
                        + ", 'YYYYMM')) is not null"))
                .as("the month in which an event may still be 24 months old stays")
                .isEqualTo("t");
        assertThat(session.lines("select inference.retire_partitions()")).isEmpty();
    }

    @Test
    @Tag("IP-07")
    void writers_of_one_organization_do_not_wait_for_each_other() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "hot");
        Given.model(session);
        CyclicBarrier written = new CyclicBarrier(8);

        migrated.crowd(8, s -> {
            // far longer than the server needs to make a table longer, which writers do wait for
            s.run("set lock_timeout = '20s'");
            s.begin();
            for (int i = 0; i < 25; i++) {
                Given.event(s, organization);
            }
            // nobody commits before all have written: one who waited for another would never come here
            written.await();
            s.commit();
            return 0;
        });
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(200);
    }

    @Test
    @Tag("IP-07")
    void a_naive_counter_in_the_row_of_the_organization_makes_them_wait() throws Exception {
        String organization = Given.organization(migrated.session(), "hot");
        String count = "update inference.organizations set budget_limit_tokens = budget_limit_tokens + 1"
                + " where id = ?::uuid";
        Session first = migrated.session();
        first.begin();
        first.run(count, organization);
        Future<Integer> second = migrated.blocked(migrated.session(), s -> s.run(count, organization));
        first.commit();

        assertThat(second.get()).isEqualTo(1);
    }

    @Test
    void maintenance_makes_and_retires_partitions_and_the_service_does_not() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_maintenance");
        assertThat(session.lines("select inference.create_partitions('2020-01-01', 1)"))
                .containsExactly("usage_events_202001");
        assertThat(session.lines("select inference.retire_partitions()")).containsExactly("usage_events_202001");
        assertThat(session.number("select inference.forget_events()")).isZero();
        session.run("set role inference_service");
        for (String call : List.of("create_partitions()", "retire_partitions()", "forget_events()")) {
            assertThat(session.refused("select inference." + call).sqlState()).isEqualTo("42501");
        }
    }

    @Test
    void nobody_borrows_the_trigger_that_runs_as_the_owner() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_service");
        session.run("create temporary table borrowed (event_id uuid)");

        assertThat(session.refused("create trigger t before insert on borrowed"
                                + " for each row execute function inference.remember_event()")
                        .sqlState())
                .isEqualTo("42501");
    }
}
