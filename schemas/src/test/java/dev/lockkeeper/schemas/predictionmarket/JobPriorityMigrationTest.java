package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The priority of a job comes in three steps, while workers go on. */
@Tag("PM-02")
final class JobPriorityMigrationTest {
    private static final String ROWS = "select concat_ws(' ', id, job_type, idempotency_key, payload, status, attempts,"
            + " lease_until, result, last_error, created_at, updated_at) from jobs.jobs order by id";

    @RegisterExtension
    final Migrated jobs = Given.jobs().to("002");

    @Test
    void workers_of_before_go_on_through_every_step_and_no_job_is_lost_or_done_twice() throws Exception {
        Session writer = jobs.session();
        writer.run("insert into jobs.jobs (job_type, idempotency_key)"
                + " select 'fetch', 'before' || i from generate_series(1, 3000) i");
        AtomicBoolean up = new AtomicBoolean();
        int workers = 3;
        ExecutorService threads = Executors.newFixedThreadPool(workers + 1);
        try {
            List<Future<List<String>>> taken = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                Session worker = jobs.session();
                taken.add(threads.submit(() -> {
                    List<String> mine = new ArrayList<>();
                    while (true) {
                        boolean last = up.get();
                        List<String> batch = worker.lines("select id from jobs.claim(5)");
                        for (String id : batch) {
                            mine.addAll(worker.lines("select id from jobs.complete(?::uuid, 1, '{\"ok\": true}')", id));
                        }
                        if (batch.isEmpty() && last) {
                            return mine;
                        }
                    }
                }));
            }
            Future<Integer> asked = threads.submit(() -> {
                int n = 0;
                while (!up.get() || n == 0) {
                    Given.job(writer, "meanwhile" + n);
                    n++;
                }
                return n;
            });
            jobs.up("007");
            up.set(true);

            List<String> all = new ArrayList<>();
            int meanwhile = asked.get();
            for (Future<List<String>> worker : taken) {
                all.addAll(worker.get());
            }
            // what was asked for after a worker's last look
            for (String id : writer.lines("select id from jobs.claim(10000)")) {
                all.addAll(writer.lines("select id from jobs.complete(?::uuid, 1)", id));
            }
            assertThat(all).hasSize(3000 + meanwhile).doesNotHaveDuplicates();
            assertThat(writer.lines("select distinct status || attempts || priority from jobs.jobs"))
                    .containsExactly("completed10");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void jobs_in_every_state_survive_the_way_up_and_down() throws SQLException {
        Session session = jobs.session();
        session.run("insert into jobs.jobs (job_type, idempotency_key, max_attempts)"
                + " select 'fetch', 'k' || i, 1 + i % 2 from generate_series(1, 12) i");
        session.run("select jobs.fail(id, attempts, 'no') from jobs.claim(4)");
        session.run("select jobs.complete(id, attempts) from jobs.claim(4)");
        session.run("select jobs.claim(2)");
        // or they would be due by the time that a slow machine has come to the end
        session.run("update jobs.jobs set next_attempt_at = now() + interval '1 day' where status = 'retry'");
        List<String> rows = session.lines(ROWS);
        assertThat(session.number("select count(distinct status) from jobs.jobs"))
                .isEqualTo(5);

        jobs.up("007");
        assertThat(session.lines(ROWS)).isEqualTo(rows);
        for (int i = 0; i < 5; i++) {
            jobs.down();
            assertThat(session.lines(ROWS)).isEqualTo(rows);
        }
        assertThat(session.lines("select id from jobs.claim(10) where attempts = 1"))
                .as("those that failed are due by now, or not")
                .hasSize(2);
    }
}
