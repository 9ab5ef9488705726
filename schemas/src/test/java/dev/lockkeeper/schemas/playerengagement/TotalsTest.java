package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The totals follow the ledger for any sequence of entries: see the view xp_balance_differences. */
@Tag("PE-05")
final class TotalsTest {
    private static final String DIFFERENCES = "select d::text from xp.xp_balance_differences d";
    private static final String SEASONS = "select n || ' ' || season_xp from xp.xp_season_balance"
            + " join (select season_id, label as n from xp.xp_seasons) s using (season_id) where user_id = ? order by 1";
    private static final String BOOK =
            "select xp.book_entry(?, ?, 'test', ?, p_season_id => ?::bigint, p_corrects => ?::uuid)";
    private static final Set<String> LEGAL_REFUSALS = Set.of(
            "23514 xp_balance_current_not_negative",
            "23514 xp_ledger_correction_within_entry",
            "23514 xp_ledger_correction_matches");

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    private record Entry(
            UUID key,
            long user,
            long amount,
            @Nullable Long season,
            @Nullable UUID corrects) {}

    /** What the totals of a player should be, kept by other means. */
    private static final class Model {
        private final Map<UUID, Entry> entries = new HashMap<>();
        private final Map<UUID, Long> corrected = new HashMap<>();
        private final Map<Long, Long> current = new HashMap<>();
        private final Map<Long, Long> lifetime = new HashMap<>();
        private final Map<String, Long> seasonal = new HashMap<>();

        boolean take(Entry entry) {
            Entry first = entry.corrects == null ? null : entries.get(entry.corrects);
            if (current.getOrDefault(entry.user, 0L) + entry.amount < 0) {
                return false;
            }
            if (first != null
                    && Math.abs(corrected.getOrDefault(first.key, 0L) + entry.amount) > Math.abs(first.amount)) {
                return false;
            }
            long earned = first == null ? Math.max(entry.amount, 0) : Math.min(entry.amount, 0);
            entries.put(entry.key, entry);
            current.merge(entry.user, entry.amount, Long::sum);
            lifetime.merge(entry.user, earned, Long::sum);
            if (entry.season != null) {
                seasonal.merge(entry.user + " " + entry.season, earned, Long::sum);
            }
            if (first != null) {
                corrected.merge(first.key, entry.amount, Long::sum);
            }
            return true;
        }
    }

    private static List<Long> seasons(Session session) throws SQLException {
        List<Long> seasons = new ArrayList<>();
        for (String dates : new String[] {
            "null, null", "today - 90, today - 60", "today - 10, today + 10", "today + 100, today + 130"
        }) {
            seasons.add(session.number(
                    "insert into xp.xp_seasons (label, starts_on, ends_on) select gen_random_uuid(), " + dates
                            + " from (select (now() at time zone 'utc')::date as today) t returning season_id"));
        }
        return seasons;
    }

    private static boolean book(Session session, Entry entry) throws SQLException {
        try {
            session.run(BOOK, entry.user, entry.amount, entry.key, entry.season, entry.corrects);
            return true;
        } catch (SQLException e) {
            assertThat(LEGAL_REFUSALS).contains(Refusal.of(e).rule());
            return false;
        }
    }

