package dev.lockkeeper.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.source.Migration;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every migration, applied while the database is in use at the version before it: each table has rows, and a client goes on
 * writing. No row is lost or altered beyond what the migration is for, and no request that was legal is refused.
 */
final class UpgradeWithRowsTest {
    private static final String ANN = "'a0000000-0000-4000-8000-000000000001'";
    private static final String BOB = "'b0000000-0000-4000-8000-000000000001'";
    private static final String ASKS =
            "select set_config('request.jwt.claims', '{\"sub\": \"a0000000-0000-4000-8000-000000000001\"}', false)";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner").to("0");

    /** What a client writes again and again, by the table that it needs; all of it is legal at every version. */
    private static Map<String, String> requests() {
        Map<String, String> requests = new LinkedHashMap<>();
        requests.put(
                "vision",
                "insert into public.vision (user_id, daily) values (" + ANN
                        + ", 'd') on conflict (user_id) do update set daily = 'd'");
        requests.put(
                "cycle",
                "insert into public.cycle (user_id, title, start_date, end_date) select " + ANN
                        + ", 'C', d, d + 84 from (select coalesce(max(end_date), '1900-01-01') as d from public.cycle where user_id = "
                        + ANN + ") as c");
        requests.put(
                "goal",
                "insert into public.goal (user_id, cycle_id, type, title) select user_id, id, 'personal', 'G'"
                        + " from public.cycle where user_id = " + ANN
                        + " order by start_date desc limit 1 on conflict (user_id, cycle_id, type) do nothing");
        requests.put(
                "weekly_plan",
                "insert into public.weekly_plan (user_id, cycle_id, week_no)"
                        + " select user_id, id, 1 + floor(random() * 12)::int from public.cycle where user_id = " + ANN
                        + " order by start_date desc limit 1 on conflict (user_id, cycle_id, week_no) do nothing");
        requests.put(
                "task",
                "insert into public.task (user_id, cycle_id, goal_id, title) select user_id, cycle_id, id, 'T'"
                        + " from public.goal order by id limit 1");
        requests.put(
                "plan_item",
                "insert into public.plan_item (user_id, cycle_id, weekly_plan_id, task_id, qty)"
                        + " select p.user_id, p.cycle_id, p.id, t.id, 1 from public.weekly_plan as p"
                        + " join public.task as t on t.cycle_id = p.cycle_id limit 1");
        requests.put(
                "audit_log",
                "insert into public.audit_log (user_id, actor, action, reason) values (" + ANN
                        + ", 'user', 'note', 'r')");
        requests.put("chat_session", "insert into public.chat_session (user_id) values (" + ANN + ")");
        requests.put(
                "chat_message",
                "insert into public.chat_message (user_id, chat_session_id, role, content)"
                        + " select user_id, id, 'user', 'Hello' from public.chat_session limit 1");
        return requests;
    }

    @Test
    void nothing_is_lost_and_nobody_is_refused() throws Exception {
        Session session = wp.session();
        session.run("insert into auth.users (id) values (" + ANN + ")");
        List<String> versions = wp.reference().migrations().all().stream()
                .map(Migration::version)
                .map(Object::toString)
                .toList();
        for (String version : versions) {
            List<String> before = rows(session);
            AtomicBoolean ended = new AtomicBoolean();
            List<String> done = java.util.Collections.synchronizedList(new ArrayList<>());
            List<String> known = tables(session);
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<?> client = thread.submit(() -> {
                write(known, ended, done);
                return null;
            });
            thread.shutdown();
            Awaitility.await().until(() -> client.isDone() || known.isEmpty() || done.size() > known.size());

            wp.up(version);

            ended.set(true);
            client.get();
            assertThat(rows(session)).as("rows after %s", version).containsAll(before);
            use(session, version);
        }
        assertThat(rows(session)).hasSizeGreaterThan(90);
        assertThat(session.lines("select distinct role from public.chat_message order by 1"))
                .containsExactly("ai", "user");
        assertThat(session.text("select locks_on from public.weekly_plan where user_id = " + BOB))
                .as("a plan from before the lock locks in the seventh week")
                .isEqualTo("2999-02-18");
    }

    /** Requests of the account, until the migration has ended and once more. */
    private void write(List<String> tables, AtomicBoolean ended, List<String> done) throws SQLException {
        Session client = wp.session();
        client.run(ASKS);
        client.run("set role authenticated");
        boolean last;
        do {
            last = ended.get();
            for (String table : tables) {
                client.run(requests().getOrDefault(table, ""));
                done.add(table);
            }
        } while (!last && !tables.isEmpty());
    }

    /** Rows for every table that there is now, and what the AI says by the name that it has at this version. */
    private static void use(Session session, String version) throws SQLException {
        for (int i = 0; i < 3; i++) {
            for (String table : tables(session)) {
                session.run(requests().getOrDefault(table, ""));
            }
        }
        if (version.equals("202601050910")) {
            session.script("insert into auth.users values (" + BOB + ");"
                    + " insert into public.cycle (user_id, title, start_date, end_date)"
                    + " values (" + BOB + ", 'C', '2999-01-07', '2999-04-01');"
                    + " insert into public.weekly_plan (user_id, cycle_id, week_no)"
                    + " select user_id, id, 9 from public.cycle where user_id = " + BOB);
        }
        if (tables(session).contains("chat_message") && version.compareTo("202603020910") < 0) {
            session.run("insert into public.chat_message (user_id, chat_session_id, role, content)"
                    + " select user_id, id, 'assistant', 'Hello' from public.chat_session limit 1");
        }
    }

    private static List<String> tables(Session session) throws SQLException {
        List<String> tables = new ArrayList<>(requests().keySet());
        tables.retainAll(session.lines("select relname from pg_class where relnamespace = 'public'::regnamespace"));
        return tables;
    }

    /** Every row as it was written; the new name of the AI counts as the old one. */
    private static List<String> rows(Session session) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : tables(session)) {
            rows.addAll(session.lines(
                    "select '" + table + " ' || replace((to_jsonb(r) - 'updated_at' - 'locks_on' - 'daily')"
                            + "::text, '\"role\": \"assistant\"', '\"role\": \"ai\"') from public." + table + " as r"));
        }
        return rows;
    }
}
