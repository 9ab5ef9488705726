package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.source.Migration;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each migration of both components, applied while the database is in use at the version before it: every table has rows,
 * and clients write through the functions. No row is lost or altered, and nothing that was legal is refused.
 */
final class UpgradeTest {
    @RegisterExtension
    final Migrated jobs = Given.jobs().to("0");

    @RegisterExtension
    final Migrated core = Given.core().to("0");

    private interface Request {
        void of(Session session, String name) throws SQLException;
    }

    /** What clients ask for, by the function that it takes; all of it is legal from the version on that brings that. */
    private static Map<String, Request> requests() {
        Map<String, Request> requests = new LinkedHashMap<>();
        requests.put("jobs.claim", (session, name) -> {
            for (int i = 0; i < 4; i++) {
                Given.job(session, name + i);
            }
            List<String> mine = session.lines("select id from jobs.claim(3)");
            for (String id : mine) {
                session.lines("select id from jobs.extend(?::uuid, 1)", id);
            }
            session.lines("select id from jobs.complete(?::uuid, 1, '{\"ok\": true}')", mine.get(0));
            session.lines("select id from jobs.fail(?::uuid, 1, 'no')", mine.get(1));
        });
        requests.put("jobs.enqueue", (session, name) -> session.text("select jobs.enqueue('asked', ?)", name));
        requests.put(
                "jobs.claim_types", (session, name) -> session.lines("select id from jobs.claim_types('{asked}')"));
        requests.put(
                "jobs.discard",
                (session, name) ->
                        session.text("select jobs.discard(?::uuid, 'wrong')", Given.job(session, name + "wrong")));
        requests.put("core.begin_session", (session, name) -> {
            String user = Given.user(session, "editor");
            String token = Given.login(session, user);
            session.text("select core.end_session(?)", token);
            session.run("update core.users set is_active = false where id = ?::uuid", user);
        });
        requests.put("core.record_human", (session, name) -> {
            session.text("select core.record_human(?, 'note', 'market', 'm')", Given.admin(session));
            session.text("select core.record_system('note', 'market', 'm')");
            Given.agentEntry(session);
        });
        requests.put("core.move_market", (session, name) -> {
            String token = Given.admin(session);
            String id = UUID.randomUUID().toString();
            session.run(Given.insertMarket(id, Given.approval(session, id)));
            session.text("select core.move_market(?, ?::uuid, 'open')", token, id);
            String other = Given.market(session, name.toLowerCase(Locale.ROOT));
            session.text("select core.move_market(?, ?::uuid, 'cancelled')", token, other);
        });
        requests.put("core.add_event", (session, name) -> {
            String snapshot = Given.snapshot(session, "https://example.org/" + name);
            session.text(
                    "select core.add_event(id, 'It rained', '2026-03-01', 0.5, array[?], '{}', ?) from core.markets"
                            + " order by id limit 1",
                    snapshot,
                    name);
        });
        requests.put("core.next_sequence", (session, name) -> session.text("select core.next_sequence('client')"));
        requests.put("core.forget_payload", (session, name) -> {
            session.text("select core.forget_payload(?::uuid, 'request 7')", Given.agentEntry(session));
            session.lines("select core.close_due_markets()");
        });
        return requests;
    }

    private static List<Request> known(Session session) throws SQLException {
        List<Request> known = new ArrayList<>();
        for (Map.Entry<String, Request> request : requests().entrySet()) {
            String name = request.getKey();
            if (session.number(
                            "select count(*) from pg_proc where pronamespace::regnamespace || '.' || proname = ?", name)
                    > 0) {
                known.add(request.getValue());
            }
        }
        return known;
    }

    private static List<String> tables(Session session) throws SQLException {
        return session.lines("select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " where c.relkind = 'r' and n.nspname in ('jobs', 'core') order by 1");
    }

    /** Every row as it was written, but for what clients go on to change: jobs that wait, and counters. */
    private static List<String> rows(Session session) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : tables(session)) {
            String columns = "to_jsonb(r) - '{slug,priority}'::text[]";
            if (table.equals("jobs.jobs")) {
                columns = "case when status = 'completed' then " + columns
                        + " else jsonb_build_array(id, job_type, idempotency_key, payload, created_at) end";
            } else if (table.equals("core.channel_counters")) {
                columns = "to_jsonb(channel)";
            }
            rows.addAll(session.lines("select '" + table + " ' || (" + columns + ")::text from " + table + " as r"
                    + (table.equals("jobs.jobs") ? " where idempotency_key not like '%wrong'" : "")));
        }
        return rows;
    }

    /** Requests until the migration has ended, and once more. */
    private static int write(Session client, List<Request> known, String name, AtomicBoolean ended, AtomicInteger done)
            throws SQLException {
        boolean last;
        do {
            last = ended.get();
            for (Request request : known) {
                request.of(client, name + done.incrementAndGet() + "-");
            }
        } while (!last);
        return done.get();
    }

    private static int upgrade(Migrated database) throws Exception {
        Session session = database.session();
        int asked = 0;
        for (Migration migration : database.reference().migrations().all()) {
            String version = migration.version().toString();
            List<Request> known = known(session);
            int uses = 0;
            for (int i = 0; i < 3; i++) {
                for (Request request : known) {
                    request.of(session, "main" + version + "-" + ++uses + "-");
                }
            }
            for (String table : tables(session)) {
                assertThat(session.number("select count(*) from " + table))
                        .as(table)
                        .isPositive();
            }
            // jobs that were not done yet are done by clients meanwhile
            List<String> before = rows(session);
            AtomicBoolean ended = new AtomicBoolean();
            List<Future<Integer>> clients = new ArrayList<>();
            List<AtomicInteger> counts = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                for (int i = 0; i < 2; i++) {
                    Session client = database.session();
                    AtomicInteger done = new AtomicInteger();
                    String name = "client" + i + version + "-";
                    counts.add(done);
                    clients.add(threads.submit(() -> write(client, known, name, ended, done)));
                }
                Awaitility.await()
                        .until(() -> known.isEmpty()
                                || clients.stream().anyMatch(Future::isDone)
                                || counts.stream().allMatch(c -> c.get() > known.size()));

                database.up(version);

                ended.set(true);
                for (Future<Integer> client : clients) {
                    asked += client.get();
                }
            } finally {
                ended.set(true);
                threads.shutdown();
            }
            List<String> after = rows(session);
            before.removeIf(row -> row.startsWith("jobs.jobs ["));
            assertThat(after).as("rows after %s", version).containsAll(before);
        }
        return asked;
    }

    @Test
    @Tag("PM-01")
    @Tag("PM-02")
    void jobs_are_queued_and_done_while_each_migration_of_the_queue_is_applied() throws Exception {
        assertThat(upgrade(jobs)).isGreaterThan(6);
        Session session = jobs.session();
        assertThat(session.number("select count(*) from jobs.jobs where idempotency_key like 'main%'"))
                .as("four in each of three rounds before each migration but the first")
                .isEqualTo(3 * 4 * 6);
    }

    @Test
    @Tag("PM-03")
    @Tag("PM-04")
    @Tag("PM-05")
    @Tag("PM-06")
    @Tag("PM-07")
    @Tag("PM-08")
    void people_agents_and_schedules_go_on_while_each_migration_of_the_core_is_applied() throws Exception {
        assertThat(upgrade(core)).isGreaterThan(10);
        Session session = core.session();
        assertThat(session.number("select count(*) from core.markets where slug is null"))
                .isZero();
        assertThat(session.text("select last_sequence >= 3 from core.channel_counters"))
                .isEqualTo("t");
    }
}