    private static Entry random(SplittableRandom random, List<Long> users, List<Long> seasons, List<Entry> booked) {
        if (!booked.isEmpty() && random.nextInt(4) == 0) {
            Entry first = booked.get(random.nextInt(booked.size()));
            long part = random.nextLong(1, Math.abs(first.amount) + 2);
            return new Entry(UUID.randomUUID(), first.user, first.amount > 0 ? -part : part, first.season, first.key);
        }
        long amount = random.nextLong(1, 100);
        return new Entry(
                UUID.randomUUID(),
                users.get(random.nextInt(users.size())),
                random.nextInt(3) == 0 ? -amount : amount,
                random.nextInt(3) == 0 ? null : seasons.get(random.nextInt(seasons.size())),
                null);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_sequence_of_entries_gives_the_totals_that_it_should(long seed) throws SQLException {
        Session session = xp.session();
        List<Long> users = List.of(Given.user(session), Given.user(session));
        List<Long> seasons = seasons(session);
        SplittableRandom random = new SplittableRandom(seed);
        Model model = new Model();
        List<Entry> originals = new ArrayList<>();

        for (int i = 0; i < 200; i++) {
            Entry entry = random(random, users, seasons, originals);
            assertThat(book(session, entry)).as("%s", entry).isEqualTo(model.take(entry));
            if (model.entries.containsKey(entry.key) && entry.corrects == null) {
                originals.add(entry);
            }
        }

        for (long user : users) {
            assertThat(session.text(
                            "select current_xp || ' ' || lifetime_xp from xp.xp_balance where user_id = ?", user))
                    .isEqualTo(model.current.get(user) + " " + model.lifetime.get(user));
            for (String total : session.lines(
                    "select user_id || ' ' || season_id || '=' || season_xp from xp.xp_season_balance where user_id = ?",
                    user)) {
                String key = total.substring(0, total.indexOf('='));
                assertThat(total).isEqualTo(key + "=" + model.seasonal.get(key));
            }
        }
        assertThat(session.number("select count(*) from xp.xp_season_balance")).isEqualTo(model.seasonal.size());
        assertThat(session.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void concurrent_sessions_with_corrections_bulk_entries_and_aborts_leave_no_difference() throws Exception {
        Session session = xp.session();
        List<Long> users = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            users.add(Given.user(session));
        }
        List<Long> seasons = seasons(session);
        AtomicInteger seeds = new AtomicInteger();
        String bulk = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                + " select u, 1 + (random() * 9)::int, 'bulk', gen_random_uuid(), s"
                + " from unnest(?::bigint[]) u, unnest(?::bigint[] || null::bigint) s order by random()";

        xp.crowd(12, worker -> {
            SplittableRandom random = new SplittableRandom(seeds.incrementAndGet());
            List<Entry> originals = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int kind = random.nextInt(10);
                if (kind == 0) {
                    worker.run(bulk, array(users), array(seasons));
                } else if (kind == 1) {
                    worker.begin();
                    worker.run(bulk, array(users), array(seasons));
                    worker.abort();
                } else {
                    Entry entry = random(random, users, seasons, originals);
                    if (book(worker, entry) && entry.corrects == null) {
                        originals.add(entry);
                    }
                }
                assertThat(worker.lines(DIFFERENCES)).isEmpty();
            }
            return 0;
        });

        assertThat(session.lines(DIFFERENCES)).isEmpty();
        assertThat(session.number("select count(*) from xp.xp_season_balance")).isEqualTo(24);
    }

    @Test
    void the_checker_notices_each_total_that_is_wrong() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long season = seasons(session).get(0);
        session.run(BOOK, user, 10L, UUID.randomUUID(), season, null);
        session.run("set session_replication_role = replica");

        for (String change : new String[] {
            "update xp.xp_balance set current_xp = current_xp - 1",
            "update xp.xp_balance set lifetime_xp = lifetime_xp + 1",
            "update xp.xp_balance set season_xp = season_xp - 1",
            "update xp.xp_season_balance set season_xp = season_xp + 1",
            "delete from xp.xp_season_balance",
            "insert into xp.xp_season_balance (user_id, season_id) select user_id, 404 from xp.xp_users",
            "delete from xp.xp_balance"
        }) {
            session.begin();
            session.run(change);
            assertThat(session.lines(DIFFERENCES)).as(change).isNotEmpty();
            session.abort();
            session.run("set session_replication_role = replica");
        }
    }

    @Test
    void an_entry_of_a_season_to_come_does_not_end_the_running_one() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        List<Long> seasons = seasons(session);
        long running = seasons.get(2);
        session.run(BOOK, user, 10L, UUID.randomUUID(), running, null);
        session.run(BOOK, user, 1L, UUID.randomUUID(), seasons.get(3), null);
        session.run(BOOK, user, 500L, UUID.randomUUID(), running, null);

