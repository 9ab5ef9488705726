package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The maintenance of usage_events: made ahead, retired, dropped, and never in the way of a writer. */
@Tag("IP-06")
final class PartitionsTest {
    private static final String REPORT = "select count(*) from inference.usage_events";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    private static List<String> partitions(Session session) throws SQLException {
        return session.lines("select inhrelid::regclass from pg_inherits"
                + " where inhparent = 'inference.usage_events'::regclass order by 1");
    }

    @Test
    void a_new_database_has_this_month_and_a_month_ahead() throws SQLException {
        Session session = migrated.session();

        assertThat(session.text("select inference.partitions_ready_until() >= now() + interval '28 days'"))
                .isEqualTo("t");
        assertThat(session.text("select min(lower_bound) = date_trunc('month', now() - interval '7 days', 'UTC')"
                        + " from inference.partitions_of('inference.usage_events')"))
                .isEqualTo("t");
        assertThat(session.lines("select distinct upper_bound - lower_bound"
                        + " from inference.partitions_of('inference.usage_events')"))
                .containsExactly("1 day");
    }

    @Test
    void partitions_are_created_ahead_without_a_gap_and_twice_does_no_harm() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions()");
        assertThat(session.lines("select inference.create_partitions('2030-11-30', 3)"))
                .containsExactly("usage_events_20301130", "usage_events_20301201", "usage_events_20301202");

