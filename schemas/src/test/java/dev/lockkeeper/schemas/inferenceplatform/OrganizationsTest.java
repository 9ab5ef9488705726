package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Refusal;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("IP-01")
final class OrganizationsTest {
    private static final String DELETE =
            "update inference.organizations set status = 'closed', deleted_at = now() where id = ?::uuid";
    private static final String KEY = "insert into inference.api_keys (organization_id, name, hashed_secret)"
            + " values (?::uuid, 'late', sha256('late'))";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    @ParameterizedTest
    @ValueSource(strings = {"a", "acme", "acme-2", "1-a-2"})
    void a_slug_in_kebab_case_is_accepted(String slug) throws SQLException {
        assertThat(Given.organization(migrated.session(), slug)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Acme", "acme_2", "-acme", "acme-", "a--b", "a b", "é", "a\n"})
    void another_slug_is_refused(String slug) throws SQLException {
        assertThat(migrated.session()
                        .refused("insert into inference.organizations (slug, display_name) values (?, 'T')", slug)
                        .rule())
                .isEqualTo("23514 organizations_slug_is_kebab_case");
    }

    @Test
    void a_slug_is_there_once() throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "acme");

        assertThat(session.refused("insert into inference.organizations (slug, display_name) values ('acme', 'T')")
                        .rule())
                .isEqualTo("23505 organizations_slug_key");
    }

