package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that travel with the schema. */
@Tag("IP-06")
final class SqlTestsTest {
    @RegisterExtension
    final Migrated migrated = Given.operational();

    @ParameterizedTest
    @ValueSource(strings = {"01_tenants", "02_metering", "03_maintenance"})
    void a_test_that_travels_with_the_schema_holds_and_leaves_nothing_behind(String test)
            throws SQLException, IOException {
        Session session = migrated.session();
        for (String seedPackage : List.of("ci", "local-dev", "staging")) {
            migrated.bring(seedPackage, Given.SEED_KEYS);
        }
        String rows = session.text("select (select count(*) from inference.organizations) || ' '"
                + " || (select count(*) from inference.usage_event_keys)");
        session.script(Files.readString(Reference.folder("inference-platform").resolve("tests/" + test + ".sql")));

        assertThat(session.text("select (select count(*) from inference.organizations) || ' '"
                        + " || (select count(*) from inference.usage_event_keys)"))
                .isEqualTo(rows);
    }
}
