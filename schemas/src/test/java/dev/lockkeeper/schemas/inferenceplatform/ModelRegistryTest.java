package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("IP-04")
final class ModelRegistryTest {
    private static final String GLOBAL =
            "insert into inference.model_registry_entries (model_name, revision) values ('chat', '1')";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @Test
    void a_revision_for_everybody_is_there_once() throws SQLException {
        Session session = migrated.session();
        session.run(GLOBAL);

        assertThat(session.refused(GLOBAL).rule()).isEqualTo("23505 model_registry_entries_revision_key");
    }

    @Test
    void a_naive_unique_constraint_takes_it_twice() throws SQLException {
        Session session = migrated.session();
        session.run("create table public.naive (name text, organization_id uuid, unique (name, organization_id))");

        assertThat(session.run("insert into public.naive values ('chat', null), ('chat', null)"))
                .isEqualTo(2);
    }

    @Test
    void an_organization_may_have_its_own_beside_it_once() throws SQLException {
        Session session = migrated.session();
        session.run(GLOBAL);
        String own = "insert into inference.model_registry_entries (model_name, revision, organization_id)"
                + " values ('chat', '1', ?::uuid)";
        String organization = Given.organization(session, "one");

        assertThat(session.run(own, organization)).isEqualTo(1);
        assertThat(session.refused(own, organization).rule()).isEqualTo("23505 model_registry_entries_revision_key");
        assertThat(session.refused(own, "00000000-0000-4000-8000-000000000000").rule())
                .isEqualTo("23503 model_registry_entries_organization_id_fkey");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "23514 model_registry_entries_target_known       | deployment_target = 'moon'",
                "23514 model_registry_entries_cost_not_negative  | cost_per_thousand_tokens = -0.0001",
                "23514 model_registry_entries_cost_not_negative  | cost_per_thousand_tokens = 'NaN'",
                "22003                                           | cost_per_thousand_tokens = 1000000",
                "23514 model_registry_entries_metadata_is_object | metadata = '1'",
                "23001 model_registry_entries_identity_immutable | model_name = 'other'",
                "23001 model_registry_entries_identity_immutable | revision = '2'",
                "23001 model_registry_entries_identity_immutable | id = gen_random_uuid()",
                "23514 instant_is_finite                         | retired_at = 'infinity'",
                "23514 model_registry_entries_created_by_within_tenant | created_by = gen_random_uuid()",
            })
    void a_change_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = migrated.session();
        session.run(GLOBAL);

        assertThat(session.refused("update inference.model_registry_entries set " + change)
                        .rule())
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deployment_target = 'self_hosted'",
                "cost_per_thousand_tokens = 999999.9999",
                "metadata = '{\"context\": 8192}'",
                "retired_at = now()"
            })
    void a_change_within_the_rules_is_accepted(String change) throws SQLException {
        Session session = migrated.session();
        session.run(GLOBAL);

        assertThat(session.run("update inference.model_registry_entries set " + change))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"' ', '1'", "'chat', ''"})
    void a_model_and_its_revision_have_names(String names) throws SQLException {
        assertThat(migrated.session()
                        .refused("insert into inference.model_registry_entries (model_name, revision) values (" + names
                                + ")")
                        .rule())
                .isEqualTo("23514 label_not_blank");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"delete from inference.model_registry_entries", "truncate inference.model_registry_entries"})
    void entries_are_not_removed(String statement) throws SQLException {
        Session session = migrated.session();
        session.run(GLOBAL);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 model_registry_entries_history_kept");
    }

    @Test
    void a_model_of_a_tenant_is_made_by_somebody_of_the_tenant() throws SQLException {
        Session session = migrated.session();
        String insert = "insert into inference.model_registry_entries"
                + " (model_name, revision, organization_id, created_by) values ('own', ?, ?::uuid, ?::uuid)";
        String one = Given.organization(session, "one");

        assertThat(session.run(insert, "1", one, Given.user(session, one))).isEqualTo(1);
        assertThat(session.refused(insert, "2", one, Given.user(session, Given.organization(session, "two")))
                        .rule())
                .isEqualTo("23503 model_registry_entries_created_by_fkey");
    }
}
