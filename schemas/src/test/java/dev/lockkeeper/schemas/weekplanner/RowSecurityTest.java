package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("WP-09")
final class RowSecurityTest {
    private static final String SERVICE = "{\"role\": \"service_role\"}";

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    /** The nine tables: a row of Ann that can be inserted, and a column that can be updated. */
    enum Table {
        VISION("daily", "(user_id) values ('{user}')"),
        CYCLE("title", "(user_id, title, start_date, end_date) values ('{user}', 'C', '2026-04-06', '2026-06-29')"),
        GOAL("title", "(user_id, cycle_id, type, title) values ('{user}', '{cycle}', 'professional', 'G')"),
        WEEKLY_PLAN("notes", "(user_id, cycle_id, week_no) values ('{user}', '{cycle}', 4)"),
        TASK("title", "(user_id, cycle_id, goal_id, title) values ('{user}', '{cycle}', '{goal}', 'T')"),
        PLAN_ITEM(
                "qty",
                "(user_id, cycle_id, weekly_plan_id, task_id, qty)"
                        + " values ('{user}', '{cycle}', '{plan}', '{task}', 1)"),
        AUDIT_LOG("action", "(user_id, actor, action) values ('{user}', 'user', 'note')"),
        CHAT_SESSION("title", "(user_id) values ('{user}')"),
        CHAT_MESSAGE(
                "content", "(user_id, chat_session_id, role, content) values ('{user}', '{chat}', 'user', 'Hello')");

        private final String column;
        private final String row;

        Table(String column, String row) {
            this.column = column;
            this.row = row;
        }

        String sqlName() {
            return "public." + name().toLowerCase(Locale.ROOT);
        }

