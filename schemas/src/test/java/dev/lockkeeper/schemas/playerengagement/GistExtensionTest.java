package dev.lockkeeper.schemas.playerengagement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("PE-13")
final class GistExtensionTest {
    private static final String EXTENSION =
            "select obj_description(oid, 'pg_extension') from pg_extension where extname = 'btree_gist'";

    @RegisterExtension
    final Migrated xp = Migrated.of("player-engagement").to("1");

    @Test
    void an_extension_that_V002_created_goes_with_U002() throws SQLException {
        Session session = xp.session();
        xp.up("2");
        assertThat(session.text(EXTENSION)).startsWith("player-engagement: ");
        xp.down();

        assertThat(session.lines(EXTENSION)).isEmpty();
    }

    @Test
    void an_extension_that_was_there_before_keeps_its_comment_and_its_schema_and_outlives_U002() throws SQLException {
        Session session = xp.session();
        session.run("create schema extensions");
        session.run("create extension btree_gist with schema extensions");
        session.run("comment on extension btree_gist is 'Ours since 2019.'");
        xp.up("2");
        xp.down();

        assertThat(session.text(EXTENSION)).isEqualTo("Ours since 2019.");
        assertThat(session.text("select extnamespace::regnamespace from pg_extension where extname = 'btree_gist'"))
                .isEqualTo("extensions");
    }

    @Test
    void an_extension_that_somebody_else_has_come_to_need_stays() throws SQLException {
        Session session = xp.session();
        xp.up("2");
        session.run("create table public.rooms (room int, day daterange,"
                + " exclude using gist (room with =, day with &&))");
        xp.down();

        assertThat(session.lines(EXTENSION)).hasSize(1);
        assertThat(session.text("select to_regclass('xp.xp_policies')")).isEqualTo("null");
        session.run("drop table public.rooms");
        xp.up("2");
        xp.down();
        assertThat(session.lines(EXTENSION)).isEmpty();
    }
}
