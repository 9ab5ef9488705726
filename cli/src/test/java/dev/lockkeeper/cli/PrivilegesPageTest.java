package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The GRANTs of docs/privileges.md are enough, and without any one of them the refusal comes that the page names. */
@ExtendWith(Desk.Extension.class)
@Tag("USE-01")
class PrivilegesPageTest {
    /** A GRANT and the code of the refusal without it. */
    record Grant(String sql, String refusal) {}

    /**
     * What stands under a heading of the page.
     *
     * @param left which of its grants is left out; -1 for none
     */
    record Case(String heading, List<Grant> grants, int left) {
        @Override
        public String toString() {
            return heading + (left < 0 ? "" : " without " + grants.get(left).sql());
        }
    }

    private static final String FLYWAY = "installed_rank int, version text, description text, type text, script text,"
            + " checksum int, installed_by text, installed_on timestamp, execution_time int, success bool";

    private static final Map<String, Consumer<Desk>> BEFORE = Map.of(
            "Looking: status and plan", desk -> desk.run("apply"),
            "The first apply", desk -> {},
            "The first apply where an administrator made the schema", desk -> desk.execute("create schema lockkeeper"),
            "Later runs", PrivilegesPageTest::recordOfDeploy,
            "A record that an administrator owns", desk -> desk.run("baseline", "1", "--reason", "made by hand"),
            "Rollback", PrivilegesPageTest::rollback,
            "Taking over from another tool", desk -> other(desk, "public.flyway_schema_history", FLYWAY),
            "Fleets", PrivilegesPageTest::fleet);

    static Map<String, List<Grant>> blocks() {
        Map<String, List<Grant>> blocks = new LinkedHashMap<>();
        String heading = "";
        boolean open = false;
        for (String line : Document.named("docs/privileges.md").lines()) {
            if (line.startsWith("## ")) {
                heading = line.substring(3);
            } else if (line.startsWith("```")) {
                open = line.equals("```sql");
            } else if (open) {
                String[] parts = line.split("; -- ", -1);
                blocks.computeIfAbsent(heading, h -> new ArrayList<>()).add(new Grant(parts[0], parts[1]));
            }
        }
        return blocks;
    }

    private static List<Grant> block(String heading) {
        return Objects.requireNonNull(blocks().get(heading), heading);
    }

    static Stream<Case> cases() {
        return blocks().entrySet().stream()
                .flatMap(block -> Stream.iterate(-1, i -> i + 1)
                        .limit(block.getValue().size() + 1L)
                        .map(i -> new Case(block.getKey(), block.getValue(), i)));
    }

