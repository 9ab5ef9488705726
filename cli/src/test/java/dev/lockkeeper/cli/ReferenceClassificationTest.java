package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.lockkeeper.project.ProjectFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.ObjectMapper;

/** The classification files of the reference schemas, and a person who is forgotten by one. */
@ExtendWith(Desk.Extension.class)
class ReferenceClassificationTest {
    private static final String KEY = "k3y-of-the-hashes-0123456789abcdef";

    private static Path schema(String name) {
        return Document.ROOT.resolve("schemas").resolve(name);
    }

    private static Path classification(String name) {
        return Objects.requireNonNull(ProjectFile.read(schema(name)).classification());
    }

    @Tag("IP-12")
    @ParameterizedTest
    @ValueSource(strings = {"week-planner", "player-engagement", "prediction-market", "inference-platform"})
    void file_is_what_the_schema_for_editors_says(String name) throws IOException {
        Object file = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(classification(name)));
        String form = Files.readString(Document.ROOT.resolve("docs/json/classification.schema.json"));
        ObjectMapper mapper = new ObjectMapper();
        assertThat(SchemaRegistry.withDialect(Dialects.getDraft202012())
                        .getSchema(mapper.readTree(form))
                        .validate(mapper.valueToTree(file)))
                .isEmpty();
    }

    /** Two databases, as a team would run them. */
    private static void platform(Desk desk) throws IOException {
        Path schema = schema("inference-platform");
        String other = desk.database() + "_analytics";
        desk.execute("create database " + other);
        desk.execute(Files.readString(schema.resolve("roles.sql")));
        desk.variables().put("LOCKKEEPER_ERASURE_KEY", KEY);
        for (String name : List.of("anna", "maker")) {
            Guarded.keygen(desk, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", Guarded.key(desk, name));
        }
        Guarded.allow(desk, "anna", "maker");
        desk.write("classification.yaml", Files.readString(classification("inference-platform")))
                .write(
                        "lockkeeper.yaml",
                        "project: inference-platform\napproval:\n  signers: allowed_signers\ncomponents:\n  operational:\n    migrations: "
                                + schema.resolve("operational/migrations")
                                + "\n    convention: golang-migrate\n  analytics:\n    migrations: "
                                + schema.resolve("analytics/migrations")
                                + "\n    convention: golang-migrate\n    database: " + other + "\n");
        Desk.Outcome applied = desk.run("apply");
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        desk.execute("""
                insert into inference.organizations (slug, display_name, plan_tier, budget_limit_tokens)
                  values ('starter', 'Starter', 'starter', 10000), ('growth', 'Growth', 'growth', 1000000);
                insert into inference.users (organization_id, email_ciphertext, email_hash, role, status)
                  select id, substring(sha256(convert_to(slug, 'UTF8')) || sha256('') for 49), sha256(convert_to('owner@' || slug, 'UTF8')), 'owner', 'active'
                  from inference.organizations""");
    }

    private static String path(Desk desk, String file) {
        return desk.folder().resolve(file).toString();
    }

    private static Desk.Outcome forget(Desk desk, String user) {
        String plan = path(desk, user + ".json");
        assertThat(desk.run("erase", "request", "--key", user, "--reason", "ticket 77")
                        .err())
                .isEmpty();
        assertThat(desk.run(
                                "erase",
                                "plan",
                                "--key",
                                user,
                                "--as",
                                Guarded.MAKER,
                                "--sign-with",
                                Guarded.key(desk, "maker"),
                                "--out",
                                plan)
                        .err())
                .isEmpty();
        assertThat(desk.run("erase", "approve", plan, "--sign-with", Guarded.key(desk, "anna"))
                        .err())
                .isEmpty();
        return desk.run("erase", "run", plan, "--key", user, "--out", path(desk, user + ".certificate.json"));
    }

    @Test
    @Tag("IP-13")
    void person_is_forgotten_in_both_components_and_rollups_and_an_audit_entry_stays(Desk desk) throws IOException {
        platform(desk);
        List<String> users = desk.rows("select id from inference.users order by id");
        String user = users.get(0);
        String other = users.get(1);
        String hash = desk.rows("select encode(email_hash, 'hex') from inference.users where id = '" + user + "'")
                .get(0);
        desk.execute(
                "insert into inference.audit_log_entries (organization_id, actor_type, actor_id, action, target_type, target_id,"
                        + " metadata) select organization_id, 'user', id::text, 'invited', 'user', '" + other
                        + "', jsonb_build_object('to', encode(email_hash, 'hex')) from inference.users where id = '"
                        + user + "'");
        // what somebody else did to the person
        desk.execute(
                "insert into inference.audit_log_entries (organization_id, actor_type, actor_id, action, target_type, target_id,"
                        + " metadata) select organization_id, 'user', '" + other + "', 'invited', 'user', id::text,"
                        + " jsonb_build_object('to', encode(email_hash, 'hex')) from inference.users where id = '"
                        + user + "'");
        // the hash of the address, where nobody expects it
        desk.execute("update inference.organizations set metadata = jsonb_build_object('owner', '" + hash
                + "') where id = (select organization_id from inference.users where id = '" + user + "')");
        Desk.Outcome found = forget(desk, user);
        assertThat(found.exitCode()).isEqualTo(3);
        assertThat(found.err())
                .contains("the person was still found afterwards, in inference.organizations.metadata (1 row)")
                .doesNotContain(hash);
        desk.execute("update inference.organizations set metadata = '{}'");
        Desk.Outcome done = desk.run(
                "erase", "run", path(desk, user + ".json"), "--key", user, "--out", path(desk, "certificate.json"));
        assertThat(done.err()).isEmpty();
        assertThat(done.exitCode()).isZero();
        assertThat(desk.rows(
                        "select status || ' ' || is_active || ' ' || coalesce(last_login_at::text, '-') || ' ' || (email_hash = sha256(convert_to('lockkeeper"
                                + " erased/' || id, 'UTF8'))) from inference.users where id = '" + user + "'"))
                .containsExactly("disabled false - true");
        assertThat(desk.rows("select count(*) from inference.users where status <> 'disabled'"))
                .containsExactly(Integer.toString(users.size() - 1));
        assertThat(desk.rows("select metadata from inference.audit_log_entries where '" + user
                        + "' in (actor_id, target_id) and action = 'invited'"))
                .containsExactly("{\"redacted\": true}", "{\"redacted\": true}");
        assertThat(desk.rows("select metadata->>'reason' from inference.audit_log_entries where action = 'redacted'")
                        .get(0))
                .startsWith("request ");
        assertThat(Files.readString(Path.of(path(desk, "certificate.json"))))
                .contains(desk.database() + "_analytics", "\"inTime\":true", "\"values\":2", "\"found\":0")
                .doesNotContain(hash, user);
        assertThat(desk.run("audit", "verify").exitCode()).isZero();
        assertThat(desk.run("erase", "list").out()).contains("0 requests are open.");
    }
}
