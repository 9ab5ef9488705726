package dev.lockkeeper.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.TimeZone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the tests of the schemas run under the time zones and servers that the build names. */
@Tag("PE-01")
class ZoneTest {
    @RegisterExtension
    final Migrated migrated = Migrated.of("player-engagement");

    @Test
    void sessions_have_the_time_zone_of_the_java_process() throws SQLException {
        assertThat(migrated.session().text("show timezone"))
                .isEqualTo(TimeZone.getDefault().getID());
    }

    @Test
    void server_is_of_the_version_that_was_asked_for() throws SQLException {
        assertThat(migrated.session().number("select current_setting('server_version_num')::int / 10000"))
                .isEqualTo(Long.getLong("lockkeeper.server.version", 18));
    }
}
