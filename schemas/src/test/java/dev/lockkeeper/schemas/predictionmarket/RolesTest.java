package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests in SQL that travel with the schema, and what they cannot say of roles. */
final class RolesTest {
    @RegisterExtension
    final Migrated core = Given.core();

    @RegisterExtension
    final Migrated jobs = Given.jobs();

    private static String file(String name) throws IOException {
        return Files.readString(Path.of(Reference.folder("prediction-market").toString(), name));
    }

    @Test
    @Tag("PM-01")
    @Tag("PM-02")
    void the_test_of_the_queue_in_sql_passes() throws Exception {
        jobs.session().script(file("tests/jobs/queue.sql"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"approvals", "audit", "evidence", "forgetting"})
    @Tag("PM-04")
    @Tag("PM-05")
    @Tag("PM-06")
    void the_tests_of_the_core_in_sql_pass(String name) throws Exception {
        core.session().script(file("tests/core/" + name + ".sql"));
    }

    @Test
    @Tag("PM-04")
    @Tag("PM-05")
    void each_role_can_what_it_is_for_and_no_more() throws Exception {
        Session session = core.session();
        for (var migration :
                Reference.of("prediction-market", "jobs").migrations().all()) {
            // one message is one transaction
            session.script(migration.up().text().replace(" concurrently", ""));
        }
        session.script(file("tests/roles.sql"));
    }

    /** As on a managed server, where nobody is a superuser. */
    @Test
    void whoever_may_create_roles_makes_them_and_the_schema_and_a_second_time_nothing() throws Exception {
        Session session = core.session();
        session.run("create role pm_test_owner createrole");
        try {
            String roles = file("roles.sql").replace("'prediction_", "'pm_test_prediction_");
            session.run("set role pm_test_owner");
            session.script(roles);
            session.script(roles);
            assertThat(session.number("select count(*) from pg_roles where starts_with(rolname, 'pm_test_prediction_')"
                            + " and not rolcanlogin and not rolsuper and not rolbypassrls and not rolcreaterole"))
                    .isEqualTo(6);
            session.run("reset role");
            session.script(file("core/011_roles.sql"));
        } finally {
            session.run("reset role");
            session.script("""
                do $$
                declare v_role text;
                begin
                    for v_role in select rolname from pg_roles where starts_with(rolname, 'pm_test_') loop
                        execute format('drop role %I', v_role);
                    end loop;
                end
                $$
                """);
        }
    }
}