        assertThat(session.text("select season_id = ? and season_xp = 510 from xp.xp_balance", running))
                .isEqualTo("t");
        assertThat(session.lines("select season_xp from xp.xp_season_balance order by season_xp"))
                .containsExactly("1", "510");
    }

    @Test
    void a_correction_takes_back_what_was_earned_and_a_debit_does_not() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long season = seasons(session).get(1);
        UUID credit = UUID.randomUUID();
        session.run(BOOK, user, 500L, credit, season, null);
        session.run(BOOK, user, -50L, UUID.randomUUID(), season, null);
        session.run(BOOK, user, -450L, UUID.randomUUID(), null, credit);

        assertThat(session.text("select concat_ws(' ', current_xp, lifetime_xp, season_xp) from xp.xp_balance"))
                .isEqualTo("0 50 50");
    }

    @Test
    void a_debit_that_is_taken_back_is_not_earned() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        UUID debit = UUID.randomUUID();
        Given.entry(session, user, 100);
        session.run(BOOK, user, -40L, debit, null, null);
        session.run(BOOK, user, 40L, UUID.randomUUID(), null, debit);

        assertThat(session.text("select concat_ws(' ', current_xp, lifetime_xp) from xp.xp_balance"))
                .isEqualTo("100 100");
    }

    @ParameterizedTest
    @CsvSource({
        "404, -1, null, 1, 23503 xp_ledger_corrects_entry",
        "1, 1, null, 1, 23514 xp_ledger_correction_matches",
        "1, -1, 1, 1, 23514 xp_ledger_correction_matches",
        "1, -1, null, 2, 23514 xp_ledger_correction_matches",
        "1, -11, null, 1, 23514 xp_ledger_correction_within_entry"
    })
    void a_correction_belongs_to_what_it_corrects(int first, long amount, String season, int player, String rule)
            throws SQLException {
        Session session = xp.session();
        List<Long> users = List.of(Given.user(session), Given.user(session));
        long other = seasons(session).get(0);
        Given.entry(session, users.get(1), 100);
        UUID credit = new UUID(0, 1);
        session.run(BOOK, users.get(0), 10L, credit, null, null);

        assertThat(session.refused(
                                BOOK,
                                users.get(player - 1),
                                amount,
                                UUID.randomUUID(),
                                "null".equals(season) ? null : other,
                                new UUID(0, first))
                        .rule())
                .isEqualTo(rule);
    }

    @Test
    void two_corrections_that_together_are_more_than_the_entry_do_not_both_pass() throws Exception {
        Session session = xp.session();
        long user = Given.user(session);
        UUID credit = UUID.randomUUID();
        session.run(BOOK, user, 10L, credit, null, null);
        Given.entry(session, user, 1000);

        List<Boolean> taken = xp.crowd(8, worker -> book(worker, new Entry(UUID.randomUUID(), user, -3, null, credit)));

        assertThat(taken).filteredOn(t -> t).hasSize(3);
        assertThat(session.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void the_same_correction_many_times_at_once_is_one_entry_that_all_get() throws Exception {
        Session session = xp.session();
        long user = Given.user(session);
        UUID credit = UUID.randomUUID();
        UUID key = UUID.randomUUID();
        session.run(BOOK, user, 100L, credit, null, null);
        String correct = "select (xp.book_entry(?, -100, 'undo', ?, p_corrects => ?)).correlation_id";

        List<String> booked = xp.crowd(8, worker -> worker.text(correct, user, key, credit));

        assertThat(booked).hasSize(8).containsOnly(key.toString());
        assertThat(session.refused(correct, user, UUID.randomUUID(), credit).rule())
                .isEqualTo("23514 xp_ledger_correction_within_entry");
        assertThat(session.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void seasons_keep_their_totals_when_the_calendar_is_taken_back_and_comes_again() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        List<Long> seasons = seasons(session);
        long last = seasons.get(3);
        for (long season : seasons) {
            session.run(BOOK, user, 100L, UUID.randomUUID(), season, null);
        }
        for (int i = 5; i > 2; i--) {
            xp.down();
        }
        session.run(BOOK, user, 5L, UUID.randomUUID(), last, null);
        session.run(BOOK, user, 7L, UUID.randomUUID(), last + 10, null);
        assertThat(session.lines(DIFFERENCES)).isEmpty();

        xp.up("5");

        assertThat(session.lines(SEASONS, user))
                .containsExactlyInAnyOrder(
                        "Season with the key " + seasons.get(0) + " 100",
                        "Season with the key " + seasons.get(1) + " 100",
                        "Season with the key " + seasons.get(2) + " 100",
                        "Season with the key " + last + " 105",
                        "Season with the key " + (last + 10) + " 7");
        assertThat(Given.season(session, "2024-01-01", "2024-04-01")).isEqualTo(last + 11);
        session.run(BOOK, user, 10L, UUID.randomUUID(), last, null);
        assertThat(session.number("select season_xp from xp.xp_season_balance where season_id = ?", last))
                .isEqualTo(115);
        assertThat(session.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void whoever_may_write_a_balance_by_a_grant_cannot() throws SQLException {
        Session session = xp.session();
        Given.entry(session, Given.user(session), 10);
        session.run("create role writer_of_balances");
        try {
            session.run("grant usage on schema xp to writer_of_balances");
            session.run("grant all on all tables in schema xp to writer_of_balances");
            session.run("set role writer_of_balances");
            session.run("create temp table t (x int)");
            session.run("create function pg_temp.f() returns trigger language plpgsql as $$ begin"
                    + " update xp.xp_balance set current_xp = 1000, lifetime_xp = 1000;"
                    + " update xp.xp_season_balance set season_xp = 1000;"
                    + " delete from xp.xp_balance; return null; end $$");
            session.run("create trigger t after insert on t for each row execute function pg_temp.f()");
            session.run("insert into t values (1)");
            assertThat(session.number("select current_xp from xp.xp_balance")).isEqualTo(10);
            session.run("insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                    + " select user_id, 5, 'gift', gen_random_uuid() from xp.xp_users");
            assertThat(session.number("select current_xp from xp.xp_balance")).isEqualTo(15);
        } finally {
            session.run("reset role");
            session.run("drop owned by writer_of_balances");
            session.run("drop role writer_of_balances");
        }
    }

    private static String array(List<Long> values) {
        return values.toString().replace('[', '{').replace(']', '}');
    }
}