        Map<String, String> verbs() {
            String own = " where user_id = '{user}'";
            return Map.of(
                    "select", "select from " + sqlName() + own,
                    "insert", "insert into " + sqlName() + row,
                    "update", "update " + sqlName() + " set " + column + " = " + column + own,
                    "delete", "delete from " + sqlName() + own);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_owner_and_the_service_can_and_nobody_else(Table table) throws SQLException {
        Planner ann = Planner.in(wp.session());
        Planner bob = Planner.in(wp.session());
        boolean log = table == Table.AUDIT_LOG;
        String everything = "select yes, insert yes, update yes, delete yes";
        String appendOnly = "select yes, insert yes, update 42501, delete 42501";

        assertThat(matrix(table, ann, "authenticated", Planner.claims(ann.user())))
                .isEqualTo(log ? appendOnly : everything);
        assertThat(matrix(table, ann, "authenticated", Planner.claims(bob.user())))
                .isEqualTo(
                        log
                                ? "select no rows, insert 42501, update 42501, delete 42501"
                                : "select no rows, insert 42501, update no rows, delete no rows");
        assertThat(matrix(table, ann, "anon", "{\"role\": \"anon\"}"))
                .isEqualTo("select 42501, insert 42501, update 42501, delete 42501");
        assertThat(matrix(table, ann, "service_role", SERVICE)).isEqualTo(log ? appendOnly : everything);
    }

    /** Default privileges give a new table to anon; whoever forgets to revoke has the policies left. */
    @ParameterizedTest
    @EnumSource
    void the_policies_alone_stop_anon_even_with_the_claims_of_an_account(Table table) throws SQLException {
        Planner ann = Planner.in(wp.session());
        wp.session().run("grant all on all tables in schema public to anon");

        assertThat(matrix(table, ann, "anon", Planner.claims(ann.user())))
                .startsWith("select no rows, insert 42501, ")
                .doesNotContain("yes");
    }

    @ParameterizedTest
    @EnumSource
    void no_row_is_given_away(Table table) throws SQLException {
        Planner ann = Planner.in(wp.session());
        Planner bob = Planner.in(wp.session());
        Session session = ann.asks(wp.session());

        Refusal refusal = session.refused("update " + table.sqlName() + " set user_id = '" + bob.user()
                + "' where user_id = '" + ann.user() + "'");

        assertThat(refusal.sqlState()).isEqualTo("42501");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anon", "authenticated", "service_role"})
    void no_role_of_the_api_truncates_what_no_policy_would_stop(String role) throws SQLException {
        for (Table table : Table.values()) {
            Session session = Planner.request(wp.session(), role, SERVICE);

            assertThat(session.refused("truncate " + table.sqlName() + " cascade")
                            .sqlState())
                    .as(table.sqlName())
                    .isEqualTo("42501");
        }
    }

    @Test
    void row_level_security_is_on_and_forced_on_every_table() throws SQLException {
        assertThat(wp.session().lines("""
                                select relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity from pg_class
                                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1
                                """))
                .containsExactlyElementsOf(List.of(
                        "audit_log true true",
                        "chat_message true true",
                        "chat_session true true",
                        "cycle true true",
                        "goal true true",
                        "plan_item true true",
                        "task true true",
                        "vision true true",
                        "weekly_plan true true"));
    }

    @Test
    void every_policy_is_for_accounts_and_reads_the_claims_once_per_statement() throws SQLException {
        List<String> policies = wp.session()
                .lines("select policyname || roles::text || coalesce(qual, with_check)"
                        + " from pg_policies where roles <> '{service_role}' and policyname not in"
                        // of the owner alone, for what its functions do in one transaction
                        + " ('audit_log_removal', 'audit_log_read_mark', 'audit_log_write_beside_mark')");
        assertThat(
                        wp.session()
                                .lines(
                                        "select distinct roles = array[tableowner] from pg_policies join pg_tables using (tablename)"
                                                + " where policyname in"
                                                + " ('audit_log_removal', 'audit_log_read_mark', 'audit_log_write_beside_mark')"))
                .containsExactly("t");

        assertThat(policies)
                .hasSizeGreaterThanOrEqualTo(9)
                .allSatisfy(policy -> assertThat(policy)
                        .contains("{authenticated")
                        .contains("(user_id = ( SELECT auth.uid() AS uid))"));
    }

    /** Who may not give bypassrls away, as on most managed servers, has a service_role without it. */
    @ParameterizedTest
    @EnumSource
    void the_service_works_without_passing_row_level_security_by(Table table) throws SQLException {
        Planner ann = Planner.in(wp.session());
        Session session = wp.session();
        session.begin();
        session.run("alter role service_role nobypassrls");
        if (table == Table.VISION) {
            session.run("delete from public.vision");
        }
        session.run("set local role service_role");
        for (String verb : List.of("insert", "select", "update", "delete")) {
            if (table != Table.AUDIT_LOG || verb.equals("insert") || verb.equals("select")) {
                assertThat(outcome(session, verb, ann.sql(table.verbs().getOrDefault(verb, ""))))
                        .as(verb)
                        .isEqualTo("yes");
            }
        }
        session.abort();
    }

    @Test
    void the_naive_policy_on_a_table_whose_security_is_off_stops_nobody() throws SQLException {
        Session session = wp.session();
        Planner ann = Planner.in(session);
        session.script("""
                create table public.naive (user_id uuid);
                create policy naive_own on public.naive to authenticated using (user_id = (select auth.uid()));
                """);
        session.run("insert into public.naive values (?)", ann.user());

        Session anon = Planner.request(wp.session(), "anon", "{}");

        assertThat(anon.number("select count(*) from public.naive")).isEqualTo(1);
    }

    private String matrix(Table table, Planner ann, String role, String claims) throws SQLException {
        List<String> outcomes = new ArrayList<>();
        Map<String, String> verbs = table.verbs();
        for (String verb : List.of("select", "insert", "update", "delete")) {
            Session session = wp.session();
            session.begin();
            if (table == Table.VISION && verb.equals("insert")) {
                session.run("delete from public.vision where user_id = ?", ann.user());
            }
            Planner.request(session, role, claims);
            outcomes.add(verb + " " + outcome(session, verb, ann.sql(verbs.getOrDefault(verb, ""))));
            session.abort();
            session.close();
        }
        return String.join(", ", outcomes);
    }

    private static String outcome(Session session, String verb, String sql) {
        try {
            long rows = verb.equals("select")
                    ? session.number("select count(*) from (" + sql + ") as s")
                    : session.run(sql);
            return rows > 0 ? "yes" : "no rows";
        } catch (SQLException e) {
            return Refusal.of(e).sqlState();
        }
    }
}
