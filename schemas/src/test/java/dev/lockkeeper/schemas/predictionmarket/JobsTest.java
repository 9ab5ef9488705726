package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-01")
final class JobsTest {
    private static final List<String> STATES = List.of("pending", "processing", "completed", "failed", "retry", "dlq");
    private static final Map<String, List<String>> LEGAL = Map.of(
            "pending", List.of("processing", "dlq"),
            "processing", List.of("completed", "failed", "retry", "dlq"),
            "retry", List.of("processing", "dlq"),
            "failed", List.of("retry", "dlq"),
            "dlq", List.of("pending"),
            "completed", List.of());

    @RegisterExtension
    final Migrated jobs = Given.jobs();

    /** A job that was led to a status on a legal way. */
    private static String jobIn(Session session, String status) throws SQLException {
        String id = Given.job(session, status);
        if (!status.equals("pending")) {
            session.run(move("processing"), id);
        }
        if (!status.equals("pending") && !status.equals("processing")) {
            session.run(move(status), id);
        }
        return id;
    }

    private static String move(String to) {
        return "update jobs.jobs set status = '" + to + "', "
                + switch (to) {
                    case "processing" -> "attempts = attempts + 1";
                    case "completed" -> "result = '{\"found\": 1}'";
                    case "pending" -> "max_attempts = attempts + 5";
                    default -> "last_error = 'broken'";
                }
                + " where id = ?::uuid";
    }

    @ParameterizedTest
    @ValueSource(strings = {"pending", "processing", "completed", "failed", "retry", "dlq"})
    void only_the_legal_moves_lead_on(String from) throws SQLException {
        List<String> accepted = new ArrayList<>();
        for (String to : STATES) {
            Session session = jobs.session();
            session.begin();
            String id = jobIn(session, from);
            if (to.equals(from)) {
                session.abort();
                continue;
            }
            String clear = from.equals("completed") ? ", completed_at = null where" : " where";
            try {
                session.run(move(to).replace(" where", clear), id);
                accepted.add(to);
            } catch (SQLException e) {
                assertThat(Refusal.of(e).rule()).isEqualTo("23514 jobs_legal_move");
            }
            session.abort();
        }
        assertThat(accepted).containsExactlyInAnyOrderElementsOf(LEGAL.getOrDefault(from, List.of()));
    }

    @Test
    void a_status_constraint_alone_lets_a_completed_job_run_again() throws SQLException {
        Session session = jobs.session();
        session.run("create table public.naive (status text check (status in ('pending', 'processing', 'completed')))");
        session.run("insert into public.naive values ('completed')");

        assertThat(session.run("update public.naive set status = 'pending'")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23514 jobs_begins_pending            | status = 'processing', started_at = now()",
                "23514 jobs_begins_pending            | attempts = 1",
                "23514 words_not_blank                | job_type = '\t'",
                "23514 words_not_blank                | idempotency_key = ''",
                "23514 jobs_key_is_short              | job_type = repeat('t', 101)",
                "23514 jobs_key_is_short              | idempotency_key = repeat('k', 501)",
                "23514 jobs_payload_is_object         | payload = '[]'",
                "23514 jobs_max_attempts_positive     | max_attempts = 0",
                "23514 jobs_completed_at_only_when_completed | completed_at = now()",
                "23514 jobs_result_only_when_completed | result = '{\"a\": 1}'",
                "23514 jobs_lease_only_when_processing | lease_until = now()",
                "23514 instant_is_finite              | next_attempt_at = 'infinity'",
                "23514 jobs_priority_in_range         | priority = 11",
                "23502                                | payload = null",
            })
    void a_job_against_a_rule_is_refused_by_that_rule(String rule, String difference) throws SQLException {
        String column = difference.split(" = ", 2)[0];
        String value = difference.split(" = ", 2)[1];
        String insert = "insert into jobs.jobs (job_type, idempotency_key, max_attempts, %s) select t, k, m, %s"
                + " from (values ('fetch', 'k', 3)) v (t, k, m)";
        Session session = jobs.session();
        String sql = List.of("job_type", "idempotency_key", "max_attempts").contains(column)
                ? "insert into jobs.jobs (job_type, idempotency_key, max_attempts) values ("
                        + (column.equals("job_type") ? value : "'fetch'") + ", "
                        + (column.equals("idempotency_key") ? value : "'k'") + ", "
                        + (column.equals("max_attempts") ? value : "3") + ")"
                : difference.startsWith("status")
                        ? insert.formatted("status, started_at, lease_until", "'processing', now(), now()")
                        : insert.formatted(column, value);

        assertThat(session.refused(sql).rule()).isEqualTo(rule);
    }

