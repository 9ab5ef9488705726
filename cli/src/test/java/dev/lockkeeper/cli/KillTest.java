package dev.lockkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The crash law: kill a run at any instant, run the same command again, same end state, and the history never lies. */
@ExtendWith(Desk.Extension.class)
@Tag("RUN-02")
class KillTest {
    private static final int KILLS = Integer.getInteger("lockkeeper.kills", 50);
    private static final int MIGRATIONS = 60;

    /**
     * In one snapshot: versions in the history without their table, and tables without their history row. A step that the
     * journal knows is half done, and does not claim to be anything else.
     */
    private static final String LIES = "select coalesce(h.version, 't' || t.n) from"
            + " (select version from lockkeeper.history where state = 'applied') h full join"
            + " (select substr(relname, 2) as n from pg_class where relname ~ '^t[0-9]+$' and relkind = 'r'"
            + " and relnamespace = 'app'::regnamespace) t on t.n = h.version"
            + " where (h.version is null or t.n is null)"
            + " and coalesce(h.version, t.n) not in (select version from lockkeeper.journal)";

    /** What is there: relations, columns, constraints, functions, indexes, how many rows, and what a run must not leave. */
    private static final String STATE =
            "select format('%s %s %s', c.relname, a.attname, a.atttypid::regtype) from pg_class c"
                    + " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                    + " where c.relnamespace = 'app'::regnamespace"
                    + " union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint"
                    + " where connamespace = 'app'::regnamespace"
                    + " union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'app'::regnamespace"
                    + " union all select format('invalid %s', indexrelid::regclass) from pg_index where not indisvalid"
                    + " union all select format('journal %s %s', version, ordinal) from lockkeeper.journal"
                    + " union all select format('log %s %s', count(*), sum(n)) from app.log order by 1";

    private static void history(Desk desk) {
        desk.write("lockkeeper.yaml", "project: crash\nmigrations: migrations\nconvention: flyway\n");
        for (int i = 1; i <= MIGRATIONS; i++) {
            if (i % 10 == 5 || i % 10 == 8) {
                outsideOfTransactions(desk, i);
                continue;
            }
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
            String down = switch (i % 4) {
                case 0 -> "drop table app.t%1$d;\ndelete from app.log where m = %1$d;\n";
                case 1 -> "delete from app.log where m = %1$d;\ndrop function app.f%1$d();\ndrop table app.t%1$d;\n";
                case 2 ->
                    "alter table app.log drop column c%1$d;\ndelete from app.log where m = %1$d;\ndrop table app.t%1$d;\n";
                default -> "update app.log set n = n - 1 where m = %1$d - 1;\ndrop table app.t%1$d;\n";
            };
            desk.write("migrations/V" + i + "__m.sql", up.formatted(i))
                    .write("migrations/U" + i + "__m.sql", down.formatted(i));
        }
    }

    private static void outsideOfTransactions(Desk desk, int version) {
        String up = version % 10 == 5
                ? "create index concurrently log_%1$d on app.log (m, n);\ncreate table app.t%1$d (id int);\n"
                : "create table app.t%1$d (id int);\nreindex table concurrently app.base;\nvacuum app.log;\n";
        String down = version % 10 == 5
                ? "drop index concurrently app.log_%1$d;\ndrop table app.t%1$d;\n"
                : "vacuum app.base;\ndrop table app.t%1$d;\n";
        desk.write("migrations/V" + version + "__m.sql", up.formatted(version))
                .write("migrations/U" + version + "__m.sql", down.formatted(version));
    }

    private static void empty(Desk desk) {
        desk.execute("drop schema if exists app, lockkeeper cascade; create schema app;"
                + " create table app.base (id int primary key); create table app.log (m int, n int);");
    }

    private static Process start(Desk desk, String... command) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--project", desk.folder().toString()));
        return ChildProcess.start(desk.variables(), arguments);
    }

    private static boolean hasRecord(Desk desk) {
        return desk.rows("select to_regclass('lockkeeper.journal') is not null")
                .get(0)
                .equals("t");
    }

    @Test
    void a_run_that_is_killed_at_random_instants_always_ends_in_the_same_state(Desk desk) throws Exception {
        history(desk);
        empty(desk);
        long begin = System.nanoTime();
        assertThat(start(desk, "apply").waitFor()).isZero();
        long whole = System.nanoTime() - begin;
        List<String> full = desk.rows(STATE);
        assertThat(start(desk, "rollback", "--to", "0", "--yes").waitFor()).isZero();
        List<String> bare = desk.rows(STATE);
        long seed = Long.getLong("lockkeeper.seed", System.nanoTime());
        System.out.println("lockkeeper.seed=" + seed + ", whole run " + whole / 1_000_000 + " ms");
        Random random = new Random(seed);
        List<Integer> reached = new ArrayList<>();
        int halfDone = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            boolean up = kill % 2 == 1;
            if (up) {
                empty(desk);
            }
            String[] command = up ? new String[] {"apply"} : new String[] {"rollback", "--to", "0", "--yes"};
            String name = "kill " + kill + " of seed " + seed + ", " + command[0];
            killSomewhere(desk, start(desk, command), up, kill % 6 < 2, whole, random);
            if (hasRecord(desk)) {
                // the server ends what a killed process has left within two seconds; until then it may still commit
                assertThat(desk.rows(LIES)).as(name).isEmpty();
                halfDone += desk.rows("select distinct version from lockkeeper.journal")
                        .size();
            }
            reached.add(desk.applied());
            Desk.Outcome again = desk.run(command);
            assertThat(again.exitCode()).as(name + "\n" + again.err()).isZero();
            assertThat(desk.rows(LIES)).as(name).isEmpty();
            assertThat(desk.rows("select version from lockkeeper.history order by id"))
                    .as(name)
                    .hasSize(MIGRATIONS)
                    .doesNotHaveDuplicates();
            assertThat(desk.applied()).as(name).isEqualTo(up ? MIGRATIONS : 0);
            assertThat(desk.rows(STATE)).as(name).isEqualTo(up ? full : bare);
        }
        long middle = reached.stream().filter(n -> n > 0 && n < MIGRATIONS).count();
        System.out.println("migrations applied when killed: " + reached);
        System.out.println(KILLS + " kills, " + middle + " in the middle of the work, " + halfDone
                + " with a step half done outside of transactions");
        assertThat(middle).as("kills in the middle of the work").isGreaterThan(KILLS / 4);
    }

    private static void killSomewhere(
            Desk desk, Process process, boolean up, boolean anyTime, long whole, Random random)
            throws InterruptedException {
        if (anyTime) {
            // also while it starts or connects
            process.waitFor((long) (whole * random.nextDouble()), TimeUnit.NANOSECONDS);
        } else {
            int rows = random.nextInt(MIGRATIONS);
            desk.await(process, "select " + Desk.APPLIED + (up ? " >= " : " <= ") + rows);
            process.waitFor(random.nextInt(5_000_000), TimeUnit.NANOSECONDS);
        }
        process.destroyForcibly().waitFor();
    }
}
