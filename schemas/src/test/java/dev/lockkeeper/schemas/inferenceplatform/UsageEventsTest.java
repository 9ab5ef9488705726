package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
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
import org.junit.jupiter.params.provider.ValueSource;

@Tag("IP-06")
final class UsageEventsTest {
    private static final String ID = "00000000-0000-4000-8000-000000000001";
    private static final String INSERT = "insert into inference.usage_events (event_id, occurred_at, organization_id,"
            + " model_id, region, status, error_code, prompt_tokens, completion_tokens, latency_ms, cost)"
            + " values ('" + ID + "', %s, ?::uuid, ?::uuid, %s)";
    private static final String GOOD = "'eu', 'success', null, 1, 1, 1, 0.0001";
    private static final String EVENTS = "select count(*) from inference.usage_events";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @Test
    void the_table_is_partitioned_and_an_event_lies_in_the_partition_of_its_day_of_utc() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions('2026-01-31', 2)");
        String time = "timestamptz '2026-02-01 00:30:00+01'";
        session.run(INSERT.formatted(time, GOOD), Given.organization(session, "one"), Given.model(session));

        assertThat(session.text("select partstrat from pg_partitioned_table"
                        + " where partrelid = 'inference.usage_events'::regclass"))
                .isEqualTo("r");
        assertThat(session.text("select tableoid::regclass from inference.usage_events"))
                .isEqualTo("inference.usage_events_20260131");
    }

    @Test
    void an_event_of_a_day_that_nobody_prepared_is_refused_and_accepted_afterwards() throws SQLException {
        Session session = migrated.session();
        String insert = INSERT.formatted("timestamptz '2025-05-05Z'", GOOD);
        String organization = Given.organization(session, "one");
        String model = Given.model(session);

        assertThat(session.refused(insert, organization, model).sqlState()).isEqualTo("23514");
        session.lines("select inference.create_partitions('2025-05-05', 1)");
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
    void a_duplicate_is_not_counted_also_when_its_time_differs_by_a_month() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions('2026-01-01', 40)");
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        session.run(INSERT.formatted("timestamptz '2026-01-05Z'", GOOD), organization, model);

        for (String time : new String[] {"2026-01-05Z", "2026-01-05 01:00Z", "2026-01-06Z", "2026-02-05Z"}) {
            session.run(INSERT.formatted("timestamptz '" + time + "'", GOOD), organization, model);
            assertThat(session.lines("select occurred_at at time zone 'UTC' from inference.usage_events"))
                    .as(time)
                    .containsExactly("2026-01-05 00:00:00");
        }
        session.run("update inference.usage_event_keys set seen_at = now() - interval '9 days'");
        assertThat(session.number("select inference.forget_events()")).isEqualTo(1);
        session.run(INSERT.formatted("timestamptz '2026-02-05Z'", GOOD), organization, model);
        assertThat(session.number(EVENTS)).as("outside of the window").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " on conflict do nothing"})
    void duplicates_take_no_batch_along_neither_of_earlier_ones_nor_of_the_same(String clause) throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        String batch = "insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                + " select md5(mod(n, 60)::text)::uuid, now() - n * interval '1 minute', ?::uuid, ?::uuid, 'eu', 'success'"
                + " from generate_series(%d, %d) n" + clause;
        session.run(batch.formatted(0, 9), organization, model);
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', ?, false)", organization);
        session.run(batch.formatted(5, 99), organization, model);

        assertThat(session.number(EVENTS)).isEqualTo(60);
        assertThat(session.number("select count(distinct event_id) from inference.usage_events"))
                .isEqualTo(60);
        session.run("reset role");
        assertThat(session.number("select count(*) from inference.usage_event_keys k"
                        + " join inference.usage_events e on e.id = k.usage_event_id and e.event_id = k.event_id"))
                .as("each key is that of the copy that stayed")
                .isEqualTo(60);
    }

    @Test
    void two_tenants_may_use_the_same_key_of_an_event() throws SQLException {
        Session session = migrated.session();
        String model = Given.model(session);
        for (String slug : List.of("one", "two")) {
            session.run(INSERT.formatted("now()", GOOD), Given.organization(session, slug), model);
        }

        assertThat(session.number(EVENTS)).isEqualTo(2);
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

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 1"})
    void of_two_producers_that_send_the_same_event_at_once_one_is_counted(boolean firstCommits, int counted)
            throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        Session first = migrated.session();
        first.begin();
        first.run(INSERT.formatted("now()", GOOD), organization, model);
        Future<Integer> second = migrated.blocked(
                migrated.session(),
                s -> s.run(INSERT.formatted("now() - interval '1 second'", GOOD), organization, model));
        if (firstCommits) {
            first.commit();
        } else {
            first.abort();
        }
        second.get();

        assertThat(session.number(EVENTS)).isEqualTo(counted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "region_not_blank               | ' ', 'success', null, 1, 1, 1, 1",
                "region_not_blank               | U&'\\2800\\0001\\+0E0020', 'success', null, 1, 1, 1, 1",
                "region_not_blank               | E'\\t', 'success', null, 1, 1, 1, 1",
                "region_not_blank               | U&'\\200B', 'success', null, 1, 1, 1, 1",
                "error_code_not_blank           | 'eu', 'error', U&'\\00A0', 1, 1, 1, 1",
                "status_known                   | 'eu', 'lost', null, 1, 1, 1, 1",
                "error_code_only_with_error     | 'eu', 'error', null, 1, 1, 1, 1",
                "error_code_only_with_error     | 'eu', 'success', 'timeout', 1, 1, 1, 1",
                "error_code_not_blank           | 'eu', 'error', '', 1, 1, 1, 1",
                "error_code_not_blank           | 'eu', 'error', E'\\n', 1, 1, 1, 1",
                "prompt_tokens_not_negative     | 'eu', 'success', null, -1, 1, 1, 1",
                "completion_tokens_not_negative | 'eu', 'success', null, 1, -1, 1, 1",
                "latency_not_negative           | 'eu', 'success', null, 1, 1, -1, 1",
                "cost_not_negative              | 'eu', 'success', null, 1, 1, 1, -0.000000001",
                "cost_not_negative              | 'eu', 'success', null, 1, 1, 1, 'NaN'",
                "tokens_within_reason           | 'eu', 'success', null, 9223372036854775807, 1, 1, 1",
                "tokens_within_reason           | 'eu', 'success', null, 1, 1000000001, 1, 1",
                "cost_within_reason             | 'eu', 'success', null, 1, 1, 1, 10000",
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
                "'eu', 'error', 'timeout', 1000000000, 1000000000, 1, 9999.999999999"
            })
    void an_event_within_the_rules_is_accepted(String values) throws SQLException {
        Session session = migrated.session();

        assertThat(session.run(
                        INSERT.formatted("now()", values), Given.organization(session, "one"), Given.model(session)))
                .isEqualTo(1);
    }

    @Test
    void small_costs_add_up_to_what_is_owed() throws SQLException {
        Session session = migrated.session();
        session.run("insert into inference.model_registry_entries (model_name, revision, cost_per_thousand_tokens)"
                + " values ('chat', '1', 0.0001)");
        session.run(
                "insert into inference.usage_events"
                        + " (event_id, occurred_at, organization_id, model_id, region, status, prompt_tokens, cost)"
                        + " select gen_random_uuid(), now(), ?::uuid, m.id, 'eu', 'success', 1,"
                        + " m.cost_per_thousand_tokens * 1 / 1000"
                        + " from inference.model_registry_entries m, generate_series(1, 10000)",
                Given.organization(session, "one"));

        assertThat(session.text("select sum(cost) = 0.001 from inference.usage_events"))
                .isEqualTo("t");
    }

    @Test
    void an_event_names_a_tenant_a_model_and_a_key_that_are_there_and_does_not_change() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String withKey = INSERT.replace("region,", "api_key_id, region,").formatted("now()", "?::uuid, " + GOOD);

        assertThat(session.refused(INSERT.formatted("now()", GOOD), ID, Given.model(session))
                        .rule())
                .isEqualTo("23503 usage_events_organization_exists");
        assertThat(session.refused(INSERT.formatted("now()", GOOD), organization, ID)
                        .rule())
                .isEqualTo("23503 usage_events_model_within_reach");
        String foreign = Given.key(session, Given.organization(session, "two"), "k");
        for (String key : new String[] {ID, foreign}) {
            assertThat(session.refused(withKey, organization, Given.model(session), key)
                            .rule())
                    .isEqualTo("23503 usage_events_api_key_of_the_tenant");
        }
        String own = Given.key(session, organization, "k");
        session.run("update inference.api_keys set status = 'revoked' where id = ?::uuid", own);
        session.run(withKey, organization, Given.model(session), own);
        assertThat(session.text("select api_key_id from inference.usage_events"))
                .as("a late event of a key that is revoked by now")
                .isEqualTo(own);
        assertThat(session.refused("update inference.usage_events set cost = 0").rule())
                .isEqualTo("23001 usage_events_immutable");
    }

    @Test
    void an_event_that_was_wrong_is_voided_by_maintenance_with_an_entry_and_does_not_come_back() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        session.run(INSERT.formatted("date_trunc('day', now(), 'UTC')", GOOD), organization, model);
        String voided = "select inference.void_event(?::uuid, '" + ID + "', date_trunc('day', now(), 'UTC'), %s)";
        assertThat(session.refused("update inference.usage_events set cost = 0").hint())
                .contains("void_event");
        session.run("set role inference_service");
        assertThat(session.refused(voided.formatted("'typo'"), organization).sqlState())
                .isEqualTo("42501");
        session.run("set role inference_maintenance");
        for (String reason : new String[] {"null", "' '"}) {
            assertThat(session.refused(voided.formatted(reason), organization).rule())
                    .isEqualTo("22023 usage_events_voided_for_a_reason");
        }
        assertThat(session.text(voided.formatted("'typo'"), organization)).isEqualTo("t");
        assertThat(session.text(voided.formatted("'typo'"), organization)).isEqualTo("f");

        assertThat(session.lines("select concat_ws(' ', action, target_type, target_id, metadata ->> 'reason',"
                        + " metadata #>> '{events,0,cost}') from inference.audit_log_entries"))
                .containsExactly("voided usage_event " + ID + " typo 0.000100000");
        session.run("reset role");
        session.run(INSERT.formatted("now()", GOOD), organization, model);
        assertThat(session.number(EVENTS)).as("a copy of it").isZero();
    }

    @Test
    void maintenance_forgets_keys_of_events_that_are_gone_and_no_others() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String counted = Given.event(session, organization);
        String voided = Given.event(session, organization);
        String gone = Given.event(session, organization);
        session.run("delete from inference.usage_events where event_id = ?::uuid", gone);
        session.run("set role inference_maintenance");
        session.text(
                "select inference.void_event(organization_id, event_id, occurred_at, 'typo')"
                        + " from inference.usage_events where event_id = ?::uuid",
                voided);

        assertThat(session.refused("delete from inference.usage_event_keys").sqlState())
                .isEqualTo("42501");
        String forget =
                "select inference.forget_missing_events(?::uuid, '{" + counted + "," + voided + "," + gone + "}')";
        assertThat(session.text(forget, organization)).isEqualTo("1");
        assertThat(session.text(forget, organization)).isEqualTo("0");
        session.run("reset role");
        assertThat(session.lines("select event_id from inference.usage_event_keys"))
                .containsExactlyInAnyOrder(counted, voided);
    }

    @ParameterizedTest
    @ValueSource(strings = {"now() + interval '1 day'", "now() + interval '11 minutes'"})
    void an_event_of_the_future_is_refused(String time) throws SQLException {
        Session session = migrated.session();

        assertThat(session.refused(
                                INSERT.formatted(time, GOOD), Given.organization(session, "one"), Given.model(session))
                        .rule())
                .isEqualTo("23514 usage_events_not_ahead");
    }

    @Test
    void an_event_that_comes_later_than_its_copies_are_known_and_sums_are_made_is_left_to_maintenance()
            throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        session.lines("select inference.create_partitions((now() at time zone 'UTC')::date - 9, 10)");
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', ?, false)", organization);
        String late = INSERT.formatted("now() - interval '169 hours'", GOOD);

        assertThat(session.refused(late, organization, model).rule()).isEqualTo("23514 usage_events_not_too_late");
        assertThat(session.run(INSERT.formatted("now() - interval '167 hours'", GOOD), organization, model))
                .isEqualTo(1);
        session.run("set role inference_maintenance");
        assertThat(session.number("select inference.forget_events()"))
                .as("its copies are known as long as they are accepted")
                .isZero();
        assertThat(session.run(late.replace(ID, organization), organization, model))
                .isEqualTo(1);
        assertThat(session.number(EVENTS)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'infinity'", "'-infinity'"})
    void an_event_of_infinity_finds_no_partition(String time) throws SQLException {
        Session session = migrated.session();

        assertThat(session.refused(
                                INSERT.formatted(time, GOOD), Given.organization(session, "one"), Given.model(session))
                        .sqlState())
                .isEqualTo("23514");
    }

    @Test
    void the_server_says_when_an_event_arrived() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.lines("select inference.create_partitions('2026-01-05', 1)");
        session.run(INSERT.formatted("timestamptz '2026-01-05Z'", GOOD), organization, Given.model(session));
        assertThat(session.text("select received_at between now() - interval '1 hour' and now()"
                        + " from inference.usage_events"))
                .isEqualTo("t");
        for (String role : List.of("inference_service", "inference_maintenance")) {
            session.run("set role " + role);
            assertThat(session.refused(
                                    INSERT.replace("event_id,", "received_at, event_id,")
                                            .replace("values (", "values ('epoch', ")
                                            .formatted("now()", GOOD),
                                    organization,
                                    ID)
                            .sqlState())
                    .isEqualTo("42501");
        }
    }

    @Test
    @Tag("IP-07a")
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
        assertThat(session.number(EVENTS)).isEqualTo(200);
    }

    @Test
    @Tag("IP-07a")
    void an_event_locks_no_row_that_writers_share() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "hot");
        Given.model(session);
        for (Session writer : List.of(migrated.session(), migrated.session())) {
            writer.begin();
            Given.event(writer, organization);
        }

        assertThat(session.lines("select xmax::text from inference.organizations"
                        + " union select xmax::text from inference.model_registry_entries"))
                .containsExactly("0");
        assertThat(session.run("update inference.organizations set status = 'suspended'"))
                .as("nor does metering wait for who changes its tenant")
                .isEqualTo(1);
    }

    @Test
    @Tag("IP-07a")
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
    void nobody_borrows_the_trigger_that_runs_as_the_owner() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_service");
        session.run("create temporary table borrowed (event_id uuid)");

        assertThat(session.refused("create trigger t before insert on borrowed"
                                + " for each row execute function inference.remember_events()")
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void of_an_event_that_is_there_twice_one_copy_is_voided_and_the_other_one_is_owed() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String event = INSERT.formatted("date_trunc('day', now(), 'UTC')", GOOD);
        for (int copy = 0; copy < 2; copy++) {
            // as after a restore
            session.run("delete from inference.usage_event_keys");
            session.run(event, organization, Given.model(session));
        }
        session.run("set role inference_maintenance");
        String voided = "select inference.void_event(organization_id, event_id, occurred_at, 'counted twice'%s)"
                + " from inference.usage_events order by id %s limit 1";
        assertThat(session.refused(voided.formatted("", "")).rule()).isEqualTo("21000 usage_events_voided_one_by_one");
        assertThat(session.number(EVENTS)).isEqualTo(2);
        assertThat(session.text(voided.formatted(", id", "desc"))).isEqualTo("t");
        assertThat(session.text("select usage_event_id = (select id from inference.usage_events)"
                        + " from inference.usage_event_keys"))
                .isEqualTo("t");
        session.run(event, organization, Given.model(session));
        assertThat(session.number(EVENTS)).as("a copy of it").isEqualTo(1);

        assertThat(session.text(voided.formatted("", ""))).isEqualTo("t");
        assertThat(session.text("select usage_event_id from inference.usage_event_keys"))
                .isEqualTo("0");
        session.run(event, organization, Given.model(session));
        assertThat(session.number(EVENTS)).isZero();
    }

    @Test
    void a_copy_that_is_too_late_or_ahead_takes_nothing_along() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String model = Given.model(session);
        session.lines("select inference.create_partitions()");
        session.run(INSERT.formatted("now()", GOOD), organization, model);
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', ?, false)", organization);
        String batch = "insert into inference.usage_events"
                + " (event_id, occurred_at, organization_id, model_id, region, status)"
                + " select e::uuid, now() + at::interval, ?::uuid, ?::uuid, 'eu', 'success' from (values"
                + " (gen_random_uuid()::text, '-1 minute'), ('%s', '-169 hours'), ('" + ID + "', '1 day')) v (e, at)";

        assertThat(session.run(batch.formatted(ID), organization, model)).isEqualTo(3);
        assertThat(session.number(EVENTS)).isEqualTo(2);
        assertThat(session.refused(batch.formatted(organization), organization, model)
                        .rule())
                .isEqualTo("23514 usage_events_not_too_late");
        assertThat(session.number(EVENTS)).isEqualTo(2);
    }
}
