package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.ObjectMapper;

/** What the command makes of a project; the findings themselves are tested beside the doctor. */
@Tag("OPS-06")
@ExtendWith(Desk.Extension.class)
class DoctorCommandTest {
    private static Desk shop(Desk desk) {
        return desk.project().write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                convention: flyway
                schema: app
                environments:
                  local:
                    pools:
                      web: {profile: production, instances: 3}
                      edge: {profile: serverless, instances: 100, server-connections: 4}
                """).write("services.yaml", """
                services:
                  queue:
                    kind: key-value
                    variables: [QUEUE_HOST]
                    verify: {tcp: '${QUEUE_HOST}:1'}
                  files:
                    kind: object-store
                    environments: {local: {variables: [FILES_KEY]}}
                    verify: {command: [sh, -c, 'exit 7']}
                """);
    }

    @Test
    void findings_of_the_database_and_of_services_come_with_what_to_do(Desk desk) {
        shop(desk).variables().putAll(Map.of("QUEUE_HOST", "127.0.0.1", "FILES_KEY", "s3cr3t-of-files"));
        Desk.Outcome seen = desk.run("doctor");
        assertThat(seen.out())
                .contains(
                        // as servers for tests are
                        "error[durability-off]: fsync is off\n",
                        "error[connections-short]: 60 of web (production, 3 x 20), 4 of edge (serverless, 100 x 5 behind a pooler"
                                + " with 4) and 3 of a run are 67, and the server gives 37",
                        "        alter system set max_connections = 70;\n",
                        "error[service-failed]: queue (key-value): tcp ${QUEUE_HOST}:1: nothing listens there",
                        "error[service-failed]: files (object-store): sh -c exit 7: it ended with exit code 7\n")
                .doesNotContain("s3cr3t-of-files")
                .containsPattern("\\d+ errors, \\d+ warnings?\\.\n$");
        assertThat(seen.exitCode()).isEqualTo(3);

        Desk.Outcome offline = desk.run("doctor", "--offline", "--output", "json");
        assertThat(offline.out())
                .contains(
                        "\"code\":\"durability-off\",\"severity\":\"error\",\"part\":\"server\"",
                        "\"what\":\"files (object-store): sh -c exit 7\",\"why\":\"offline was asked for\"")
                .doesNotContain("service-failed", "s3cr3t-of-files");
        assertThat(offline.exitCode()).isEqualTo(3);
    }

    @Test
    void plain_role_is_told_each_grant_that_apply_lacks_and_they_are_enough(Desk desk) {
        desk.project()
                .write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\nschema: app\n")
                .write("migrations/V1__first.sql", "create table ${schema}.first (id int primary key);\n")
                .write("migrations/U1__first.sql", "drop table ${schema}.first;\n");
        desk.execute("create schema app; create role \"Plain \"\"one\" login password 'p'");
        desk.variables().putAll(Map.of("PGUSER", "Plain \"one", "PGPASSWORD", "p"));
        String before = desk.run("doctor", "--output", "json").out();
        assertThat(before)
                .contains(
                        "grant create on database \\\"" + desk.database() + "\\\" to \\\"Plain \\\"\\\"one\\\";",
                        "grant usage on schema \\\"app\\\" to \\\"Plain \\\"\\\"one\\\";",
                        "grant create on schema \\\"app\\\" to \\\"Plain \\\"\\\"one\\\";");
        assertThat(desk.run("apply").exitCode()).isNotZero();

        grant(desk, before);

        assertThat(desk.run("doctor", "--output", "json").out()).doesNotContain("privilege-missing", "owner-foreign");
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @Test
    void role_that_does_not_own_the_record_is_told_what_to_be_given(Desk desk) {
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nschema: public\n");
        desk.run("apply");
        desk.second("create table second (id int);\n");
        desk.execute("create role other_login login password 'p'; create role owns_tables; alter table first owner to"
                + " owns_tables");
        desk.variables().putAll(Map.of("PGUSER", "other_login", "PGPASSWORD", "p"));
        String before = desk.run("doctor", "--output", "json").out();
        assertThat(before)
                .contains(
                        "grant select on \\\"lockkeeper\\\".\\\"history\\\" to \\\"other_login\\\";",
                        "grant insert on \\\"lockkeeper\\\".\\\"audit\\\" to \\\"other_login\\\";",
                        "\"code\":\"owner-foreign\"");

        grant(desk, before);

        assertThat(desk.run("doctor", "--output", "json").out()).doesNotContain("privilege-missing", "owner-foreign");
        assertThat(desk.run("apply").exitCode()).isZero();
    }

    @Test
    void what_rollups_and_retention_lack_is_named_as_well(Desk desk) {
        AnalyticsCommandTest.project(desk, "analytics").write("classification.yaml", """
                version: 1
                tables:
                  app.event:
                    retention: {days: 30, from: at, strategy: delete}
                """);
        desk.execute("create role computes login password 'p'");
        desk.variables().putAll(Map.of("PGUSER", "computes", "PGPASSWORD", "p"));
        String before = desk.run("doctor", "--output", "json").out();
        assertThat(before)
                .contains(
                        "role computes lacks privileges on app.usage: missing: USAGE on its schema, SELECT, INSERT, UPDATE, DELETE",
                        "\"grant usage on schema \\\"app\\\" to \\\"computes\\\";\",\"grant select, insert, update, delete on",
                        "computes lacks SELECT, DELETE on \\\"app\\\".\\\"event\\\", which retain needs",
                        "\"grant delete on \\\"app\\\".\\\"event\\\" to \\\"computes\\\";\"");

        grant(desk, before);

        assertThat(desk.run("doctor", "--output", "json").out()).doesNotContain("privilege-missing");
    }

    /** Runs what findings of privileges propose. */
    private static void grant(Desk desk, String json) {
        new ObjectMapper()
                .readTree(json)
                .get("databases")
                .get(0)
                .get("findings")
                .forEach(finding -> {
                    if (finding.get("part").asString().equals("privileges")) {
                        finding.get("statements").forEach(sql -> desk.execute(sql.asString()));
                    }
                });
    }

    @Test
    void database_that_nobody_gets_into_is_a_finding_and_services_are_looked_at_all_the_same(Desk desk) {
        shop(desk).variables().put("QUEUE_HOST", "127.0.0.1");
        Desk.Outcome away = desk.run("doctor", "--database", "postgresql://me@127.0.0.1:1/shop");
        assertThat(away.out())
                .contains(
                        "error[database-unreachable]:",
                        "not looked at: everything else of this database: there is no connection",
                        "error[service-variable-missing]: files (object-store) needs FILES_KEY, which is not set")
                .endsWith(" Nobody gets into postgresql://me@127.0.0.1:1/shop: database-unreachable.\n");
        assertThat(away.exitCode()).isEqualTo(5);
    }

    @Test
    void file_of_the_project_that_is_not_there_is_told_by_its_name_and_is_no_fault_of_the_database(Desk desk) {
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nclassification: none.yaml\n");
        Desk.Outcome refused = desk.run("doctor");
        assertThat(refused.err())
                .contains("error[file-unreadable]:", "none.yaml")
                .doesNotContain("database");
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    void approvals_that_nobody_can_give_and_rules_that_can_be_left_out_are_found(Desk desk) {
        desk.project().write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                convention: flyway
                approval: {signers: allowed_signers}
                environments:
                  staging: {kind: staging, approvals: 2}
                """);
        assertThat(desk.run("doctor", "--environment", "staging").out())
                .contains(
                        "error[approvers-few]: the file cannot be read",
                        "allowed_signers",
                        "warning[rules-avoidable]: environment staging has rules and no url");
        desk.write("allowed_signers", "");
        assertThat(desk.run("doctor", "--environment", "staging").out())
                .contains(
                        "error[approvers-few]: environment staging demands 2 approvals, and nobody may give them: the file of"
                                + " allowed signers is ");
        desk.write(
                "allowed_signers",
                "anna@example.com namespaces=\"lockkeeper-plan\" ssh-ed25519"
                        + " AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n");
        assertThat(desk.run("doctor", "--environment", "staging").out())
                .contains("error[approvers-few]: environment staging demands 2 approvals, and 1 may give them");
        Desk.Outcome plan = desk.run(
                "plan",
                "--environment",
                "staging",
                "--out",
                desk.folder().resolve("release.json").toString(),
                "--as",
                "me@example.com");
        assertThat(plan.err())
                .contains("warning[signers-file]: environment staging demands 2 approvals, and 1 may give them");
        assertThat(plan.exitCode()).isZero();
        assertThat(desk.run("doctor").out()).doesNotContain("approvers-few", "rules-avoidable");
    }

    @Test
    void variable_that_is_to_hold_the_password_and_is_not_set_is_found(Desk desk) {
        desk.project()
                .write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\nenvironments:\n  staging: {kind: staging, url:"
                                + " 'postgresql://me@127.0.0.1:1/x', password-variable: TWO_PASSWORD}\n");
        assertThat(desk.run("doctor", "--environment", "staging").out())
                .contains("warning[password-unset]: TWO_PASSWORD is not set");
        desk.variables().put("TWO_PASSWORD", "s3cr3t");
        assertThat(desk.run("doctor", "--environment", "staging").out()).doesNotContain("password-unset");
    }

    @Test
    @Tag("PM-10")
    void role_of_a_pool_that_cannot_log_in_is_found(Desk desk) {
        desk.project().write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                convention: flyway
                environments:
                  local:
                    pools:
                      web: {profile: dev, role: pool_group}
                      edge: {profile: dev, role: 'pool "gone'}
                      jobs: {profile: dev, role: pool_login}
                      late: {profile: dev, role: pool_late}
                """);
        desk.execute(
                "create role pool_group; create role pool_login login valid until '2999-01-01'; create role pool_late"
                        + " login password 'x' valid until '2020-01-01'");
        assertThat(desk.run("doctor").out())
                .contains(
                        "error[pool-role]: pools log in as role pool_group, which may not log in",
                        "error[pool-role]: pools log in as role pool_late, whose password counts until 2020-01-01",
                        "error[pool-role]: pools log in as role pool \"gone, which is not there")
                .doesNotContain("role pool_login,");
    }

    @Test
    void login_is_judged_by_its_role_and_project_of_staging_is_not_for_production(Desk desk) {
        desk.project().write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                convention: flyway
                schema: public
                staging-only: true
                environments:
                  staging: {kind: staging, roles: {operator: [ops], viewer: [watcher]}}
                  production: {kind: production}
                """);
        desk.run("apply");
        desk.execute("create role watcher login password 'p'; grant usage on schema lockkeeper to watcher;"
                + " grant select on all tables in schema lockkeeper to watcher");
        assertThat(desk.run("doctor", "--environment", "staging").out()).contains("error[operator-missing]: ");
        assertThat(desk.run("doctor", "--environment", "production").out()).contains("error[staging-only]: ");
        desk.variables().putAll(Map.of("PGUSER", "watcher", "PGPASSWORD", "p"));
        assertThat(desk.run("doctor", "--environment", "staging").out())
                .contains("role: viewer: judged by what looking needs")
                .doesNotContain("operator-missing", "privilege-missing", "owner-foreign");
    }

    @Test
    void manifest_that_is_wrong_stops_it_before_anything_is_called(Desk desk) {
        shop(desk).write("services.yaml", "services:\n  queue: {kind: database, verify: {tpc: x}}\n");
        Desk.Outcome refused = desk.run("doctor");
        assertThat(refused.err())
                .contains(
                        "error[services-file]: the key tpc is not known here",
                        "did you mean tcp?",
                        "services.yaml:2:36");
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    @Tag("PM-10")
    void pools_of_the_project_file_are_read_with_their_places(Desk desk) {
        desk.project().write("lockkeeper.yaml", """
                project: shop
                migrations: migrations
                environments:
                  local:
                    pools:
                      a: {profile: serverles}
                      b: {max: 3}
                      c: {profile: dev, max: 0, idle: soon, instanses: 2}
                      'd e': {profile: dev}
                """);
        Desk.Outcome refused = desk.run("doctor");
        assertThat(refused.err())
                .contains(
                        "error[project-file]: serverles is not a value of profile",
                        "did you mean serverless?",
                        "error[project-file]: the pool b has no profile",
                        "error[project-file]: 0 is not a number of max",
                        "error[project-file]: soon is not a duration",
                        "error[project-file]: the key instanses is not known here",
                        "error[project-file]: this is not a name for a pool");
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    @Tag("PM-10")
    @Tag("PM-11")
    void reference_project_declares_its_pools_and_its_services(Desk desk) throws IOException {
        Desk.Outcome seen = desk.run(
                "doctor",
                "--environment",
                "staging",
                "--database",
                "postgresql://127.0.0.1:" + desk.port() + "/" + desk.database(),
                "--project",
                Document.ROOT.resolve("schemas/prediction-market").toString());
        assertThat(seen.out())
                .contains(
                        "20 of workers (staging, 2 x 10), 10 of console (staging, 1 x 10), 20 of edge (serverless, 200 x 5 behind a"
                                + " pooler with 20) and 3 of a run are 53",
                        "models (inference) needs PREDICTION_MODELS_URL, PREDICTION_MODELS_KEY, which are not set",
                        "cache (key-value) needs PREDICTION_CACHE_HOST, which is not set")
                .doesNotContain("who owns what the scripts alter");
        assertThat(seen.exitCode()).isEqualTo(3);
        ObjectMapper mapper = new ObjectMapper();
        assertThat(SchemaRegistry.withDialect(Dialects.getDraft202012())
                        .getSchema(mapper.readTree(
                                Files.readString(Document.ROOT.resolve("docs/json/services.schema.json"))))
                        .validate(mapper.valueToTree(
                                new Load(LoadSettings.builder().build())
                                        .loadFromString(Files.readString(
                                                Document.ROOT.resolve("schemas/prediction-market/services.yaml"))))))
                .isEmpty();
    }
}
