package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The crash law: kill apply at any instant, run the same command again, same end state, and the history never lies. */
@ExtendWith(Desk.Extension.class)
@Tag("RUN-02")
class KillTest {
    private static final int KILLS = 50;
    private static final int MIGRATIONS = 60;

    /** In one snapshot: versions in the history without their table, and tables without their history row. */
    private static final String LIES = "select coalesce(h.version, 't' || t.n) from"
            + " (select version from lockkeeper.history where state = 'applied') h full join"
            + " (select substr(relname, 2) as n from pg_class where relname ~ '^t[0-9]+$' and relkind = 'r'"
            + " and relnamespace = 'app'::regnamespace) t on t.n = h.version"
            + " where h.version is null or t.n is null";

    /** What is there: relations, columns, constraints, functions, and how many rows. */
    private static final String STATE =
            "select format('%s %s %s', c.relname, a.attname, a.atttypid::regtype) from pg_class c"
                    + " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = 'app'::regnamespace"
                    + " union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint"
                    + " where connamespace = 'app'::regnamespace"
                    + " union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'app'::regnamespace"
                    + " union all select format('log %s %s', count(*), sum(n)) from app.log order by 1";

    private static void history(Desk desk) {
        desk.write("lockkeeper.yaml", "project: crash\nmigrations: migrations\nconvention: flyway\n");
        for (int i = 1; i <= MIGRATIONS; i++) {
            String up = switch (i % 4) {
                case 0 ->
                    "create table app.t%1$d (id int primary key, n int default %1$d);\n"
                            + "do $$ begin for i in 1..200 loop insert into app.log values (%1$d, i); end loop; end $$;\n";
                case 1 ->
                    "create table app.t%1$d (id int references app.base (id));\n"
                            + "create function app.f%1$d() returns int language plpgsql as $$ begin return %1$d; end $$;\n"
                            + "insert into app.log select app.f%1$d(), g from generate_series(1, 2000) g;\n";
                case 2 ->
                    "create table app.t%1$d (id int);\ncopy app.t%1$d from stdin;\n1\n2\n\\.\n"
                            + "insert into app.log select %1$d, id from app.t%1$d;\nalter table app.log add column c%1$d int;\n";
                default ->
                    "create table app.t%1$d as select g as id, md5(g::text) as t from generate_series(1, 3000) g;\n"
                            + "create index on app.t%1$d (t);\nupdate app.log set n = n + 1 where m = %1$d - 1;\n";
            };
            desk.write("migrations/V" + i + "__m.sql", up.formatted(i)).write("migrations/U" + i + "__m.sql", "");
        }
    }

    private static void empty(Desk desk) {
        desk.execute("drop schema if exists app, lockkeeper cascade; create schema app;"
                + " create table app.base (id int primary key); create table app.log (m int, n int);");
    }

    private static Process start(Desk desk) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lockkeeper.cli.Main",
                "apply",
                "--project",
                desk.folder().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(desk.variables());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    private static int applied(Desk desk) {
        boolean exists = desk.rows("select to_regclass('lockkeeper.history') is not null")
                .get(0)
                .equals("t");
        return exists
                ? Integer.parseInt(
                        desk.rows("select count(*) from lockkeeper.history").get(0))
                : 0;
    }

    @Test
    void apply_that_is_killed_at_fifty_random_instants_always_ends_in_the_same_state(Desk desk) throws Exception {
        history(desk);
        empty(desk);
        long begin = System.nanoTime();
        assertThat(start(desk).waitFor()).isZero();
        long whole = System.nanoTime() - begin;
        List<String> expected = desk.rows(STATE);
        long seed = Long.getLong("lockkeeper.seed", System.nanoTime());
        System.out.println("lockkeeper.seed=" + seed + ", whole run " + whole / 1_000_000 + " ms");
        Random random = new Random(seed);
        List<Integer> reached = new ArrayList<>();
        for (int kill = 1; kill <= KILLS; kill++) {
            String name = "kill " + kill + " of seed " + seed;
            empty(desk);
            Process process = start(desk);
            if (kill % 3 == 0) {
                // any time at all, also while it starts or connects
                process.waitFor((long) (whole * random.nextDouble()), TimeUnit.NANOSECONDS);
            } else {
                int rows = random.nextInt(MIGRATIONS);
                while (process.isAlive() && applied(desk) < rows) {
                    Thread.onSpinWait();
                }
                process.waitFor(random.nextInt(5_000_000), TimeUnit.NANOSECONDS);
            }
            process.destroyForcibly().waitFor();
            if (desk.rows("select to_regclass('lockkeeper.history') is not null")
                    .get(0)
                    .equals("t")) {
                assertThat(desk.rows(LIES)).as(name).isEmpty();
            }
            reached.add(applied(desk));
            Desk.Outcome again = desk.run("apply");
            assertThat(again.exitCode()).as(name + "\n" + again.err()).isZero();
            assertThat(desk.rows(LIES)).as(name).isEmpty();
            assertThat(desk.rows("select version from lockkeeper.history where state = 'applied' order by id"))
                    .as(name)
                    .hasSize(MIGRATIONS)
                    .doesNotHaveDuplicates();
            assertThat(desk.rows(STATE)).as(name).isEqualTo(expected);
        }
        System.out.println("migrations applied when killed: " + reached);
        assertThat(reached.stream().filter(n -> n > 0 && n < MIGRATIONS).count())
                .as("kills in the middle of the work")
                .isGreaterThan(KILLS / 4);
    }
}
