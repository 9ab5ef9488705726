package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-02")
final class JobPollingTest {
    private static final String DUE =
            "select id from jobs.jobs" + " where status in ('pending', 'retry') and next_attempt_at <= now()";

    @RegisterExtension
    final Migrated jobs = Given.jobs();

    @Test
    void eight_workers_take_each_job_once_and_leave_none() throws Exception {
        jobs.session()
                .run("insert into jobs.jobs (job_type, idempotency_key)"
                        + " select 'fetch', 'k' || i from generate_series(1, 800) i");

        List<List<String>> taken = jobs.crowd(8, session -> {
            List<String> mine = new ArrayList<>();
            for (List<String> batch = claim(session); !batch.isEmpty(); batch = claim(session)) {
                mine.addAll(batch);
                for (String id : batch) {
                    session.run("select jobs.complete(?::uuid, 1)", id);
                }
            }
            return mine;
        });

        List<String> all = taken.stream().flatMap(List::stream).toList();
        assertThat(all).hasSize(800).doesNotHaveDuplicates();
        assertThat(jobs.session().lines("select distinct status || ' ' || attempts from jobs.jobs"))
                .containsExactly("completed 1");
    }

    private static List<String> claim(Session session) throws SQLException {
        return session.lines("select id from jobs.claim(7)");
    }

    @Test
    void a_naive_look_gives_the_same_job_to_two_workers() throws SQLException {
        Given.job(jobs.session(), "k");
        Session one = jobs.session();
        Session two = jobs.session();
        one.begin();
        two.begin();

        assertThat(one.lines(DUE)).isEqualTo(two.lines(DUE)).hasSize(1);
    }

    @Test
    void a_worker_does_not_wait_for_a_job_that_another_holds() throws SQLException {
        Given.job(jobs.session(), "first");
        Session one = jobs.session();
        one.begin();
        assertThat(claim(one)).hasSize(1);
        Session two = jobs.session();
        two.run("set lock_timeout = 1");

        assertThat(claim(two)).isEmpty();
        one.abort();
        assertThat(claim(two)).as("what a dying worker held is free at once").hasSize(1);
    }

