package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests that travel with the schema, in plain SQL. */
@Tag("WP-06")
@Tag("WP-07")
final class SqlTestsTest {
    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(Reference.folder("week-planner").resolve("tests"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void a_script_says_nothing_and_leaves_nothing_behind(Path script) throws SQLException {
        Session session = wp.session();

        assertThatCode(() -> session.script(ScriptReader.read(script))).doesNotThrowAnyException();
        assertThat(session.number("select count(*) from auth.users")).isZero();
    }

    @Test
    void a_script_fails_where_a_guard_is_missing() throws SQLException {
        Session session = wp.session();
        session.run("drop trigger plan_item_locked on public.plan_item");

        assertThatCode(() -> session.script(
                        ScriptReader.read(Reference.folder("week-planner").resolve("tests/01_lock.sql"))))
                .hasMessageContaining("accepted, and not refused by 23001 plan_item_locked");
    }
}
