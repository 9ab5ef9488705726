package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Event;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Short transactions go on while migrations of their table are applied and rolled back, and a slow reader is in the way. The
 * longest time that one of them took is printed, once for a run that gives way and once for one that waits.
 */
@ExtendWith(Workshops.class)
@Tag("RUN-04")
class TrafficTest {
    private static final int CLIENTS = 4;
    private static final String WAITING =
            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    /** Clients that do one short transaction after the other. */
    private static final class Traffic implements AutoCloseable {
        private final AtomicLong longest = new AtomicLong();
        private final List<AtomicInteger> done = new ArrayList<>();
        private final List<CompletableFuture<Void>> clients = new ArrayList<>();
        private volatile boolean over;

        Traffic(Workshop workshop) {
            for (int i = 0; i < CLIENTS; i++) {
                AtomicInteger count = new AtomicInteger();
                int id = i + 1;
                done.add(count);
                clients.add(Workshop.inThread(() -> {
                    try (Person session = workshop.session()) {
                        while (!over) {
                            long start = System.nanoTime();
                            session.execute("update t set n = n + 1 where id = " + id + "; select n from t");
                            longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                            count.incrementAndGet();
                        }
                    }
                }));
            }
        }

        /** Waits until every client has come on by some transactions. */
        void awaitProgress() {
            List<Integer> before = done.stream().map(AtomicInteger::get).toList();
            Awaitility.await().until(() -> {
                for (int i = 0; i < CLIENTS; i++) {
                    if (done.get(i).get() < before.get(i) + 3) {
                        return false;
                    }
                }
                return true;
            });
        }

        long longestMillis() {
            return TimeUnit.NANOSECONDS.toMillis(longest.getAndSet(0));
        }

        @Override
        public void close() {
            over = true;
            clients.forEach(client -> client.orTimeout(60, TimeUnit.SECONDS).join());
        }
    }

    private static CompletableFuture<Void> start(
            Workshop workshop, Request request, Duration lock, AtomicInteger retries) {
        Policy policy = new Policy(true, false, false, new Patience(lock, Duration.ZERO, 10_000));
        Lockkeeper lockkeeper = workshop.lockkeeper(policy, Tokens.none());
        return Workshop.inThread(() -> lockkeeper.run(request, Duration.ofSeconds(30), event -> {
            if (event instanceof Event.Retrying) {
                retries.incrementAndGet();
            }
        }));
    }

    private static Person reader(Workshop workshop) {
        Person reader = workshop.session();
        reader.execute("begin; select * from t");
        return reader;
    }

    /** Gives how long the reader was in the way. */
    private static long patient(Workshop workshop, Traffic traffic, Request request) throws Exception {
        AtomicInteger retries = new AtomicInteger();
        long start = System.nanoTime();
        try (Person reader = reader(workshop)) {
            CompletableFuture<Void> run = start(workshop, request, Duration.ofMillis(50), retries);
            Awaitility.await().until(() -> retries.get() >= 3);
            traffic.awaitProgress();
            assertThat(run).as("the reader is still in the way").isNotDone();
            reader.execute("commit");
            long held = System.nanoTime() - start;
            run.get(60, TimeUnit.SECONDS);
            return held;
        }
    }

    private static void naive(Workshop workshop, Request request, long held) throws Exception {
        long start = System.nanoTime();
        try (Person reader = reader(workshop)) {
            CompletableFuture<Void> run = start(workshop, request, Duration.ZERO, new AtomicInteger());
            // the run, and behind it everybody
            Awaitility.await().until(() -> workshop.rows(WAITING).size() == CLIENTS + 1);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> System.nanoTime() - start >= held);
            assertThat(workshop.rows(WAITING)).as("nobody gets past").hasSize(CLIENTS + 1);
            reader.execute("commit");
            run.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void traffic_goes_on_beside_a_run_that_gives_way_and_piles_up_behind_one_that_waits(Workshop workshop)
            throws Exception {
        workshop.migration(
                        1,
                        "create table t (id int primary key, n int);\ninsert into t select g, 0 from generate_series(1, 100) g;",
                        "drop table t;")
                .apply();
        workshop.migration(2, "alter table t add m int;", "alter table t drop m;");
        Request back = Request.rollbackTo(Version.parse("1").orElseThrow());
        List<String> report = new ArrayList<>();
        try (Traffic traffic = new Traffic(workshop)) {
            traffic.awaitProgress();
            report.add("alone " + traffic.longestMillis() + " ms");
            for (Request request : List.of(Request.apply(), back)) {
                long held = patient(workshop, traffic, request);
                report.add(request.direction().command() + ": a reader in the way for "
                        + TimeUnit.NANOSECONDS.toMillis(held) + " ms, longest stall " + traffic.longestMillis()
                        + " ms");
            }
            for (Request request : List.of(Request.apply(), back)) {
                naive(workshop, request, TimeUnit.SECONDS.toNanos(1));
                report.add(request.direction().command() + " without patience: a reader in the way for 1000 ms,"
                        + " longest stall " + traffic.longestMillis() + " ms");
            }
        }
        report.forEach(System.out::println);
        assertThat(workshop.rows("select state from lockkeeper.history where version = '2'"))
                .containsExactly("rolled back", "rolled back");
    }
}
