package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PE-01")
final class SchemaBootstrapTest {
    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement").to("0");

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "America/New_York", "Pacific/Chatham"})
    void now_utc_equals_now_in_every_session_zone(String zone) throws SQLException {
        xp.up("1");
        Session session = xp.session();
        session.run("set timezone = '" + zone + "'");

        assertThat(session.text("select xp.now_utc() = now()")).isEqualTo("t");
        assertThat(session.text("insert into xp.xp_users (external_user_id, reward_tz) values ('a', 'UTC')"
                        + " returning created_at = now() and updated_at = now()"))
                .isEqualTo("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"America/New_York", "Pacific/Chatham"})
    void the_naive_now_at_time_zone_utc_is_off_by_the_offset_of_the_session_zone(String zone) throws SQLException {
        Session session = xp.session();
        session.run("create function naive_now() returns timestamptz language sql as"
                + " $$ select (now() at time zone 'utc')::timestamptz $$");
        session.run("set timezone = '" + zone + "'");

        assertThat(session.text("select naive_now() = now()")).isEqualTo("f");
        assertThat(session.text("select now() - naive_now() ="
                        + " (now() at time zone current_setting('timezone')) - (now() at time zone 'utc')"))
                .isEqualTo("t");
    }

    @Test
    void a_schema_that_V001_created_goes_with_U001() throws SQLException {
        xp.up("1");
        xp.down();

        assertThat(xp.session().text("select to_regnamespace('xp')")).isEqualTo("null");
    }

    @Test
    void a_schema_that_was_there_before_keeps_its_comment_and_outlives_U001() throws SQLException {
        Session session = xp.session();
        session.run("create schema xp");
        session.run("comment on schema xp is 'Ours since 2019.'");

        xp.up("1");
        xp.down();

        assertThat(session.text("select obj_description(to_regnamespace('xp'), 'pg_namespace')"))
                .isEqualTo("Ours since 2019.");
    }

    @Test
    void the_functions_ignore_the_search_path_of_the_caller() throws SQLException {
        xp.up("1");
        Session session = xp.session();
        session.run("create schema trap");
        session.run("create function trap.now() returns timestamptz language sql as $$ select 'epoch'::timestamptz $$");
        session.run("set search_path = trap, pg_catalog");

        assertThat(session.text("select xp.now_utc() = pg_catalog.now()")).isEqualTo("t");
        assertThat(session.lines("select p.proname from pg_proc p where p.pronamespace = 'xp'::regnamespace"
                        + " and p.prosqlbody is null and not p.proconfig @> array['search_path=pg_catalog, pg_temp']"))
                .isEmpty();
    }
}
