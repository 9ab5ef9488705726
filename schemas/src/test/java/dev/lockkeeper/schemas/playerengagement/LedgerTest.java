package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-04")
final class LedgerTest {
    private static final String INSERT =
            "insert into xp.xp_ledger (user_id, amount, reason, correlation_id) values (?, ?, ?, ?)";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement");

    @Test
    void an_entry_is_a_credit_or_a_debit() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);

        assertThat(session.run(INSERT, user, 10L, "gift", UUID.randomUUID())).isEqualTo(1);
        assertThat(session.run(INSERT, user, -3L, "shop", UUID.randomUUID())).isEqualTo(1);
        assertThat(session.refused(INSERT, user, 0L, "noop", UUID.randomUUID()).rule())
                .isEqualTo("23514 xp_ledger_amount_not_zero");
    }

    @Test
    void a_request_is_booked_once() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        UUID request = UUID.randomUUID();
        session.run(INSERT, user, 10L, "gift", request);

        assertThat(session.refused(INSERT, user, 10L, "gift", request).rule())
                .isEqualTo("23505 xp_ledger_correlation_id_key");
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(10);
    }

    @Test
    void a_request_that_is_repeated_with_on_conflict_moves_the_balance_once() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        UUID request = UUID.randomUUID();
        session.run(INSERT + " on conflict (correlation_id) do nothing", user, 10L, "gift", request);
        session.run(INSERT + " on conflict (correlation_id) do nothing", user, 10L, "gift", request);

        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(10);
    }

    @Test
    void an_entry_says_why() throws SQLException {
        Session session = xp.session();

        for (String nothing : List.of("", " ", "\t", "\n \t")) {
            assertThat(session.refused(INSERT, Given.user(session), 1L, nothing, UUID.randomUUID())
                            .rule())
                    .isEqualTo("23514 words_not_blank");
        }
    }

    @Test
    void an_entry_belongs_to_a_user() throws SQLException {
        assertThat(xp.session()
                        .refused(INSERT, 404L, 1L, "gift", UUID.randomUUID())
                        .rule())
                .isEqualTo("23503 xp_ledger_user_id_fkey");
    }

    @ParameterizedTest
    @CsvSource({"'p', null", "null, 1"})
    void a_policy_is_named_with_its_version(String key, String version) throws SQLException {
        Session session = xp.session();
        String values = "null".equals(key) ? "null, " + version : "'" + key + "', " + version;

        assertThat(session.refused(
                                "insert into xp.xp_ledger"
                                        + " (user_id, amount, reason, correlation_id, policy_key, policy_version)"
                                        + " values (?, 1, 'gift', gen_random_uuid(), " + values + ")",
                                Given.user(session))
                        .rule())
                .isEqualTo("23514 xp_ledger_policy_complete");
    }

    @Test
    void the_policy_version_exists() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        Given.draft(session, "p");
        String entry = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, policy_key, policy_version)"
                + " values (?, 1, 'gift', gen_random_uuid(), 'p', ?)";

        assertThat(session.run(entry, user, 1)).isEqualTo(1);
        assertThat(session.refused(entry, user, 2).rule()).isEqualTo("23503 xp_ledger_policy_version_fkey");
    }

    @Test
    void the_season_exists() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        long season = Given.season(session, "2024-01-01", "2024-04-01");
        String entry = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, season_id)"
                + " values (?, 1, 'gift', gen_random_uuid(), ?)";

        assertThat(session.run(entry, user, season)).isEqualTo(1);
        assertThat(session.refused(entry, user, season + 1).rule()).isEqualTo("23503 xp_ledger_season_id_fkey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"now() + interval '1 minute'", "'infinity'", "'-infinity'"})
    void an_entry_is_booked_now_or_was_booked_before(String time) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        String entry = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, created_at)"
                + " values (?, 1, 'gift', gen_random_uuid(), %s)";

        assertThat(session.run(entry.formatted("'2020-01-01'"), user)).isEqualTo(1);
        assertThat(session.refused(entry.formatted(time), user).rule())
                .isEqualTo("23514 xp_ledger_created_at_not_ahead");
    }

    @Test
    void a_request_that_is_booked_again_gets_its_entry_and_another_one_under_its_key_is_refused() throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        UUID request = UUID.randomUUID();
        String book = "select (xp.book_entry(?, ?, 'gift', ?)).entry_id";

        String entry = session.text(book, user, 10L, request);

        assertThat(session.text(book, user, 10L, request)).isEqualTo(entry);
        assertThat(session.refused(book, user, 11L, request).rule()).isEqualTo("23505 xp_ledger_correlation_id_key");
        assertThat(session.number("select current_xp from xp.xp_balance where user_id = ?", user))
                .isEqualTo(10);
    }

    @Test
    void of_many_who_book_one_request_all_get_one_entry() throws Exception {
        long user = Given.user(xp.session());
        UUID request = UUID.randomUUID();

        List<String> entries = xp.crowd(
                20, session -> session.text("select (xp.book_entry(?, 10, 'gift', ?)).entry_id", user, request));

        assertThat(Set.copyOf(entries)).hasSize(1);
        assertThat(xp.session().number("select count(*) from xp.xp_ledger")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"text\"", "null"})
    void the_context_is_an_object(String context) throws SQLException {
        Session session = xp.session();
        long user = Given.user(session);
        String entry = "insert into xp.xp_ledger (user_id, amount, reason, correlation_id, context)"
                + " values (?, 1, 'gift', gen_random_uuid(), ?::jsonb)";

        assertThat(session.run(entry, user, "{\"source\": \"test\"}")).isEqualTo(1);
        assertThat(session.refused(entry, user, context).rule()).isEqualTo("23514 xp_ledger_context_is_object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update xp.xp_ledger set amount = 1000000",
                "update xp.xp_ledger set reason = 'none' where false",
                "delete from xp.xp_ledger",
                "truncate xp.xp_ledger cascade",
                "merge into xp.xp_ledger l using (values (1)) v (x) on true when matched then delete"
            })
    void nothing_is_changed_or_deleted_whoever_owns_the_table(String statement) throws SQLException {
        Session session = xp.session();
        Given.entry(session, Given.user(session), 10);
        session.run("create role keeper");
        try {
            session.run("grant usage, create on schema xp to keeper");
            session.run("grant truncate on all tables in schema xp to keeper");
            session.run("alter table xp.xp_ledger owner to keeper");
            session.run("set role keeper");

            Refusal refusal = session.refused(statement);

            assertThat(refusal.rule()).isEqualTo("23001 xp_ledger_append_only");
            assertThat(refusal.message()).contains("xp.xp_ledger is refused: it is append-only");
            assertThat(refusal.hint()).contains("corrects the earlier one");
        } finally {
            session.run("reset role");
            session.run("reassign owned by keeper to current_user");
            session.run("drop owned by keeper");
            session.run("drop role keeper");
        }
    }

    @Test
    void truncating_the_users_does_not_take_the_ledger_along() throws SQLException {
        Session session = xp.session();
        Given.entry(session, Given.user(session), 10);

        assertThat(session.refused("truncate xp.xp_users cascade").sqlState()).isEqualTo("23001");
        assertThat(session.number("select count(*) from xp.xp_ledger")).isEqualTo(1);
    }

    @Test
    void the_ledger_stays_append_only_where_ordinary_triggers_are_off() throws SQLException {
        Session session = xp.session();
        Given.entry(session, Given.user(session), 10);
        session.run("set session_replication_role = replica");

        assertThat(session.refused("delete from xp.xp_ledger").rule()).isEqualTo("23001 xp_ledger_append_only");
    }

    @Test
    void the_naive_row_trigger_lets_truncate_through() throws SQLException {
        Session session = xp.session();
        session.run("create table naive (amount bigint)");
        session.run("create trigger naive before update or delete on naive for each row"
                + " execute function xp.refuse_statement('append-only', 'none')");
        session.run("insert into naive values (1)");

        session.run("truncate naive");

        assertThat(session.number("select count(*) from naive")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "xp_ledger_user_recent_idx, 'user_id = 1 order by created_at desc limit 10'",
        "xp_ledger_policy_idx, policy_key = 'p' and policy_version = 1",
        "xp_ledger_season_idx, season_id = 1"
    })
    void the_listed_access_paths_use_their_index(String index, String condition) throws SQLException {
        Session session = xp.session();
        session.run("set enable_seqscan = off");
        session.run("set enable_bitmapscan = off");

        assertThat(String.join("\n", session.lines("explain select * from xp.xp_ledger where " + condition)))
                .contains(index)
                .doesNotContain("Sort");
    }
}
