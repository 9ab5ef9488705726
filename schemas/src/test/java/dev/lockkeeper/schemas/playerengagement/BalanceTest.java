package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-05")
final class BalanceTest {
    private static final String DIFFERENCES = "select d::text from xp.xp_balance_differences d";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    private static String balance(Session session, long user) throws SQLException {
        return session.text(
                "select concat_ws(' ', current_xp, lifetime_xp, season_xp) from xp.xp_balance where user_id = ?", user);
    }

    private static void entry(Session session, long user, long amount, long season) throws SQLException {
        session.run(
                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                        + " values (?, ?, 'test', gen_random_uuid(), ?)",
                user,
                amount,
                season);
    }

    @Test
    void a_new_user_has_a_balance_of_zero() throws SQLException {
        Session session = xp.session();

        assertThat(balance(session, Given.user(session))).isEqualTo("0 0 0");
    }

    @Test
    void a_debit_lowers_the_current_total_only() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long season = Given.season(session, "2024-01-01", "2024-04-01");
        entry(session, user, 100, season);
        entry(session, user, -30, season);

        assertThat(balance(session, user)).isEqualTo("70 100 100");
    }

    @Test
    void a_debit_below_zero_is_refused_and_leaves_no_ledger_row() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.entry(session, user, 10);
        String debit = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                + " values (?, -11, 'shop', gen_random_uuid())";

        assertThat(session.refused(debit, user).rule()).isEqualTo("23514 xp_balance_current_not_negative");
        assertThat(session.number("select count(*) from xp.xp_ledger where user_id = ?", user))
                .isEqualTo(1);
        assertThat(balance(session, user)).isEqualTo("10 10 0");
    }

    @Test
    void a_debit_of_the_whole_balance_is_accepted() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.entry(session, user, 10);
        Given.entry(session, user, -10);

        assertThat(balance(session, user)).isEqualTo("0 10 0");
    }

    @Test
    void the_naive_upsert_refuses_a_debit_that_is_covered() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (user_id bigint primary key,"
                + " current_xp bigint constraint naive_not_negative check (current_xp >= 0))");
        session.run("insert into naive values (1, 100)");

        Refusal refusal = session.refused("insert into naive as n values (1, -30)"
                + " on conflict (user_id) do update set current_xp = n.current_xp + excluded.current_xp");

        assertThat(refusal.rule()).isEqualTo("23514 naive_not_negative");
    }

    @Test
    void one_statement_books_many_entries_of_many_users() throws SQLException {
        Session session = xp.session();
        long one = Given.user(session);
        long two = Given.user(session);

        session.run(
                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                        + " select u, a, 'test', gen_random_uuid()"
                        + " from (values (?, -5), (?, 20), (?, 7), (?, 3)) v (u, a)",
                one,
                one,
                two,
                two);

        assertThat(balance(session, one)).isEqualTo("15 20 0");
        assertThat(balance(session, two)).isEqualTo("10 10 0");
    }

    @Test
    void a_later_season_starts_the_seasonal_total_anew_and_an_older_one_leaves_it() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        // the keys do not follow the calendar
        long spring = Given.season(session, "2024-04-01", "2024-07-01");
        long winter = Given.season(session, "2024-01-01", "2024-04-01");

        entry(session, user, 10, winter);
        assertThat(balance(session, user)).isEqualTo("10 10 10");
        entry(session, user, 5, spring);
        assertThat(balance(session, user)).isEqualTo("15 15 5");
        entry(session, user, 100, winter);
        assertThat(balance(session, user)).isEqualTo("115 115 5");
        Given.entry(session, user, 1);
        assertThat(balance(session, user)).isEqualTo("116 116 5");
        assertThat(session.number("select season_id from xp.xp_balance where user_id = ?", user))
                .isEqualTo(spring);
    }

    @Test
    void one_statement_with_two_seasons_counts_the_later_one() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long spring = Given.season(session, "2024-04-01", "2024-07-01");
        long winter = Given.season(session, "2024-01-01", "2024-04-01");

        session.run(
                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                        + " select ?, a, 'test', gen_random_uuid(), s from (values (10, ?), (5, ?), (-2, ?)) v (a, s)",
                user,
                winter,
                spring,
                spring);

        assertThat(balance(session, user)).isEqualTo("13 15 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update xp.xp_balance set current_xp = 1000000, lifetime_xp = 1000000",
                "delete from xp.xp_balance",
                "insert into xp.xp_balance (user_id) values (1)",
                "truncate xp.xp_balance"
            })
    void the_balance_is_not_written_directly(String statement) throws SQLException {
        Session session = xp.session();
        Given.entry(session, Given.user(session), 10);

        Refusal refusal = session.refused(statement);

        assertThat(refusal.rule()).isEqualTo("23001 xp_balance_follows_ledger");
        assertThat(refusal.hint()).contains("xp_ledger");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "current_not_negative    | current_xp = -1",
                "lifetime_not_negative   | lifetime_xp = -1, current_xp = -1, season_xp = -1",
                "season_not_negative     | season_xp = -1",
                "current_within_lifetime | current_xp = 11",
                "season_within_lifetime  | season_id = 1, season_xp = 11",
                "season_total_has_season | season_xp = 1"
            })
    void the_totals_are_held_together_by_checks_as_well(String rule, String change) throws SQLException {
        Session session = xp.session();
        Given.entry(session, Given.user(session), 10);
        // with triggers off, what is left is the table's own rules
        session.run("set session_replication_role = replica");
        for (String name : session.lines(
                "select conname from pg_constraint where conrelid = 'xp.xp_balance'::regclass"
                        + " and contype = 'c' and conname <> ?",
                "xp_balance_" + rule)) {
            session.run("alter table xp.xp_balance drop constraint " + name);
        }

        assertThat(session.refused("update xp.xp_balance set " + change).rule()).isEqualTo("23514 xp_balance_" + rule);
        assertThat(session.run("update xp.xp_balance set current_xp = 9, lifetime_xp = 9"))
                .isEqualTo(1);
    }

    @Test
    void a_user_without_a_balance_is_noticed() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        session.run("set session_replication_role = replica");
        session.run("delete from xp.xp_balance");
        session.run("set session_replication_role = origin");

        assertThat(session.refused(
                                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                                        + " values (?, 1, 'gift', gen_random_uuid())",
                                user)
                        .rule())
                .isEqualTo("23001 xp_ledger_post_to_balance");
    }

    @Test
    void a_thousand_concurrent_entries_of_50_users_add_up() throws Exception {
        Session session = xp.session();
        List<String> users = session.lines("insert into xp.xp_users (external_user_id, reward_tz)"
                + " select g::text, 'UTC' from generate_series(1, 50) g returning user_id");
        AtomicInteger seeds = new AtomicInteger();

        List<Integer> booked = xp.crowd(40, worker -> {
            SplittableRandom random = new SplittableRandom(seeds.incrementAndGet());
            int rows = 0;
            while (rows < 25) {
                long user = Long.parseLong(users.get(random.nextInt(users.size())));
                Given.entry(worker, user, random.nextInt(1, 100));
                rows++;
            }
            return rows;
        });

        assertThat(booked.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1000);
        assertThat(session.number("select count(*) from xp.xp_ledger")).isEqualTo(1000);
        assertThat(session.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void concurrent_statements_over_the_same_users_in_any_order_do_not_deadlock() throws Exception {
        Session session = xp.session();
        session.run("insert into xp.xp_users (external_user_id, reward_tz)"
                + " select g::text, 'UTC' from generate_series(1, 50) g");

        xp.crowd(8, worker -> {
            for (int i = 0; i < 10; i++) {
                worker.run("insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                        + " select user_id, 1, 'gift', gen_random_uuid() from xp.xp_users order by random()");
            }
            return 0;
        });

        assertThat(session.number("select count(*) from xp.xp_ledger")).isEqualTo(4000);
        assertThat(session.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void a_statement_locks_the_balances_in_the_order_of_their_users() throws Exception {
        Session holder = xp.session();
        Session bulk = xp.session();
        Session third = xp.session();
        long one = Given.user(holder);
        long two = Given.user(holder);
        // the balance of the first user now lies behind the one of the second
        Given.entry(holder, one, 1);
        holder.begin();
        Given.entry(holder, one, 1);

        Future<Integer> booked = xp.blocked(
                bulk,
                session -> session.run(
                        "insert into xp.xp_ledger (user_id, amount, reason, correlation_id)"
                                + " values (?, 1, 'gift', gen_random_uuid()), (?, 1, 'gift', gen_random_uuid())",
                        two,
                        one));
        third.run("set lock_timeout = '5s'");
        Given.entry(third, two, 1);
        holder.commit();

        assertThat(booked.get()).isEqualTo(2);
        assertThat(third.lines(DIFFERENCES)).isEmpty();
    }

    @Test
    void concurrent_debits_never_spend_the_same_xp_twice() throws Exception {
        Session session = xp.session();
        long user = Given.user(session);
        Given.entry(session, user, 10);

        List<String> answers = xp.crowd(20, worker -> {
            try {
                Given.entry(worker, user, -1);
                return "booked";
            } catch (SQLException e) {
                return Refusal.of(e).rule();
            }
        });

        assertThat(answers).filteredOn("booked"::equals).hasSize(10);
        assertThat(answers)
                .filteredOn("23514 xp_balance_current_not_negative"::equals)
                .hasSize(10);
        assertThat(balance(session, user)).isEqualTo("0 10 0");
    }

    @Test
    void the_naive_read_and_write_back_loses_an_entry() throws SQLException {
        Session first = xp.session();
        Session second = xp.session();
        first.run("create table naive (current_xp bigint)");
        first.run("insert into naive values (0)");

        first.begin();
        long seenByFirst = first.number("select current_xp from naive");
        long seenBySecond = second.number("select current_xp from naive");
        first.run("update naive set current_xp = ?", seenByFirst + 10);
        first.commit();
        second.run("update naive set current_xp = ?", seenBySecond + 10);

        assertThat(first.number("select current_xp from naive")).isEqualTo(10);
    }
}