    @Test
    void the_same_work_is_queued_once_within_its_type() throws SQLException {
        Session session = jobs.session();
        Given.job(session, "k");

        assertThat(session.refused("insert into jobs.jobs (job_type, idempotency_key) values ('fetch', 'k')")
                        .rule())
                .isEqualTo("23505 jobs_idempotency_key");
        assertThat(session.run("insert into jobs.jobs (job_type, idempotency_key) values ('parse', 'k')"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23001 jobs_identity_immutable    | idempotency_key = 'other'",
                "23001 jobs_identity_immutable    | job_type = 'other'",
                "23514 jobs_attempts_count_claims | attempts = 2",
                "23514 jobs_status_known          | status = 'lost'",
                "23001 jobs_identity_immutable    | created_at = 'epoch'",
                "23514 jobs_completed_at_only_when_completed | completed_at = now()",
                "23514 jobs_lease_only_when_processing | lease_until = null",
            })
    void a_change_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = jobs.session();
        String id = jobIn(session, "processing");
        String expected = change.startsWith("status") ? "23514 jobs_legal_move" : rule;

        assertThat(session.refused("update jobs.jobs set " + change + " where id = ?::uuid", id)
                        .rule())
                .isEqualTo(expected);
    }

    @Test
    void the_server_says_when_a_job_was_completed_and_a_failure_says_why() throws SQLException {
        Session session = jobs.session();
        String id = jobIn(session, "processing");

        assertThat(session.refused("update jobs.jobs set status = 'dlq' where id = ?::uuid", id)
                        .rule())
                .isEqualTo("23514 jobs_last_error_of_a_failure");
        assertThat(session.refused("update jobs.jobs set started_at = null where id = ?::uuid", id)
                        .rule())
                .isEqualTo("23514 jobs_started_at_when_processing");
        assertThat(session.run(
                        "update jobs.jobs set status = 'completed', completed_at = 'epoch' where id = ?::uuid", id))
                .isEqualTo(1);
        assertThat(session.text("select completed_at > created_at and lease_until is null from jobs.jobs"))
                .isEqualTo("t");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "result = '{}'",
                "payload = '{\"a\": 1}'",
                "completed_at = now()",
                "max_attempts = 9",
                "last_error = 'late'"
            })
    void what_is_completed_stays_as_it_is(String change) throws SQLException {
        Session session = jobs.session();
        jobIn(session, "completed");

        assertThat(session.refused("update jobs.jobs set " + change).rule()).isEqualTo("23001 jobs_completed_is_final");
    }

    @Test
    void a_failing_job_waits_longer_each_time_and_ends_as_a_dead_letter() throws SQLException {
        Session session = jobs.session();
        String id = Given.job(session, "k");
        List<String> way = new ArrayList<>();
        for (int attempt = 1; attempt <= 5; attempt++) {
            session.run("update jobs.jobs set next_attempt_at = now() where id = ?::uuid", id);
            assertThat(session.lines("select id from jobs.claim(10)")).containsExactly(id);
            way.add(session.text(
                    "select status || ' ' || date_trunc('s', next_attempt_at - now()) from jobs.fail(?::uuid, ?, 'no')",
                    id,
                    attempt));
        }

        assertThat(way)
                .containsExactly(
                        "retry 00:00:05", "retry 00:00:10", "retry 00:00:20", "retry 00:00:40", "dlq 00:01:20");
        assertThat(session.refused(move("processing"), id).rule()).isEqualTo("23514 jobs_legal_move");
        assertThat(session.refused("update jobs.jobs set status = 'pending', attempts = 0 where id = ?::uuid", id)
                        .rule())
                .as("the number of an attempt would come again, and with it the fence of a worker of before")
                .isEqualTo("23514 jobs_attempts_count_claims");
        assertThat(session.text(
                        "select status || ' ' || attempts || ' ' || max_attempts from jobs.requeue(?::uuid, 2)", id))
                .isEqualTo("pending 5 7");
    }

    @Test
    void no_job_is_tried_more_often_than_allowed() throws SQLException {
        Session session = jobs.session();
        String id = session.text("insert into jobs.jobs (job_type, idempotency_key, max_attempts)"
                + " values ('fetch', 'k', 1) returning id");
        session.run(move("processing"), id);
        assertThat(session.refused(move("retry"), id).rule()).isEqualTo("23514 jobs_waiting_has_attempts_left");
        session.run(move("failed"), id);
        assertThat(session.refused(move("retry"), id).rule()).isEqualTo("23514 jobs_waiting_has_attempts_left");
        String other = jobIn(session, "retry");
        assertThat(session.refused("update jobs.jobs set max_attempts = attempts where id = ?::uuid", other)
                        .rule())
                .as("a waiting job without attempts would make every claim fail that meets it")
                .isEqualTo("23514 jobs_waiting_has_attempts_left");
        assertThat(session.lines("select id from jobs.claim(10)")).containsExactly(other);
    }

    @ParameterizedTest
    @CsvSource({"0, 00:00:05", "1, 00:00:05", "2, 00:00:10", "10, 00:42:40", "11, 01:00:00", "2000000000, 01:00:00"})
    void the_wait_doubles_up_to_an_hour(int attempts, String wait) throws SQLException {
        assertThat(jobs.session().text("select jobs.backoff(?)", attempts)).isEqualTo(wait);
    }

    @Test
    void updated_at_follows_each_change() throws SQLException {
        Session session = jobs.session();
        String id = Given.job(session, "k");
        session.run("update jobs.jobs set payload = '{\"a\": 1}', updated_at = 'epoch' where id = ?::uuid", id);

        assertThat(session.text("select updated_at > created_at from jobs.jobs"))
                .isEqualTo("t");
    }

    @Test
    void a_worker_that_reports_twice_or_late_changes_nothing() throws SQLException {
        Session session = jobs.session();
        String rows = "select (j)::text from jobs.jobs j order by id";
        String completed = jobIn(session, "completed");
        String retried = jobIn(session, "retry");
        String dead = jobIn(session, "dlq");
        List<String> before = session.lines(rows);

        for (String id : List.of(completed, retried, dead)) {
            assertThat(session.lines("select id from jobs.complete(?::uuid, 1)", id))
                    .isEmpty();
            assertThat(session.lines("select id from jobs.fail(?::uuid, 1, 'late')", id))
                    .isEmpty();
            assertThat(session.lines("select id from jobs.extend(?::uuid, 1)", id))
                    .isEmpty();
        }
        assertThat(session.lines(rows)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pending    | 1 | true",
                "pending    | 0 | false",
                "processing | 1 | true",
                "retry      | 1 | true",
                "failed     | 1 | true",
                "completed  | 1 | true",
                "dlq        | 1 | true"
            })
    void a_job_is_not_deleted_while_its_key_must_be_remembered(String status, int attempts, boolean stays)
            throws SQLException {
        Session session = jobs.session();
        String id = jobIn(session, status);
        if (status.equals("pending") && attempts == 1) {
            session.run(move("processing"), id);
            session.run(move("dlq"), id);
            session.run(move("pending"), id);
        }

        if (stays) {
            assertThat(session.refused("delete from jobs.jobs").rule()).isEqualTo("23001 jobs_stay");
        } else {
            assertThat(session.run("delete from jobs.jobs")).isEqualTo(1);
        }
        assertThat(session.refused("truncate jobs.jobs").rule()).isEqualTo("23001 jobs_stay");
    }

    @Test
    void a_purge_takes_what_was_completed_long_ago_and_nothing_else() throws SQLException {
        Session session = jobs.session();
        session.script("""
            set session_replication_role = replica;
            insert into jobs.jobs (job_type, idempotency_key, status, attempts, completed_at)
                select 'fetch', 'done' || i, 'completed', 1, now() - i * interval '1 day' from generate_series(1, 100) i;
            insert into jobs.jobs (job_type, idempotency_key, status, attempts, last_error, updated_at)
                values ('fetch', 'dead', 'dlq', 1, 'no', now() - interval '1 year');
            insert into jobs.jobs (job_type, idempotency_key, status, attempts, started_at, lease_until)
                values ('fetch', 'runs', 'processing', 1, now() - interval '1 year', now() - interval '1 year');
            set session_replication_role = default;
            """);

        assertThat(session.refused("select jobs.purge(interval '1 day')").sqlState())
                .isEqualTo("22023");
        assertThat(session.refused("select jobs.purge(null)").sqlState()).isEqualTo("22023");
        assertThat(session.refused("select jobs.purge(interval '-1 year')").sqlState())
                .isEqualTo("22023");
        assertThat(session.number("select jobs.purge(interval '89.5 days', 4)")).isEqualTo(4);
        assertThat(session.number("select jobs.purge(interval '89.5 days')")).isEqualTo(7);
        assertThat(session.number("select jobs.purge()")).isZero();
        assertThat(session.number("select count(*) from jobs.jobs")).isEqualTo(91);
        assertThat(session.plan("select id from jobs.jobs where status = 'completed'"
                        + " and completed_at < now() - interval '90 days' order by completed_at limit 10"))
                .contains("jobs_completed_idx");
    }

    @Test
    void work_is_asked_for_once_by_many_at_once_and_other_work_needs_another_key() throws Exception {
        String ask = "select jobs.enqueue('pay', 'invoice-1', '{\"cents\": 7}')";

        assertThat(jobs.crowd(10, session -> session.text(ask)))
                .containsOnly(jobs.session().text(ask));
        Session session = jobs.session();
        assertThat(session.refused("select jobs.enqueue('pay', 'invoice-1', '{\"cents\": 8}')")
                        .rule())
                .isEqualTo("23505 jobs_idempotency_key");
        assertThat(session.lines("select attempts || status from jobs.jobs")).containsExactly("0pending");
    }

    @Test
    void a_key_of_the_greatest_length_fits_into_its_index_whatever_its_letters() throws SQLException {
        assertThat(jobs.session()
                        .run("insert into jobs.jobs (job_type, idempotency_key)"
                                + " select string_agg(chr(65536 + 7 * i), '') filter (where i <= 100),"
                                + " string_agg(chr(131072 + 7 * i), '') from generate_series(1, 500) as i"))
                .isEqualTo(1);
    }

    @Test
    void a_dead_letter_that_was_put_back_by_mistake_is_taken_away_again() throws SQLException {
        Session session = jobs.session();
        String id = jobIn(session, "dlq");
        session.text("select status from jobs.requeue(?::uuid)", id);

        assertThat(session.text("select jobs.discard(?::uuid, 'a mistake')", id))
                .isEqualTo("f");
        assertThat(session.text("select jobs.give_up(?::uuid, 'a mistake')", id))
                .isEqualTo("t");
        assertThat(session.text("select jobs.forget(?::uuid, 'request 7')", id)).isEqualTo("t");
        assertThat(session.text("select concat_ws(' ', status, payload, last_error) from jobs.jobs"))
                .isEqualTo("dlq {} forgotten");
    }
}
