package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A game that runs while its database is upgraded, as the programs of the first version do. */
final class UpgradeTest {
    private static final String CLAIM =
            "select xp.claim_daily_award(?, (now() at time zone 'Europe/Berlin')::date, 100, 0, 'daily', 1, 7)";

    private static final List<String> TABLES = List.of(
            "xp_users",
            "xp_ledger",
            "xp_awards",
            "xp_balance",
            "xp_season_balance",
            "xp_streaks",
            "xp_rules",
            "xp_user_timezone_changes",
            "xp_erasures");
    private static final List<String> POLICIES = List.of(
            "xp_policies",
            "xp_policy_versions",
            "xp_policy_streak_curve",
            "xp_policy_seasonal_boosts",
            "xp_policy_segment_overrides",
            "xp_seasons");

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement").to("1");

    @Test
    @Tag("PE-16")
    @Tag("PE-17")
    void nothing_is_lost_and_nothing_refused_while_every_migration_is_applied_to_a_game_that_is_played()
            throws Exception {
        Session session = xp.session();
        inUse(session);
        List<String> before = history(session);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong claims = new AtomicLong();
        AtomicLong entries = new AtomicLong();
        AtomicLong drafts = new AtomicLong();
        Set<String> written = new HashSet<>();
        List<Future<Integer>> players = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try {
            for (int i = 0; i < 4; i++) {
                Session client = xp.session();
                players.add(threads.submit(() -> {
                    while (!over.get()) {
                        long user = Given.user(client);
                        client.run(CLAIM, user);
                        claims.incrementAndGet();
                        client.run(
                                "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                                        + " values (?, 5, 'quest', gen_random_uuid(), 7),"
                                        + " (?, -3, 'shop', gen_random_uuid(), null)",
                                user,
                                user);
                        entries.addAndGet(2);
                        client.number("select count(*) from xp.xp_rules");
                    }
                    return 0;
                }));
            }
            for (int version = 2; version <= 5; version++) {
                played(claims, players);
                xp.up(String.valueOf(version));
                played(claims, players);
                xp.down();
                played(claims, players);
                xp.up(String.valueOf(version));
                if (version == 2) {
                    policies(session);
                    Session client = xp.session();
                    players.add(threads.submit(() -> {
                        for (int number = 10; !over.get(); number++) {
                            client.begin();
                            Given.draft(client, "edited", number);
                            Given.day(client, "edited", number, 0);
                            client.commit();
                            drafts.incrementAndGet();
                        }
                        return 0;
                    }));
                }
                if (version == 3) {
                    Given.season(session, "2031-01-01", "2031-04-01");
                }
                written.addAll(rows(session, POLICIES));
            }
            played(claims, players);
        } finally {
            over.set(true);
            threads.shutdown();
        }

        for (Future<Integer> player : players) {
            assertThat(player.get()).isZero();
        }
        assertThat(history(session)).containsAll(before);
        assertThat(rows(session, POLICIES)).containsAll(written);
        assertThat(session.number("select count(*) from xp.xp_policy_versions where policy_key = 'edited'"))
                .isEqualTo(drafts.get())
                .isPositive();
        assertThat(session.lines(
                        "select relname from pg_class where relnamespace = 'xp'::regnamespace"
                                + " and relkind = 'r' and not exists (select from unnest(?::text[]) t where t = relname)",
                        String.join(
                                ",",
                                "{xp_rules",
                                String.join(",", TABLES),
                                String.join(",", POLICIES),
                                "xp_rules_retired}")))
                .as("tables without rows")
                .isEmpty();
        assertThat(session.number("select count(*) from xp.xp_awards")).isEqualTo(3 + claims.get());
        assertThat(session.number("select count(*) from xp.xp_ledger")).isEqualTo(5 + claims.get() + entries.get());
        assertThat(session.lines("select d::text from xp.xp_balance_differences d"))
                .isEmpty();
    }

    @Test
    @Tag("PE-16")
    void a_running_season_keeps_its_total_over_the_upgrade() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        String entry = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                + " values (?, ?, 'quest', gen_random_uuid(), 7)";
        session.run(entry, user, 500L);

        xp.up("5");
        session.run(entry, user, 10L);