        assertThat(session.lines("select inference.create_partitions('2030-11-30', 3)"))
                .isEmpty();
        assertThat(session.lines("select inference.create_partitions()")).isEmpty();
        assertThat(session.text("select obj_description('inference.usage_events_20301201'::regclass)"))
                .isEqualTo("Usage events from 2030-12-01 to 2030-12-02, UTC.");
        assertThat(session.text("select inference.partitions_ready_until() < '2030-01-01'"))
                .as("a gap ends what is ready")
                .isEqualTo("t");
    }

    @Test
    void a_session_in_another_zone_and_style_makes_the_same_days() throws SQLException {
        Session session = migrated.session();
        session.run("set timezone = 'Pacific/Chatham'");
        session.run("set datestyle = 'ISO, DMY'");
        session.lines("select inference.create_partitions('2030-11-30', 2)");
        session.run("set timezone = 'UTC'");
        session.run("set datestyle = 'ISO, MDY'");

        assertThat(session.lines("select lower_bound from inference.partitions_of('inference.usage_events')"
                        + " where lower_bound > '2030-01-01' order by 1"))
                .containsExactly("2030-11-30 00:00:00+00", "2030-12-01 00:00:00+00");
    }

    @Test
    void bounds_come_from_the_catalog_and_not_from_names() throws SQLException {
        Session session = migrated.session();
        session.script("create table inference.anything partition of inference.usage_events"
                + " for values from ('2030-05-01Z') to ('2030-05-03Z');"
                + " create table inference.usage_events_20300503 (a integer);"
                + " create table inference.usage_events_20990101 partition of inference.usage_events"
                + " for values from ('2020-05-01Z') to ('2020-05-02Z')");

        assertThat(session.lines("select inference.create_partitions('2030-05-01', 3)"))
                .as("the days of another partition are there, a name that is taken is none")
                .containsExactly("usage_events_20300503_2");
        assertThat(session.lines("select inference.retire_partitions()")).containsExactly("usage_events_20990101");
    }

    @Test
    void two_maintenance_jobs_at_once_create_each_partition_once() throws Exception {
        List<List<String>> created =
                migrated.crowd(4, s -> s.lines("select inference.create_partitions('2030-01-01', 6)"));

        assertThat(created.stream().flatMap(List::stream)).hasSize(6).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'infinity', 1",
                "'-infinity', 1",
                "'9999-12-31', 1",
                "'0001-01-01', 1",
                "null, 0",
                "null, -1",
                "null, 401",
                "null, 2147483647"
            })
    void absurd_partitions_are_refused(String arguments) throws SQLException {
        Session session = migrated.session();
        List<String> before = partitions(session);

        assertThat(session.refused("select inference.create_partitions(" + arguments + ")")
                        .rule())
                .isEqualTo("22023 usage_events_partitions_within_reason");
        assertThat(partitions(session)).isEqualTo(before);
    }

    @Test
    void an_event_is_taken_while_a_report_is_read_and_partitions_are_made() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        Session report = migrated.session();
        report.begin();
        report.number(REPORT);

        assertThat(session.lines("select inference.create_partitions('2030-01-01', 2)"))
                .as("nor does the job wait")
                .hasSize(2);
        Given.event(session, organization);
        report.commit();
    }

    @Test
    void a_naive_partition_of_waits_for_the_report_and_writers_wait_for_it() throws Exception {
        Session report = migrated.session();
        report.begin();
        report.number(REPORT);
        Future<Integer> naive = migrated.blocked(
                migrated.session(),
                s -> s.run("create table inference.naive partition of inference.usage_events"
                        + " for values from ('2030-01-01Z') to ('2030-01-02Z')"));
        Session writer = migrated.session();
        String organization = Given.organization(writer, "one");
        Future<String> event = migrated.blocked(writer, s -> Given.event(s, organization));
        report.commit();

        naive.get();
        assertThat(event.get()).isNotEmpty();
    }

    @Test
    void a_partition_is_retired_between_reports_while_events_are_taken() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.lines("select inference.create_partitions('2020-01-01', 1)");
        Session report = migrated.session();
        report.begin();
        report.number(REPORT);
        Session job = migrated.session();
        Future<List<String>> retired = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return job.lines("select inference.retire_partitions()");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 20; i++) {
            session.run("set lock_timeout = '1s'");
            Given.event(session, organization);
            assertThat(retired.isDone()).isFalse();
        }
        report.commit();

        assertThat(retired.get()).containsExactly("usage_events_20200101");
    }

    @Test
    void writers_do_not_wait_while_a_vacuum_keeps_one_of_several_old_days() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.lines("select inference.create_partitions('2020-01-01', 3)");
        Session vacuum = migrated.session();
        vacuum.begin();
        vacuum.run("lock table inference.usage_events_20200102 in share update exclusive mode");
        Session job = migrated.session();
        Future<List<String>> retired = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return job.lines("select inference.retire_partitions()");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 20; i++) {
            session.run("set lock_timeout = '1s'");
            Given.event(session, organization);
            assertThat(retired.isDone()).isFalse();
        }
        while (session.number("select count(*) from pg_locks where not granted and mode = 'ShareUpdateExclusiveLock'"
                        + " and relation = 'inference.usage_events_20200102'::regclass")
                == 0) {
            assertThat(retired.isDone())
                    .as("an autovacuum yields to nobody but who waits in the queue")
                    .isFalse();
        }
        vacuum.commit();

        assertThat(retired.get())
                .containsExactly("usage_events_20200101", "usage_events_20200102", "usage_events_20200103");
    }

    @Test
    void a_job_that_finds_no_old_day_asks_for_no_lock() throws SQLException {
        Session session = migrated.session();
        Session report = migrated.session();
        report.begin();
        report.number(REPORT);

        assertThat(session.lines("select inference.retire_partitions()")).isEmpty();
        report.commit();
    }

    @Test
    void many_old_days_are_retired_a_month_at_a_time_the_oldest_first() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions('2020-01-01', 40)");

        assertThat(session.lines("select inference.retire_partitions()"))
                .hasSize(31)
                .startsWith("usage_events_20200101")
                .endsWith("usage_events_20200131");
        assertThat(session.lines("select inference.retire_partitions()")).hasSize(9);
    }

    @Test
    void what_ended_more_than_24_months_ago_is_retired_and_nothing_is_destroyed() throws SQLException {
        Session session = migrated.session();
        String day = "((now() at time zone 'UTC')::date - interval '24 months')::date";
        session.lines("select inference.create_partitions(" + day + " - 2, 4)");
        session.run(
                "insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)"
                        + " select gen_random_uuid(), " + day
                        + " - interval '30 hours', ?::uuid, ?::uuid, 'eu', 'success'"
                        + " from generate_series(1, 3)",
                Given.organization(session, "one"),
                Given.model(session));
        session.run("set role inference_maintenance");

        assertThat(session.lines("select inference.retire_partitions()")).hasSize(2);
        assertThat(session.lines("select inference.retire_partitions()")).isEmpty();
        assertThat(session.number(REPORT)).isZero();
        String name = session.text("select 'usage_events_' || to_char(" + day + " - 2, 'YYYYMMDD')");
        assertThat(session.number("select count(*) from inference_archive." + name))
                .isEqualTo(3);
        session.run("set role inference_service");
        assertThat(session.refused("select * from inference_archive." + name).sqlState())
                .isEqualTo("42501");
    }

    @Test
    void a_day_that_came_back_is_retired_beside_the_one_that_waits() throws SQLException {
        Session session = migrated.session();
        for (String name : List.of("usage_events_20200101", "usage_events_20200101_2")) {
            session.lines("select inference.create_partitions('2020-01-01', 1)");
            assertThat(session.lines("select inference.retire_partitions()")).containsExactly(name);
        }
    }

    @Test
    void a_retired_partition_is_dropped_after_an_export_of_all_of_it() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.create_partitions('2020-01-01', 1)");
        session.lines("select inference.retire_partitions()");
        session.run("set role inference_maintenance");
        String drop = "select inference.drop_retired_partition('usage_events_20200101', %s)";

        assertThat(session.refused(drop.formatted("0, ' '")).rule())
                .isEqualTo("22023 retired_partitions_dropped_after_export");
        assertThat(session.refused("select inference.drop_retired_partition('organizations', 0, 'file')")
                        .rule())
                .isEqualTo("22023 retired_partitions_dropped_after_export");
        for (String events : new String[] {"1", "null"}) {
            assertThat(session.refused(drop.formatted(events + ", 's3://archive/20200101'"))
                            .rule())
                    .isEqualTo("23514 retired_partitions_exported_whole");
        }
        session.lines(drop.formatted("0, 's3://archive/20200101'"));
        assertThat(session.text("select event_count || ' ' || exported_to from inference.retired_partitions"
                        + " where dropped_at is not null"))
                .isEqualTo("0 s3://archive/20200101");
        assertThat(session.text("select to_regclass('inference_archive.usage_events_20200101')"))
                .isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'-24 months'",
                "'0'",
                "'1 day'",
                "'89 days'",
                "'24 months -700 days'",
                "null",
                "'10000 years'",
                "'-100000 years'"
            })
    void partitions_that_are_needed_are_not_retired(String keep) throws SQLException {
        Session session = migrated.session();
        List<String> before = partitions(session);
        session.run("set role inference_maintenance");

        assertThat(session.refused("select inference.retire_partitions(" + keep + ")")
                        .rule())
                .isEqualTo("22023 usage_events_kept_90_days");
        session.run("reset role");
        assertThat(partitions(session)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'-8 days'", "'0'", "'191 hours'", "null", "'10000 years'"})
    void the_window_for_duplicates_is_8_days_at_least(String window) throws SQLException {
        assertThat(migrated.session()
                        .refused("select inference.forget_events(" + window + ")")
                        .rule())
                .isEqualTo("22023 usage_event_keys_kept_8_days");
    }

    @Test
    void nobody_but_the_owner_keeps_maintenance_waiting() throws SQLException {
        Session session = migrated.session();
        Session other = migrated.session();
        for (String role : List.of("inference_service", "inference_maintenance")) {
            other.run("set role " + role);
            other.begin();
            assertThat(other.refused("lock table inference.retired_partitions in share update exclusive mode")
                            .sqlState())
                    .isEqualTo("42501");
            other.abort();
        }
        other.begin();
        other.text("select pg_advisory_xact_lock(hashtextextended('inference.usage_events partitions', 0))");
        session.run("set role inference_maintenance");
        assertThat(session.lines("select inference.create_partitions('2030-01-01', 1)"))
                .hasSize(1);
        other.commit();
    }

    @Test
    void eight_days_are_as_long_in_a_week_that_loses_an_hour() throws SQLException {
        Session session = migrated.session();
        // the clock was put forward two days ago
        session.text(
                "select set_config('timezone', format('STD0DST,%s,%s', to_char(now() - interval '2 days', '\"J\"FMDDD'),"
                        + " to_char(now() + interval '30 days', '\"J\"FMDDD')), false)");

        assertThat(session.number("select inference.forget_events()")).isZero();
    }

    @Test
    void maintenance_makes_and_retires_partitions_and_the_service_does_not() throws SQLException {
        Session session = migrated.session();
        session.run("set role inference_maintenance");
        assertThat(session.lines("select inference.create_partitions('2020-01-01', 1)"))
                .containsExactly("usage_events_20200101");
        assertThat(session.lines("select inference.retire_partitions()")).containsExactly("usage_events_20200101");
        assertThat(session.number("select inference.forget_events()")).isZero();
        session.run("set role inference_service");
        for (String call : List.of(
                "create_partitions()",
                "retire_partitions()",
                "drop_retired_partition('x', 0, 'y')",
                "forget_events()",
                "add_partition('inference.usage_events', now(), now())")) {
            assertThat(session.refused("select inference." + call).sqlState()).isEqualTo("42501");
        }
    }

    @Test
    void retirement_waits_a_moment_for_a_writer_so_that_writers_without_a_pause_do_not_hold_it_off() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.lines("select inference.create_partitions('2020-01-01', 1)");
        Session writer = migrated.session();
        writer.begin();
        Given.event(writer, organization);
        Session job = migrated.session();
        Future<List<String>> retired = migrated.blocked(job, s -> s.lines("select inference.retire_partitions()"));
        writer.commit();

        assertThat(retired.get()).containsExactly("usage_events_20200101");
        assertThat(job.text("show lock_timeout"))
                .as("the setting of the session")
                .isEqualTo("0");
    }

    @Test
    void a_retired_partition_is_read_by_maintenance_whatever_its_schema_gave_away() throws SQLException {
        Session session = migrated.session();
        session.run("alter default privileges in schema inference grant all on tables to inference_service, public");
        session.lines("select inference.create_partitions('2020-01-01', 1)");
        session.lines("select inference.retire_partitions()");

        assertThat(session.lines("select distinct a.grantee::regrole from pg_class c, aclexplode(c.relacl) a"
                        + " where c.oid = 'inference_archive.usage_events_20200101'::regclass"
                        + " and a.grantee <> c.relowner"))
                .containsExactly("inference_maintenance");
    }

    @Test
    void days_that_late_events_may_come_to_are_made_when_they_are_missing() throws SQLException {
        Session session = migrated.session();
        for (String partition : partitions(session)) {
            session.run("drop table " + partition);
        }
        session.lines("select inference.create_partitions()");

        assertThat(session.text("select min(lower_bound) = date_trunc('day', now() - interval '7 days', 'UTC')"
                        + " from inference.partitions_of('inference.usage_events')"))
                .isEqualTo("t");
        assertThat(session.text("select inference.partitions_ready_until() >= now() + interval '31 days'"))
                .isEqualTo("t");
    }
}