    @Test
    void every_block_of_the_page_is_tried() {
        assertThat(blocks().keySet()).containsExactlyInAnyOrderElementsOf(BEFORE.keySet());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void grants_are_enough_and_none_is_too_many(Case one, Desk desk) {
        harden(desk);
        Objects.requireNonNull(BEFORE.get(one.heading())).accept(desk);
        if (one.heading().startsWith("Taking over")) {
            grant(desk, block("The first apply"), -1);
        }
        grant(desk, one.grants(), one.left());
        String said = commands(one.heading(), desk);
        desk.execute("revoke app_owner from deploy");
        if (one.left() < 0) {
            assertThat(said).isEmpty();
        } else {
            assertThat(said).contains("error[" + one.grants().get(one.left()).refusal() + "]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public.flyway_schema_history | " + FLYWAY,
                "public.databasechangelog | id text, author text, filename text, dateexecuted timestamp, orderexecuted int,"
                        + " exectype text",
                "public.schema_migrations | version bigint, dirty bool",
                "supabase_migrations.schema_migrations | version text, statements text[], name text",
                "public.schema_migrations | version text",
                "public.goose_db_version | id int, version_id bigint, is_applied bool, tstamp timestamp",
                "public._sqlx_migrations | version bigint, description text, installed_on timestamptz, success bool,"
                        + " checksum bytea, execution_time bigint",
                "public.__diesel_schema_migrations | version text, run_on timestamp",
                "sqitch.changes | change_id text, script_hash text, change text, project text, committed_at timestamptz,"
                        + " committer_name text, planned_at timestamptz",
                "public.changelog | id bigint, applied_at varchar(25), description text",
                "public.gorp_migrations | id text, applied_at timestamptz",
                "public._prisma_migrations | checksum text, migration_name text, finished_at timestamptz, rolled_back_at"
                        + " timestamptz, started_at timestamptz, applied_steps_count int"
            })
    void history_of_each_tool_is_read_with_two_rights(String table, String columns, Desk desk) {
        assertThat(String.join("\n", Document.named("docs/privileges.md").lines()))
                .contains("`" + table + "` |");
        harden(desk);
        other(desk, table, columns);
        grant(desk, block("The first apply"), -1);
        assertThat(deploy(desk, "adopt", "--dry-run"))
                .contains("error[other-tool-unclear]", table, "permission denied");
        assertThat(deploy(desk, "apply")).contains("error[history-of-other-tool]", table + " cannot be read");
        for (Grant grant : block("Taking over from another tool")) {
            desk.execute(grant.sql()
                    .replace("public.flyway_schema_history", table)
                    .replace("schema public", "schema " + table.replaceFirst("\\..*", "")));
        }
        // one row, which is no migration of this project: what is told of it was read
        assertThat(deploy(desk, "adopt", "--dry-run"))
                .doesNotContain("history-of-other-tool", "other-tool-unclear", "cannot be read", "permission denied");
    }

    @Test
    void proof_on_a_throw_away_server_needs_no_database(Desk desk) {
        desk.project().variables().clear();
        Desk.Outcome outcome = desk.run("smoke", "--project", desk.folder().toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    @Test
    void right_to_read_statistics_shows_what_the_holder_of_a_lock_does(Desk desk) throws Exception {
        harden(desk);
        recordOfDeploy(desk);
        grant(desk, block("Later runs"), -1);
        desk.write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nlock-timeout: 1s\nlock-attempts: 1\n")
                .write("migrations/V2__parts.sql", "alter table app.orders add column note text;\n");
        try (Connection holder = desk.session("begin; lock table app.orders")) {
            assertThat(holder.isClosed()).isFalse();
            assertThat(deploy(desk, "apply")).contains("blocked by process").doesNotContain("lock table app.orders");
            desk.execute("grant pg_read_all_stats to deploy");
            assertThat(deploy(desk, "apply")).contains("blocked by process", "lock table app.orders");
        } finally {
            desk.execute("revoke pg_read_all_stats from deploy");
        }
    }

    private static void harden(Desk desk) {
        desk.role("deploy").role("watcher").role("app_owner").execute("revoke app_owner from deploy");
        desk.execute("revoke all on database " + desk.database()
                + " from public; revoke all on schema public from public;" + " create schema app");
        desk.write("lockkeeper.yaml", "project: shop\nmigrations: migrations\nconvention: flyway\n")
                .write(
                        "migrations/V1__orders.sql",
                        "create table app.orders (id int);\ncreate index on app.orders (id);\n")
                .write("migrations/U1__orders.sql", "drop table app.orders;\n");
    }

    private static void recordOfDeploy(Desk desk) {
        desk.execute("create schema lockkeeper authorization deploy; grant connect on database " + desk.database()
                + " to deploy; grant usage, create on schema app to deploy");
        assertThat(deploy(desk, "apply")).isEmpty();
        desk.execute(
                "revoke connect on database " + desk.database() + " from deploy; revoke all on schema app from deploy");
        desk.write("migrations/V2__parts.sql", "create table app.parts (id int);\ncreate index on app.parts (id);\n")
                .write("migrations/U2__parts.sql", "drop table app.parts;\n");
    }

    private static void rollback(Desk desk) {
        recordOfDeploy(desk);
        desk.execute("alter table app.orders owner to app_owner; grant usage on schema app to deploy");
    }

    private static void fleet(Desk desk) {
        desk.execute("create table public.tenants (name text); insert into public.tenants values ('tenant_1');"
                + " create schema tenant_1");
        desk.write(
                        "lockkeeper.yaml",
                        "project: shop\nmigrations: migrations\nconvention: flyway\ntokens: {schema: }\nfleets:\n"
                                + "  all:\n    schemas: select name from public.tenants\n")
                .write(
                        "migrations/V1__orders.sql",
                        "create table ${schema}.orders (id int);\ncreate index on ${schema}.orders (id);\n")
                .write("migrations/U1__orders.sql", "drop table ${schema}.orders;\n");
    }

    private static void other(Desk desk, String table, String columns) {
        String schema = table.replaceFirst("\\..*", "");
        desk.execute("create schema if not exists " + schema + "; create table " + table + " (" + columns + ");"
                + " insert into " + table + " default values");
        if (columns.equals(FLYWAY)) {
            desk.execute(
                    "update " + table + " set installed_rank = 1, version = '1', description = 'orders', type = 'JDBC',"
                            + " script = 'V1', installed_by = 'ann', installed_on = now(), execution_time = 1, success = true");
        }
    }

    private static void grant(Desk desk, List<Grant> grants, int left) {
        for (int i = 0; i < grants.size(); i++) {
            if (i != left) {
                desk.execute(grants.get(i).sql().replace("database shop", "database " + desk.database()));
            }
        }
    }

    /** What the commands of a heading say that is not well. */
    private static String commands(String heading, Desk desk) {
        return switch (heading) {
            case "Looking: status and plan" -> as(desk, "watcher", "status") + as(desk, "watcher", "plan");
            case "Rollback" -> deploy(desk, "rollback", "--yes");
            case "Taking over from another tool" -> deploy(desk, "adopt", "--reason", "we move");
            case "Fleets" -> deploy(desk, "fleet", "apply", "all");
            case "A record that an administrator owns" -> everything(desk);
            default -> deploy(desk, "apply");
        };
    }

    /** Each kind of row of the record is written, changed and deleted. */
    private static String everything(Desk desk) {
        desk.write("migrations/V2__parts.sql", "create table app.parts (id int);\ncreate index on app.parts (id);\n")
                .write("migrations/U2__parts.sql", "drop table app.parts;\n")
                .write(
                        "migrations/V3__index.sql",
                        "-- lockkeeper:no-transaction\ncreate index concurrently parts_id on app.parts (id);\n")
                .write(
                        "migrations/U3__index.sql",
                        "-- lockkeeper:no-transaction\ndrop index concurrently app.parts_id;\n")
                .write("migrations/R__view.sql", "create or replace view app.all_parts as select id from app.parts;\n")
                .write("migrations/V4__wrong.sql", "create table app.parts (id int);\n")
                .write("migrations/U4__wrong.sql", "select 1;\n");
        List<Supplier<String>> commands = List.of(
                () -> deploy(desk, "apply", "--to", "2"),
                () -> deploy(desk, "apply", "--to", "3"),
                () -> expected(deploy(desk, "apply"), "relation \"parts\" already exists"),
                () -> deploy(desk, "repair", "4", "--as", "retry", "--reason", "try again"),
                () -> {
                    desk.write("migrations/V4__wrong.sql", "create table app.labels (id int);\n")
                            .write("migrations/U4__wrong.sql", "drop table app.labels;\n");
                    return deploy(desk, "apply");
                },
                () -> {
                    desk.write(
                            "migrations/R__view.sql",
                            "create or replace view app.all_parts as select id, 1 as one from app.parts;\n");
                    return deploy(desk, "apply");
                },
                () -> deploy(desk, "rollback", "--to", "2", "--yes"),
                () -> {
                    desk.write("more/V1__more.sql", "create table app.more (id int);\n")
                            .write("more/U1__more.sql", "drop table app.more;\n")
                            .write(
                                    "lockkeeper.yaml",
                                    "project: shop\ncomponents: {main: {migrations: migrations}, more: {migrations: more}}\n");
                    return deploy(desk, "apply", "--component", "more");
                });
        return commands.stream()
                .map(Supplier::get)
                .filter(said -> !said.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String expected(String said, String part) {
        return said.contains(part) ? "" : said;
    }

    private static String deploy(Desk desk, String... arguments) {
        return as(desk, "deploy", arguments);
    }

    /** What a role is told when the command does not end well; else nothing. */
    private static String as(Desk desk, String role, String... arguments) {
        String before = desk.variables().put("PGUSER", role);
        Desk.Outcome outcome = desk.run(arguments);
        desk.variables().put("PGUSER", String.valueOf(before));
        return outcome.exitCode() == 0 ? "" : outcome.err() + outcome.out();
    }
}