        assertThat(session.text("select concat_ws(' ', season_id, season_xp) from xp.xp_balance"))
                .isEqualTo("7 510");
        session.run("update xp.xp_seasons set label = 'Winter', starts_on = '2024-01-01', ends_on = '2024-04-01'");
        session.run(entry, user, 1L);
        assertThat(session.text("select concat_ws(' ', season_id, season_xp) from xp.xp_balance"))
                .isEqualTo("7 511");
    }

    @Test
    @Tag("PE-17")
    void what_rules_awards_and_entries_name_becomes_an_archived_version_that_nobody_gets_unasked() throws SQLException {
        Session session = xp.session();
        inUse(session);
        session.run("insert into xp.xp_ledger (user_id, amount, reason, correlation_id, policy_key, policy_version)"
                + " select min(user_id), 1, 'x', gen_random_uuid(), 'quests', 4 from xp.xp_users");

        xp.up("5");

        assertThat(session.lines("select concat_ws(' ', policy_key, version, status, created_by,"
                        + " streak_model_parameters -> 'definition') from xp.xp_policy_versions order by 1"))
                .containsExactly(
                        "daily 1 Archived Ada {\"base\": 100}",
                        "daily 2 Archived Ada {\"base\": 120}",
                        "quests 4 Archived " + session.text("select session_user") + " null");
        assertThat(session.text("select xp.policy_version_in_force('daily', null)"))
                .isEqualTo("null");
    }

    @Test
    @Tag("PE-17")
    void the_number_of_a_version_that_history_names_is_not_handed_out_again() throws SQLException {
        Session session = xp.session();
        inUse(session);
        xp.up("5");
        Given.draft(session, "daily", 3);
        Given.publish(session, "daily", 3);
        session.run(
                "select xp.claim_daily_award(?, (now() at time zone 'utc')::date, 1, 0, 'daily', 3)",
                Given.user(session));
        for (int i = 5; i > 1; i--) {
            xp.down();
        }

        xp.up("5");

        assertThat(session.lines("select version from xp.xp_policy_versions where policy_key = 'daily' order by 1"))
                .containsExactly("1", "2", "3");
        assertThat(session.refused(
                                "insert into xp.xp_policy_versions (policy_key, version, base_xp_amount, streak_model)"
                                        + " values ('daily', 3, 1, 'PlateauCap')")
                        .rule())
                .isEqualTo("23505 xp_policy_versions_pkey");
    }

    @Test
    @Tag("PE-17")
    void a_claim_and_an_entry_that_wait_for_the_rollback_of_the_policies_go_on_as_before_them() throws Exception {
        Session session = xp.session();
        xp.up("2");
        Given.draft(session, "daily");
        session.run("update xp.xp_policy_versions set anchor_strategy = 'AnchorTimezone'");
        Given.publish(session, "daily", 1);
        long user = Given.user(session);
        long other = Given.user(session);
        Session booker = xp.session();
        String book = "select xp.book_entry(?, 5, 'gift', gen_random_uuid(), null, 'daily', 1)";
        booker.run(book, other);
        session.run(CLAIM, other);
        Session rollback = xp.session();
        rollback.begin();
        rollback.script(
                Objects.requireNonNull(xp.reference().migrations().all().get(1).down())
                        .text());

        Future<Integer> claim = xp.blocked(session, blocked -> blocked.run(CLAIM, user));
        Future<Integer> entry = xp.blocked(booker, blocked -> blocked.run(book, user));
        rollback.commit();

        assertThat(claim.get()).isZero();
        assertThat(entry.get()).isZero();
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(105);
    }

    @Test
    @Tag("PE-17")
    void an_editor_with_an_open_draft_holds_up_the_rollback_of_the_policies_and_no_claim() throws Exception {
        Session session = xp.session();
        xp.up("2");
        Session editor = xp.session();
        editor.begin();
        Given.draft(editor, "daily", 2);
        Session rollback = xp.session();
        Future<Boolean> down = xp.blocked(rollback, blocked -> {
            blocked.script(Objects.requireNonNull(
                            xp.reference().migrations().all().get(1).down())
                    .text());
            return true;
        });

        session.run("set lock_timeout = '5s'");
        session.run(CLAIM, Given.user(session));
        editor.commit();

        assertThat(down.get()).isTrue();
        session.run(CLAIM, Given.user(session));
    }

    /** Three awards of a season, a correction, a change of zone, a streak, two rules. */
    private static void inUse(Session session) throws SQLException {
        session.run("insert into xp.xp_rules (policy_key, version, definition, is_active, created_by) values"
                + " ('daily', 1, '{\"base\": 100}', true, 'Ada'), ('daily', 2, '{\"base\": 120}', false, 'Ada')");
        for (int i = 0; i < 3; i++) {
            session.run(CLAIM, Given.user(session));
        }
        session.run("select xp.book_entry(user_id, -10, 'too much', gen_random_uuid(), p_corrects => correlation_id)"
                + " from xp.xp_ledger where user_id = (select min(user_id) from xp.xp_users)");
        session.run("insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                + " select min(user_id), -20, 'shop', gen_random_uuid(), 6 from xp.xp_users");
        session.run("insert into xp.xp_user_timezone_changes (user_id, new_tz)"
                + " select min(user_id), 'Asia/Tokyo' from xp.xp_users");
        session.run("insert into xp.xp_streaks (user_id) select user_id from xp.xp_users");
        session.run("select xp.forget_player(max(user_id), 'Request 7') from xp.xp_users");
    }

    /** A published version with a curve, a boost and an override of a second one. */
    private static void policies(Session session) throws SQLException {
        for (int version = 1; version <= 2; version++) {
            Given.draft(session, "new", version);
            Given.day(session, "new", version, 0);
            Given.boost(session, "new", version, "2026-01-01Z", "2026-01-02Z");
        }
        Given.publish(session, "new", 1);
        Given.override(session, "vip", "new", 2);
    }

    private static List<String> history(Session session) throws SQLException {
        return rows(session, TABLES);
    }

    private static List<String> rows(Session session, List<String> tables) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : tables) {
            if (session.text("select to_regclass('xp." + table + "')").equals("null")) {
                continue;
            }
            List<String> here = session.lines(
                    "select '" + table + " ' || (to_jsonb(r) - 'updated_at')::text from xp." + table + " r");
            assertThat(here).as(table).isNotEmpty();
            rows.addAll(here);
        }
        return rows;
    }

    private static void played(AtomicLong claims, List<Future<Integer>> players) throws Exception {
        long now = claims.get();
        while (claims.get() <= now + 8) {
            for (Future<Integer> player : players) {
                if (player.isDone()) {
                    player.get();
                }
            }
            Thread.onSpinWait();
        }
    }
}