    @Test
    void urgent_jobs_come_first_and_jobs_of_the_future_not_yet() throws SQLException {
        Session session = jobs.session();
        session.run("insert into jobs.jobs (job_type, idempotency_key, priority, next_attempt_at) values"
                + " ('t', 'old', 0, now() - interval '2 h'), ('t', 'urgent', 5, now() - interval '1 s'),"
                + " ('t', 'new', 0, now() - interval '1 h'), ('t', 'later', 9, now() + interval '1 h')");

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            order.addAll(session.lines("select idempotency_key from jobs.claim(1)"));
        }
        assertThat(order).containsExactly("urgent", "old", "new");
        assertThat(claim(session)).isEmpty();
    }

    @Test
    void polling_and_dead_letters_use_their_small_indexes_among_many_completed_jobs() throws SQLException {
        Session session = jobs.session();
        session.script("""
            set session_replication_role = replica;
            insert into jobs.jobs (job_type, idempotency_key, status, completed_at)
                select 'fetch', 'done' || i, 'completed', now() from generate_series(1, 100000) i;
            insert into jobs.jobs (job_type, idempotency_key, next_attempt_at)
                select 'fetch', 'due' || i, now() - i * interval '1 s' from generate_series(1, 500) i;
            insert into jobs.jobs (job_type, idempotency_key, status, last_error)
                select 'fetch', 'dead' || i, 'dlq', 'no' from generate_series(1, 200) i;
            set session_replication_role = default;
            analyze jobs.jobs;
            """);

        assertThat(session.plan(DUE + " and priority = 0 order by next_attempt_at limit 10 for update skip locked"))
                .contains("jobs_due_by_priority_idx")
                .doesNotContain("Seq Scan", "\"Sort\"");
        assertThat(session.plan("select * from jobs.jobs where status = 'dlq' order by updated_at desc limit 50"))
                .contains("jobs_dead_letter_idx")
                .doesNotContain("Seq Scan", "\"Sort\"");
        assertThat(session.plan("select * from jobs.jobs where status = 'processing' and lease_until <= now()"))
                .contains("jobs_lease_idx")
                .doesNotContain("Seq Scan");
        assertThat(session.number("select pg_relation_size('jobs.jobs_due_by_priority_idx')"))
                .as("an index of the due jobs alone is small")
                .isLessThan(session.number("select pg_relation_size('jobs.jobs_pkey')") / 20);
    }

    @Test
    void polling_reads_only_what_is_due_behind_many_urgent_jobs_that_are_not() throws SQLException {
        Session writer = jobs.session();
        writer.script("""
            insert into jobs.jobs (job_type, idempotency_key, priority, next_attempt_at)
                select 'fetch', 'later' || i, i % 3 + 1, now() + i * interval '1 s' + interval '1 h'
                from generate_series(1, 20000) i;
            insert into jobs.jobs (job_type, idempotency_key) select 'fetch', 'due' || i from generate_series(1, 50) i;
            analyze jobs.jobs;
            """);
        String reads = "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_all_tables"
                + " where relid = 'jobs.jobs'::regclass";
        Session worker = jobs.session();
        worker.begin();
        assertThat(worker.lines("select id from jobs.claim(5)")).hasSize(5);

        assertThat(worker.number(reads))
                .as("five, twice, and one of each priority")
                .isLessThan(20);
        worker.abort();
    }

    @Test
    void a_late_worker_does_not_end_the_attempt_of_another() throws SQLException {
        Session session = jobs.session();
        String id = Given.job(session, "k");
        assertThat(session.text("select attempts from jobs.claim(1)")).isEqualTo("1");
        session.run("update jobs.jobs set lease_until = now()");
        assertThat(session.lines("select id from jobs.claim(1)"))
                .as("what killed one worker does not kill the next at once")
                .isEmpty();
        assertThat(session.text("select status || (next_attempt_at > now() + interval '4 s') from jobs.jobs"))
                .isEqualTo("retrytrue");
        session.run("update jobs.jobs set next_attempt_at = now()");
        assertThat(session.text("select attempts from jobs.claim(1)")).isEqualTo("2");

        for (String report : new String[] {"complete(?::uuid, 1)", "fail(?::uuid, 1, 'no')", "extend(?::uuid, 1)"}) {
            assertThat(session.lines("select id from jobs." + report, id)).isEmpty();
        }
        assertThat(session.lines("select id from jobs.complete(?::uuid, null)", id))
                .isEmpty();
        assertThat(session.text("select status || ' ' || result from jobs.complete(?::uuid, 2, '{\"pages\": 3}')", id))
                .isEqualTo("completed {\"pages\": 3}");
    }

    @Test
    void the_job_of_a_dead_worker_comes_back_once_and_ends_as_a_dead_letter() throws Exception {
        Session session = jobs.session();
        session.run("insert into jobs.jobs (job_type, idempotency_key, max_attempts) values ('fetch', 'k', 2)");
        session.lines("select id from jobs.claim(1)");
        assertThat(session.lines("select id from jobs.claim(1)"))
                .as("a lease that runs")
                .isEmpty();
        session.run("update jobs.jobs set lease_until = now()");
        session.lines("select id from jobs.release_lapsed()");
        session.run("update jobs.jobs set next_attempt_at = now()");

        List<Integer> taken =
                jobs.crowd(8, s -> s.lines("select id from jobs.claim(1)").size());
        assertThat(taken).containsOnlyOnce(1);
        session.run("update jobs.jobs set lease_until = now()");
        assertThat(session.text("select status || ': ' || last_error from jobs.release_lapsed()"))
                .isEqualTo("dlq: attempt 2 did not report before its lease ended");
        assertThat(session.lines("select id from jobs.claim(1)")).isEmpty();
    }

    @Test
    void a_job_that_was_never_tried_and_an_old_dead_letter_are_discarded_and_no_other() throws SQLException {
        Session session = jobs.session();
        String wrong = Given.job(session, "wrong");
        assertThat(session.text("select jobs.discard(?::uuid, 'wrong')", wrong)).isEqualTo("t");
        assertThat(session.text("select jobs.discard(?::uuid, 'wrong')", wrong)).isEqualTo("f");
        String id = session.text("select jobs.enqueue('fetch', 'dead', p_max_attempts => 1)");
        session.lines("select id from jobs.claim(1)");
        assertThat(session.text("select jobs.discard(?::uuid, 'wrong')", id))
                .as("at work")
                .isEqualTo("f");
        session.lines("select id from jobs.fail(?::uuid, 1, 'no')", id);
        assertThat(session.refused("select jobs.discard(?::uuid, 'wrong')", id).rule())
                .isEqualTo("23001 jobs_stay");
        session.script("set session_replication_role = replica;"
                + " update jobs.jobs set updated_at = now() - interval '8 days';"
                + " set session_replication_role = default");

        assertThat(session.text("select jobs.discard(?::uuid, 'wrong')", id)).isEqualTo("t");
        assertThat(session.number("select count(*) from jobs.jobs")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "u&'\\00A0'"})
    void a_job_is_not_discarded_or_forgotten_without_a_reason(String reason) throws SQLException {
        Session session = jobs.session();
        String id = Given.job(session, "k");

        for (String call : new String[] {"discard", "forget", "give_up"}) {
            assertThat(session.refused("select jobs." + call + "(?::uuid, " + reason + ")", id)
                            .rule())
                    .isEqualTo("23514 words_not_blank");
        }
    }

    @Test
    void a_job_that_would_be_tried_for_years_is_given_up() throws SQLException {
        Session session = jobs.session();
        String id = session.text("select jobs.enqueue('fetch', 'k', p_max_attempts => 1000000)");
        String give = "select jobs.give_up(?::uuid, 'asked for by mistake')";
        assertThat(session.text(give, id)).as("discard it instead").isEqualTo("f");
        session.lines("select id from jobs.claim(1)");
        assertThat(session.text(give, id)).as("at work").isEqualTo("f");
        session.lines("select id from jobs.fail(?::uuid, 1, 'no')", id);

        assertThat(session.text(give, id)).isEqualTo("t");
        assertThat(session.text("select status || ': ' || last_error from jobs.jobs"))
                .isEqualTo("dlq: asked for by mistake");
        assertThat(session.text("select jobs.forget(?::uuid, 'request 7')", id)).isEqualTo("t");
    }

    @Test
    void the_words_of_a_job_that_ended_go_at_once_and_its_key_stays() throws SQLException {
        Session session = jobs.session();
        String ask = "select jobs.enqueue('fetch', 'k%d', '{\"of\": \"Ada\"}', p_max_attempts => 1)";
        String done = session.text(ask.formatted(1));
        String dead = session.text(ask.formatted(2));
        assertThat(session.text("select jobs.forget(?::uuid, 'request 7')", done))
                .as("it will be tried")
                .isEqualTo("f");
        session.lines("select id from jobs.claim(2)");
        assertThat(session.text("select jobs.forget(?::uuid, 'request 7')", done))
                .as("at work")
                .isEqualTo("f");
        session.lines("select id from jobs.complete(?::uuid, 1, '{\"by\": \"Ada\"}')", done);
        session.lines("select id from jobs.fail(?::uuid, 1, 'Ada')", dead);
        assertThat(session.text("select jobs.forget(?::uuid, 'request 7')", done))
                .isEqualTo("t");
        assertThat(session.text("select jobs.forget(?::uuid, 'request 7')", dead))
                .isEqualTo("t");

        assertThat(session.text("select jobs.forget(?::uuid, 'again')", dead)).isEqualTo("f");
        assertThat(session.number("select count(*) from jobs.jobs j where j::text ~ 'Ada'"))
                .isZero();
        assertThat(session.lines("select kind || ' ' || status || ' ' || reason from jobs.removals order by status"))
                .containsExactly("forget completed request 7", "forget dlq request 7");
        assertThat(session.text(ask.formatted(1))).as("asked again").isEqualTo(done);
        assertThat(session.lines("select id from jobs.requeue(?::uuid)", dead)).isEmpty();
        assertThat(session.refused("update jobs.jobs set forgotten_at = null").rule())
                .isEqualTo("23001 jobs_forgotten_is_final");
        assertThat(session.refused("update jobs.jobs set status = 'pending', max_attempts = 9 where status = 'dlq'")
                        .rule())
                .isEqualTo("23001 jobs_forgotten_is_final");
        String waits = Given.job(session, "waits");
        assertThat(session.refused("update jobs.jobs set forgotten_at = now() where id = ?::uuid", waits)
                        .rule())
                .isEqualTo("23514 jobs_forgotten_has_no_words");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"update jobs.removals set reason = 'x'", "delete from jobs.removals", "truncate jobs.removals"})
    void why_a_job_was_removed_is_not_removed(String statement) throws SQLException {
        Session session = jobs.session();
        session.text("select jobs.discard(?::uuid, 'wrong')", Given.job(session, "k"));

        assertThat(session.refused(statement).rule()).isEqualTo("23001 removals_append_only");
        session.run("set session_replication_role = replica");
        assertThat(session.refused(statement).rule()).isEqualTo("23001 removals_append_only");
        assertThat(session.text("select recorded_by = session_user and kind = 'discard' from jobs.removals"))
                .isEqualTo("t");
        assertThat(session.refused("insert into jobs.removals (kind, job_id, job_type, status, reason)"
                                + " values ('lose', gen_random_uuid(), 't', 'dlq', 'r')")
                        .rule())
                .isEqualTo("23514 removals_kind_known");
    }

    @Test
    void why_a_job_was_removed_goes_after_years() throws SQLException {
        Session session = jobs.session();
        session.text("select jobs.discard(?::uuid, 'wrong')", Given.job(session, "young"));
        session.script("set session_replication_role = replica;"
                + " insert into jobs.removals (kind, job_id, job_type, status, reason, occurred_at) values"
                + " ('forget', gen_random_uuid(), 't', 'dlq', 'r', now() - interval '8 years'),"
                + " ('forget', gen_random_uuid(), 't', 'dlq', 'r', now() - interval '2 years');"
                + " set session_replication_role = default");

        for (String arguments : new String[] {"null", "interval '360 days'", "interval '7 years', 0"}) {
            assertThat(session.refused("select jobs.purge_removals(" + arguments + ")")
                            .sqlState())
                    .isEqualTo("22023");
        }
        assertThat(session.number("select jobs.purge_removals()")).isEqualTo(1);
        assertThat(session.number("select jobs.purge_removals(interval '1 year')"))
                .isEqualTo(1);
        assertThat(session.lines("select reason from jobs.removals")).containsExactly("wrong");
    }

    @Test
    void old_dead_letters_are_purged_and_young_ones_wait_for_somebody() throws SQLException {
        Session session = jobs.session();
        session.script("""
            set session_replication_role = replica;
            insert into jobs.jobs (job_type, idempotency_key, status, attempts, last_error, updated_at)
                select 'fetch', 'dead' || i, 'dlq', 1, 'no', now() - i * interval '100 days' from generate_series(0, 9) i;
            insert into jobs.jobs (job_type, idempotency_key, status, attempts, completed_at, updated_at)
                values ('fetch', 'done', 'completed', 1, now() - interval '5 years', now() - interval '5 years');
            set session_replication_role = default;
            """);

        for (String arguments : new String[] {"null", "interval '6 days'", "interval '1 year', null"}) {
            assertThat(session.refused("select jobs.purge_dead_letters(" + arguments + ")")
                            .sqlState())
                    .isEqualTo("22023");
        }
        assertThat(session.number("select jobs.purge_dead_letters(interval '1 year', 2)"))
                .isEqualTo(2);
        assertThat(session.number("select jobs.purge_dead_letters()")).isEqualTo(4);
        assertThat(session.number("select jobs.purge_dead_letters()")).isZero();
        assertThat(session.number("select count(*) from jobs.jobs")).isEqualTo(5);
        assertThat(session.plan(
                        "select id from jobs.jobs where status = 'dlq' and updated_at < now() - interval '1 year'"
                                + " order by updated_at limit 10"))
                .contains("jobs_dead_letter_idx");
    }

    @Test
    void a_worker_takes_the_jobs_of_its_types_and_leaves_the_others_their_attempts() throws SQLException {
        Session session = jobs.session();
        session.run("insert into jobs.jobs (job_type, idempotency_key, priority, next_attempt_at) values"
                + " ('fetch', 'f0', 0, now() - interval '3 h'), ('parse', 'p0', 0, now() - interval '2 h'),"
                + " ('parse', 'p5', 5, now()), ('parse', 'later', 9, now() + interval '1 h'), ('pay', 'y9', 9, now())");
        String claim = "select idempotency_key from jobs.claim_types(%s, 10)";

        assertThat(session.lines(claim.formatted("array['mail']"))).isEmpty();
        assertThat(session.lines(claim.formatted("array['parse', 'fetch', 'parse']")))
                .containsExactly("p5", "p0", "f0");
        assertThat(session.lines(
                        "select idempotency_key || attempts from jobs.jobs where status = 'pending' order by 1"))
                .containsExactly("later0", "y90");
        for (String types : new String[] {"null", "'{}'", "array['fetch', null]"}) {
            assertThat(session.refused(claim.formatted(types)).sqlState()).isEqualTo("22023");
        }
        assertThat(session.lines("select idempotency_key from jobs.claim(10)")).containsExactly("y9");
    }

    @Test
    void two_kinds_of_workers_beside_each_other_take_each_job_once() throws Exception {
        jobs.session()
                .run("insert into jobs.jobs (job_type, idempotency_key, priority)"
                        + " select case i % 2 when 0 then 'fetch' else 'parse' end, 'k' || i, i % 3"
                        + " from generate_series(1, 400) i");
        AtomicInteger number = new AtomicInteger();
        List<List<String>> taken = jobs.crowd(6, session -> {
            String claim = switch (number.getAndIncrement() % 3) {
                case 0 -> "jobs.claim_types('{fetch}', 7)";
                case 1 -> "jobs.claim_types('{parse}', 7)";
                default -> "jobs.claim(7)";
            };
            List<String> mine = new ArrayList<>();
            for (List<String> batch = session.lines("select id from " + claim);
                    !batch.isEmpty();
                    batch = session.lines("select id from " + claim)) {
                mine.addAll(batch);
            }
            return mine;
        });

        assertThat(taken.stream().flatMap(List::stream).toList()).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void polling_by_type_reads_only_what_is_due_of_the_type() throws SQLException {
        Session writer = jobs.session();
        writer.script("""
            insert into jobs.jobs (job_type, idempotency_key, priority)
                select 'other', 'k' || i, i % 3 from generate_series(1, 20000) i;
            insert into jobs.jobs (job_type, idempotency_key, priority, next_attempt_at)
                select 'rare', 'later' || i, 7, now() + interval '1 h' from generate_series(1, 1000) i;
            insert into jobs.jobs (job_type, idempotency_key) select 'rare', 'due' || i from generate_series(1, 50) i;
            analyze jobs.jobs;
            """);
        Session worker = jobs.session();
        worker.begin();
        assertThat(worker.lines("select id from jobs.claim_types('{rare}', 5)")).hasSize(5);

        assertThat(worker.number("select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_all_tables"
                        + " where relid = 'jobs.jobs'::regclass"))
                .as("five, twice, and one of each priority")
                .isLessThan(20);
        worker.abort();
    }

    @Test
    void a_job_is_due_within_a_year() throws SQLException {
        Session session = jobs.session();
        String ask = "select jobs.enqueue('t', 'k', p_not_before => %s)";

        assertThat(session.refused(ask.formatted("'9999-01-01'")).rule()).isEqualTo("23514 jobs_due_within_a_year");
        assertThat(session.text(ask.formatted("now() + interval '364 days'"))).isNotEmpty();
    }

    @Test
    void a_lease_is_counted_from_the_clock_and_never_made_shorter() throws SQLException {
        Session session = jobs.session();
        String id = Given.job(session, "k");
        session.begin();
        session.text("select now()");
        String lease = session.text("select lease_until from jobs.claim(1, interval '1 h')");

        assertThat(session.text("select lease_until > now() + interval '1 h' and started_at > now() from jobs.jobs"))
                .as("not from the start of a transaction, however long ago")
                .isEqualTo("t");
        assertThat(session.text("select lease_until from jobs.extend(?::uuid, 1, interval '1 s')", id))
                .isEqualTo(lease);
        assertThat(session.text(
                        "select lease_until > now() + interval '2 h' from jobs.extend(?::uuid, 1, interval '2 h')", id))
                .isEqualTo("t");
        session.commit();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claim(0)",
                "claim(-1)",
                "claim(null)",
                "claim(1000000)",
                "claim(1, null)",
                "claim(1, interval '0')",
                "claim(1, interval '1 year')",
                "release_lapsed(null)",
                "extend(gen_random_uuid(), 1, interval '-1 h')"
            })
    void arguments_that_make_no_sense_are_refused(String call) throws SQLException {
        assertThat(jobs.session().refused("select jobs." + call).sqlState()).isEqualTo("22023");
    }
}
