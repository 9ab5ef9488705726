package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The slug of a market comes in three steps; the last, under an exclusive lock, reads no row. */
@Tag("PM-05")
final class MarketSlugMigrationTest {
    private static final String ROWS =
            "select concat_ws(' ', id, question, status, created_at, updated_at) from core.markets order by id";

    @RegisterExtension
    final Migrated core = Given.core().to("006");

    /** A market as a program of the old version makes it. */
    private static String old(Session session) throws SQLException {
        String id = UUID.randomUUID().toString();
        assertThat(session.run(Given.insertMarket(id, Given.approval(session, id))))
                .isEqualTo(1);
        return id;
    }

    @Test
    void markets_from_before_get_a_slug_in_batches_and_keep_their_time() throws SQLException {
        Session session = core.session();
        String token = Given.admin(session);
        session.run(
                "insert into core.audit_event (actor_type, actor_id, session_id, action, subject_type, subject_id, payload)"
                        + " select 'human', 'x', core.session_of(?), 'approve', 'market', gen_random_uuid(),"
                        + " core.market_terms('Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00', '{}')"
                        + " from generate_series(1, 2500)",
                token);
        session.run("insert into core.markets (id, question, market_type, risk_level, closes_at,"
                + " human_approval_audit_id, created_by, created_at, updated_at)"
                + " select subject_id::uuid, 'Will it rain?', 'culture', 'low', '2100-01-01 00:00:00+00', id, actor_user_id,"
                + " '2020-01-01', '2020-01-01' from core.audit_event where action = 'approve'");
        List<String> rows = session.lines(ROWS);
        core.up("009");

        assertThat(session.lines(ROWS)).isEqualTo(rows);
        assertThat(session.number("select count(*) from core.markets where slug = 'market-' || id"))
                .isEqualTo(2500);
        assertThat(session.number("select count(distinct xmin::text) from core.markets"))
                .as("one transaction for each batch of 1000")
                .isEqualTo(3);
        assertThat(session.lines("select conname from pg_constraint where conrelid = 'core.markets'::regclass"
                        + " and conname like 'markets_slug%' and contype <> 'n' order by 1"))
                .containsExactly("markets_slug_is_approved", "markets_slug_is_kebab_case");
    }

    @Test
    void nobody_is_refused_on_the_way_up_whichever_way_they_write() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Session direct = core.session();
        Session caller = core.session();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> inserted = threads.submit(() -> {
                int n = 0;
                while (!done.get() || n == 0) {
                    old(direct);
                    n++;
                }
                return n;
            });
            Future<Integer> published = threads.submit(() -> {
                int n = 0;
                while (!done.get() || n == 0) {
                    String market = Given.market(caller, "m" + n);
                    caller.text("select core.move_market(?, ?::uuid, 'open')", Given.admin(caller), market);
                    n++;
                }
                return n;
            });
            core.up("011");
            done.set(true);
            int written = inserted.get() + published.get();

            assertThat(core.session().number("select count(*) from core.markets where slug is not null"))
                    .isEqualTo(written);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_market_that_only_the_new_version_names_waits_for_the_last_step() throws SQLException {
        Session session = core.session();
        core.up("008");
        Given.market(session, "early");
        core.up("009");
        Given.market(session, "late");

        assertThat(session.lines("select slug = 'market-' || id from core.markets order by slug = 'late'"))
                .containsExactly("t", "f");
    }

    @Test
    void step_three_does_not_read_the_table() throws SQLException {
        Session session = core.session();
        core.up("008");
        String reads = "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_all_tables"
                + " where relid = 'core.markets'::regclass";
        for (int i = 0; i < 20; i++) {
            Given.market(session, "m" + i);
        }
        session.begin();
        session.script(core.reference().up("009"));
        assertThat(session.text(reads)).isEqualTo("0");
        session.abort();
        session.run("alter table core.markets drop constraint markets_slug_present");
        session.begin();
        session.run("alter table core.markets alter column slug set not null");
        assertThat(session.text(reads))
                .as("the naive way reads every row under an exclusive lock")
                .isEqualTo("20");
        session.abort();
    }

    @Test
    void the_rows_survive_the_way_down_and_up_again() throws SQLException {
        Session session = core.session();
        old(session);
        List<String> rows = session.lines(ROWS);
        core.up("009");
        core.down();
        core.down();
        core.down();
        assertThat(session.lines(ROWS)).isEqualTo(rows);
        core.up("009");

        assertThat(session.lines(ROWS)).isEqualTo(rows);
    }

    @Test
    void the_rows_of_every_table_survive_the_way_up_and_down() throws SQLException {
        Session session = core.session();
        Given.event(session, Given.market(session, "m"), Given.snapshot(session, "https://example.org/a"));
        session.text("select core.next_sequence('news')");
        List<String> tables = session.lines("select relname from pg_class where relkind = 'r'"
                + " and relnamespace = 'core'::regnamespace and relname <> 'markets' order by 1");
        List<String> rows = rows(session, tables);

        core.up("011");
        for (int i = 0; i < 5; i++) {
            assertThat(rows(session, tables)).isEqualTo(rows);
            core.down();
        }
        assertThat(rows(session, tables)).hasSizeGreaterThan(tables.size()).isEqualTo(rows);
    }

    private static List<String> rows(Session session, List<String> tables) throws SQLException {
        List<String> rows = new ArrayList<>(session.lines(ROWS));
        for (String table : tables) {
            List<String> of = session.lines("select t::text from core." + table + " t order by 1");
            assertThat(of).as(table).isNotEmpty();
            rows.addAll(of);
        }
        return rows;
    }
}