    @Test
    void a_slug_may_be_set_once_and_then_stays() throws SQLException {
        Session session = migrated.session();
        String id = session.text("insert into inference.organizations (display_name) values ('T') returning id");

        assertThat(session.run("update inference.organizations set slug = 'acme' where id = ?::uuid", id))
                .isEqualTo(1);
        assertThat(session.run("update inference.organizations set slug = 'acme', display_name = 'A'"))
                .isEqualTo(1);
        for (String change : new String[] {"'other'", "null"}) {
            assertThat(session.refused("update inference.organizations set slug = " + change)
                            .rule())
                    .isEqualTo("23001 organizations_slug_immutable");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "label_not_blank                      | display_name = E' \\t'",
                "label_not_blank                      | display_name = U&'\\00A0\\0085\\180E\\200B\\FEFF'",
                "label_not_blank                      | display_name = U&'\\2003\\3000\\2060\\00AD'",
                "label_not_blank                      | display_name = U&'\\2800\\0001\\007F\\009F\\FFF9'",
                "label_not_blank                      | display_name = U&'\\+0E0020\\+0E0100\\+01D173\\+01BCA0'",
                "label_not_too_long                   | display_name = repeat('d', 301)",
                "organizations_plan_tier_known        | plan_tier = 'free'",
                "organizations_budget_not_negative    | budget_limit_tokens = -1",
                "organizations_status_known           | status = 'gone'",
                "organizations_metadata_is_object     | metadata = '[]'",
                "organizations_deleted_is_closed      | deleted_at = now()",
                "organizations_times_not_ahead        | status = 'closed', deleted_at = now() + interval '1 day'",
                "instant_is_finite                    | status = 'closed', deleted_at = 'infinity'",
            })
    void a_change_against_a_rule_is_refused_by_that_rule(String rule, String change) throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "acme");

        assertThat(session.refused("update inference.organizations set " + change)
                        .rule())
                .isEqualTo("23514 " + rule);
    }

    @Test
    void a_slug_is_as_long_as_an_address_takes() throws SQLException {
        Session session = migrated.session();
        String insert = "insert into inference.organizations (slug, display_name) values (repeat('s', ?), 'Long')";

        assertThat(session.run(insert, 100)).isEqualTo(1);
        assertThat(session.refused(insert, 101).rule()).isEqualTo("23514 organizations_slug_not_too_long");
    }

    @Test
    void what_has_just_happened_is_not_ahead_in_a_long_transaction() throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "acme");
        session.begin();
        session.run("update inference.organizations set status = 'closed', deleted_at = clock_timestamp()");

        assertThat(session.text("select updated_at > now() and updated_at >= deleted_at from inference.organizations"))
                .as("the clock, not the start of the transaction")
                .isEqualTo("t");
        session.commit();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "display_name = U&'\\00A0\\4E2D\\6587'",
                "display_name = U&'\\+01F680'",
                "plan_tier = 'enterprise'",
                "budget_limit_tokens = 0",
                "status = 'suspended'",
                "status = 'closed', deleted_at = now()",
                "metadata = '{\"a\": 1}'"
            })
    void a_change_within_the_rules_is_accepted(String change) throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "acme");

        assertThat(session.run("update inference.organizations set updated_at = 'epoch', " + change))
                .isEqualTo(1);
        assertThat(session.text("select updated_at >= created_at from inference.organizations"))
                .isEqualTo("t");
    }

    @Test
    void a_deleted_organization_takes_no_new_key_until_it_is_restored() throws SQLException {
        Session session = migrated.session();
        String id = Given.organization(session, "acme");
        Given.key(session, id, "early");
        session.run(DELETE, id);

        assertThat(session.refused(KEY, id).rule()).isEqualTo("23514 api_keys_organization_live");
        session.run("update inference.organizations set deleted_at = null where id = ?::uuid", id);
        assertThat(session.run(KEY, id)).isEqualTo(1);
    }

    @Test
    void a_key_waits_for_a_deletion_that_is_under_way_and_is_refused() throws Exception {
        String id = Given.organization(migrated.session(), "acme");
        Session deleter = migrated.session();
        deleter.begin();
        deleter.run(DELETE, id);
        Future<Refusal> key = migrated.blocked(migrated.session(), session -> session.refused(KEY, id));
        deleter.commit();

        assertThat(key.get().rule()).isEqualTo("23514 api_keys_organization_live");
    }

    @Test
    void a_naive_check_without_a_lock_lets_the_key_of_a_race_through() throws SQLException {
        Session session = migrated.session();
        String id = Given.organization(session, "acme");
        session.run("create table public.naive (organization_id uuid)");
        Session deleter = migrated.session();
        deleter.begin();
        deleter.run(DELETE, id);
        int inserted = session.run(
                "insert into public.naive select id from inference.organizations where id = ?::uuid and deleted_at is null",
                id);
        deleter.commit();

        assertThat(inserted).isEqualTo(1);
    }

    @Test
    void an_owner_who_is_bound_by_the_policies_does_not_blind_the_check_of_a_key() throws SQLException {
        Session session = migrated.session();
        String id = Given.organization(session, "acme");
        session.run(DELETE, id);
        session.script("create role tenant_owner_test; grant usage on schema inference to tenant_owner_test;"
                + " alter table inference.organizations owner to tenant_owner_test;"
                + " alter function inference.require_live_organization() owner to tenant_owner_test");
        try {
            session.run("set role inference_maintenance");
            assertThat(session.refused(KEY, id).rule()).isEqualTo("23514 api_keys_organization_live");
        } finally {
            session.script("reset role; reassign owned by tenant_owner_test to current_user;"
                    + " drop owned by tenant_owner_test; drop role tenant_owner_test");
        }
    }

    @Test
    void the_key_of_a_tenant_stays_for_what_it_used_refers_to_it() throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "acme");

        assertThat(session.run("update inference.organizations set id = id")).isEqualTo(1);
        assertThat(session.refused("update inference.organizations set id = gen_random_uuid()")
                        .rule())
                .isEqualTo("23001 organizations_identity_immutable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete from inference.organizations", "truncate inference.organizations cascade"})
    void tenants_are_history(String removal) throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "acme");

        assertThat(session.refused(removal).rule()).isEqualTo("23001 organizations_history_kept");
    }

    @Test
    void the_server_says_when_a_row_was_written() throws SQLException {
        Session session = migrated.session();
        session.run("insert into inference.organizations (display_name, created_at, updated_at)"
                + " values ('T', 'infinity', 'infinity')");
        session.run("update inference.organizations set created_at = 'epoch'");

        assertThat(session.text("select greatest(created_at, updated_at) <= now()"
                        + " and created_at > now() - interval '1 hour' from inference.organizations"))
                .isEqualTo("t");
    }
}
