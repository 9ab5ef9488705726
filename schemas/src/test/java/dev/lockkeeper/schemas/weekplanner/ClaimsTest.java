package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.source.ScriptReader;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks is what the claims of the request say; claims that say nothing useful show nothing. */
@Tag("WP-09")
final class ClaimsTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    private Planner ann;

    @BeforeEach
    void write_rows() throws SQLException {
        ann = Planner.in(wp.session());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"role\": \"authenticated\"}",
                "{\"sub\": null}",
                "[\"sub\"]",
                "\"sub\"",
                "null",
                "7",
                "{\"SUB\": \"00000000-0000-0000-0000-000000000000\"}",
                "{\"sub\": \"00000000-0000-0000-0000-000000000000\"}"
            })
    void claims_without_a_known_account_show_no_rows(String claims) throws SQLException {
        Session session = Planner.request(wp.session(), "authenticated", claims);

        for (RowSecurityTest.Table table : RowSecurityTest.Table.values()) {
            assertThat(session.number("select count(*) from " + table.sqlName()))
                    .as(table.sqlName())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not JSON",
                "{\"sub\": ",
                "{\"sub\": \"\"}",
                "{\"sub\": \"ann\"}",
                "{\"sub\": 7}",
                "{\"sub\": {}}",
                "{\"sub\": true}",
                "{\"sub\": \"' or true --\"}"
            })
    void malformed_claims_fail_with_22p02(String claims) throws SQLException {
        Session session = Planner.request(wp.session(), "authenticated", claims);

        for (RowSecurityTest.Table table : RowSecurityTest.Table.values()) {
            assertThat(session.refused("select * from " + table.sqlName()).sqlState())
                    .as(table.sqlName())
                    .isEqualTo("22P02");
        }
    }

    @Test
    void a_session_without_a_request_shows_no_rows() throws SQLException {
        Session session = wp.session();
        session.run("set role authenticated");

        assertThat(session.number("select count(*) from public.goal")).isZero();
        assertThat(session.text("select concat(auth.uid(), auth.role(), auth.jwt())"))
                .isEmpty();
    }

    @Test
    void claims_end_with_their_transaction() throws SQLException {
        Session session = wp.session();
        session.run("set role authenticated");
        session.begin();
        session.run("select set_config('request.jwt.claims', ?, true)", Planner.claims(ann.user()));
        assertThat(session.number("select count(*) from public.goal")).isEqualTo(1);
        session.commit();

        assertThat(session.number("select count(*) from public.goal")).isZero();
    }

    @Test
    void the_role_in_the_claims_opens_nothing() throws SQLException {
        Planner bob = Planner.in(wp.session());
        Session session = Planner.request(
                wp.session(), "authenticated", "{\"sub\": \"" + bob.user() + "\", \"role\": \"service_role\"}");

        assertThat(session.lines("select user_id from public.goal"))
                .containsExactly(bob.user().toString());
    }

    @Test
    void the_older_setting_names_the_account_too() throws SQLException {
        Session session = wp.session();
        session.run(
                "select set_config('request.jwt.claim.sub', ?, false)",
                ann.user().toString());
        session.run("select set_config('request.jwt.claim.role', 'authenticated', false)");
        session.run("set role authenticated");

        assertThat(session.text("select user_id from public.goal"))
                .isEqualTo(ann.user().toString());
        assertThat(session.text("select auth.role()")).isEqualTo("authenticated");
    }

    @Test
    void the_functions_of_the_prelude_read_the_claims() throws SQLException {
        Session session = ann.asks(wp.session());

        assertThat(session.text("select auth.uid()")).isEqualTo(ann.user().toString());
        assertThat(session.text("select auth.role()")).isEqualTo("authenticated");
        assertThat(session.text("select auth.jwt() ->> 'sub'"))
                .isEqualTo(ann.user().toString());
    }

    @Test
    void the_prelude_runs_again_and_changes_nothing() throws SQLException {
        String roles = "select string_agg(r::text, ',' order by rolname) from pg_roles r";
        String privileges = "select string_agg(d.defaclacl::text, ',' order by defaclobjtype) from pg_default_acl d";
        Session session = wp.session();
        String before = session.text(roles) + session.text(privileges);

        wp.reference().prelude(session);
        wp.reference().prelude(session);

        assertThat(session.text(roles) + session.text(privileges)).isEqualTo(before);
        assertThat(session.lines("select rolname || ' ' || rolcanlogin || ' ' || rolbypassrls from pg_roles"
                        + " where rolname in ('anon', 'authenticated', 'service_role') order by 1"))
                .containsExactly("anon false false", "authenticated false false", "service_role false true");
    }

    @Test
    void the_prelude_stops_at_roles_that_may_do_too_much() throws SQLException {
        Session session = wp.session();
        session.begin();
        session.run("alter role anon bypassrls");

        assertThat(session.refused("do $$ begin " + rolesOfPrelude() + " end $$")
                        .message())
                .contains("with other rights than Supabase gives them");
        session.abort();
    }

    /** The first block of the prelude, as a nested block. */
    private String rolesOfPrelude() {
        String text = ScriptReader.read(
                Objects.requireNonNull(wp.reference().project().prelude()));
        int start = text.indexOf("declare");
        return text.substring(start, text.indexOf("end\n$$;")) + "end;";
    }

    @ParameterizedTest
    @EnumSource(
            value = RowSecurityTest.Table.class,
            names = {"VISION", "PLAN_ITEM", "AUDIT_LOG"})
    void a_new_table_without_a_revoke_is_open_to_anon_as_on_supabase(RowSecurityTest.Table table) throws SQLException {
        Session session = wp.session();
        session.run("create table public.fresh ()");

        assertThat(session.text("select has_table_privilege('anon', 'public.fresh', 'truncate')"))
                .isEqualTo("t");
        assertThat(session.text("select has_table_privilege('anon', '" + table.sqlName() + "', 'truncate')"))
                .isEqualTo("f");
    }
}
