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

/**
 * The crash law for scripts that change who and where their session is, that run statement by statement with names that
 * are hard to read, whose triggers fire at the end, and that run again when they change. Each part of a script writes down
 * once who it was and what held for it; a run that is killed and run again leaves the same notes as one that is not.
 */
@ExtendWith(Desk.Extension.class)
@Tag("RUN-02")
class AwkwardKillTest {
    private static final int KILLS = Integer.getInteger("lockkeeper.kills", 12);
    private static final int MIGRATIONS = 16;

    /** Sixty-three bytes, two of them for each umlaut. */
    private static final String LONG = "\"Ä;-- \"\"%1$02d\"\" äääääääääääääääääääääääääääääääääääääääääääää x\"";

    private static final String NOTE = "insert into app.log select %1$d, '%2$s', current_user, session_user,"
            + " pg_catalog.current_setting('search_path'), nullif(pg_catalog.current_setting('my.x', true), ''),"
            + " pg_catalog.current_setting('timezone'), pg_catalog.current_setting('lock_timeout'),"
            + " ('03/04/2024'::date)::text;\n";

    /** Versions in the history whose table is not there, and tables whose version is neither there nor in the journal. */
    private static final String LIES = "select coalesce(h.version, 't' || t.n) from"
            + " (select version from lockkeeper.history where state = 'applied') h full join"
            + " (select substr(relname, 2) as n from pg_class where relname ~ '^t[0-9]+$' and relkind = 'r'"
            + " and relnamespace = 'app'::regnamespace) t on t.n = h.version"
            + " where (h.version is null or t.n is null)"
            + " and coalesce(h.version, t.n) not in (select version from lockkeeper.journal)"
            + " union all select format('%s %s twice', script, part) from app.log group by script, part having count(*) > 1";

    private static final String STATE =
            "select format('%s %s %s %s', c.relnamespace::regnamespace, c.relname, c.relkind, c.relowner::regrole) from pg_class c"
                    + " where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace)"
                    + " union all select pg_get_indexdef(indexrelid) || indisvalid from pg_index join pg_class c on c.oid = indrelid"
                    + " where c.relnamespace = 'app'::regnamespace"
                    + " union all select format('part %s of %s %s', inhrelid::regclass, inhparent::regclass, inhdetachpending)"
                    + " from pg_inherits where inhparent in (select oid from pg_class where relnamespace = 'app'::regnamespace)"
                    + " union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'app'::regnamespace"
                    + " union all select format('journal %s %s', version, ordinal) from lockkeeper.journal"
                    + " union all select 'log ' || l::text from app.log l"
                    + " union all select 'loose ' || l::text from app.loose_log l"
                    + " union all select 'loose in public ' || l::text from public.loose_log l order by 1";

    private static void history(Desk desk) {
        desk.write("lockkeeper.yaml", "project: crash\nmigrations: migrations\nconvention: flyway\n");
        for (int i = 1; i <= MIGRATIONS; i++) {
            desk.write("migrations/V" + i + "__m.sql", up(i).formatted(i))
                    .write("migrations/U" + i + "__m.sql", down(i).formatted(i));
        }
        desk.write("migrations/R__view.sql", "create or replace view app.notes as select script, part from app.log;\n")
                .write(
                        "migrations/R__index.sql",
                        "create index concurrently -- of the notes\n if not exists /* once */ log_r on\n app.log (script, part);\n"
                                + "create or replace function app.of_index() returns int language sql as 'select 1';\n")
                .write(
                        "migrations/R__path.sql",
                        "set search_path = app;\ncreate or replace function of_path() returns int language sql as 'select 2';\n"
                                + "create or replace function of_both() returns int language sql begin atomic select of_path(); end;\n");
    }

    private static String note(String part) {
        return NOTE.replace("%2$s", part);
    }

    private static String up(int version) {
        return switch (version % 8) {
            case 0 ->
                "set search_path = app;\nset my.x = 'of %1$d';\nset datestyle = 'ISO, DMY';\nset timezone = 'Asia/Kathmandu';\n"
                        + "create table t%1$d (id int);\n" + note("one") + "insert into loose values (%1$d);\n";
            case 1 ->
                "set role soak_owner;\nselect set_config('search_path', 'app', false);\ncreate table t%1$d (id int);\n"
                        + note("as the owner")
                        + "create index concurrently \"i%1$d -- no\" /* ; */ on t%1$d -- here\n (id);\n"
                        + note("after the index") + "reset role;\n" + note("after the role")
                        + "create table %1$s_made (id int);\n".replace("%1$s", "v%1$d");
            case 2 ->
                "create table app.t%1$d as select g as id from generate_series(1, 500) g;\ncreate unique index concurrently if not exists "
                        + LONG + " on only app.t%1$d using btree (id) where id > 0;\n" + note("indexed")
                        + "begin;\nset local my.x = 'for now';\n" + note("first of its own") + note("second of its own")
                        + "commit;\n" + note("after its own")
                        + "create index concurrently gone_%1$d on app.t%1$d (id);\n"
                        + "drop index concurrently -- no more\n if exists /* it */ app.gone_%1$d;\n" + note("dropped");
            case 3 ->
                "set role soak_owner;\nset my.x = 'deferred %1$d';\ninsert into app.watched values (%1$d);\n"
                        + "insert into app.loose values (%1$d);\ncreate table app.t%1$d (id int);\nset search_path = app;\n";
            case 4 ->
                "do $$ begin perform set_config('my.x', 'in do', false); set search_path to app, public; end $$;\n"
                        + "create table t%1$d (id int);\nvacuum app.log;\n" + note("after the vacuum")
                        + "set local my.x = 'gone at once';\nset timezone = 'Asia/Tokyo';\nreindex (concurrently) table loose;\n"
                        + note("after the reindex") + "set lock_timeout = '7s';\nvacuum (analyze) app.t%1$d;\n"
                        + note("at the end");
            case 5 ->
                "create temp table work (id int) on commit drop;\ninsert into work values (%1$d);\nprepare p%1$d as select 1;\n"
                        + "listen somebody;\nselect pg_catalog.pg_advisory_lock(5);\nset application_name = 'psql';\n"
                        + "create table app.t%1$d as select * from work;\n" + note("one");
            case 6 ->
                "create table app.t%1$d (id int, n int) partition by list (id);\n".replace("app.t", "app.parts_")
                        + "create table app.t%1$d partition of app.parts_%1$d for values in (1);\n"
                        + "create index on app.parts_%1$d (n);\nreindex index app.parts_%1$d_n_idx;\n"
                        + note("reindexed")
                        + "alter table app.parts_%1$d -- take it off\n detach partition app.t%1$d concurrently;\n"
                        + note("detached");
            default ->
                "select pg_catalog.pg_advisory_unlock_all();\ncreate table app.t%1$d (a int, b text);\n"
                        + "copy app.t%1$d from stdin;\n1\tx\n2\ty\n\\.\nvacuum app.t%1$d;\n" + note("one")
                        + "set session characteristics as transaction isolation level repeatable read;\nvacuum app.t%1$d;\n"
                        + note("two");
        };
    }

    private static String down(int version) {
        String forget = "delete from app.log where script = %1$d;\ndelete from app.loose_log where id = %1$d;\n"
                + "delete from public.loose_log where id = %1$d;\ndelete from app.loose where id = %1$d;\n";
        String notes = "delete from app.watched where id = %1$d;\n" + forget;
        return switch (version % 8) {
            case 1 -> "drop table if exists app.v%1$d_made;\ndrop table app.t%1$d;\n" + forget;
            case 2 -> "drop index concurrently if exists app." + LONG + ";\ndrop table app.t%1$d;\n" + forget;
            case 3 -> "set session_replication_role = replica;\n" + notes + "drop table app.t%1$d;\n";
            case 6 -> "drop table app.parts_%1$d;\ndrop table app.t%1$d;\n" + forget;
            default -> "drop table app.t%1$d;\n" + forget;
        };
    }

    private static void empty(Desk desk) {
        desk.execute("drop schema if exists app, lockkeeper cascade; drop table if exists public.loose_log;"
                + " do $$ begin create role soak_owner; exception when duplicate_object then null; end $$;"
                + " create schema app authorization soak_owner; create table public.loose_log (id int, who text);"
                + " create table app.loose_log (id int, who text); create table app.loose (id int);"
                + " create table app.watched (id int); create table app.log (script int, part text, who text, session text,"
                + " path text, mine text, zone text, patience text, day text);"
                + " create function app.note() returns trigger language plpgsql as $$ begin"
                + " if tg_op = 'INSERT' then insert into app.log select new.id, 'trigger', current_user, session_user,"
                + " current_setting('search_path'), nullif(current_setting('my.x', true), ''), current_setting('timezone'), '', ''; end if;"
                + " return null; end $$;"
                + " create constraint trigger later after insert on app.watched deferrable initially deferred"
                + " for each row execute function app.note();"
                + " create function app.note_loosely() returns trigger language plpgsql as $$ begin"
                + " insert into loose_log values (new.id, current_user); return null; end $$;"
                + " create constraint trigger later after insert on app.loose deferrable initially deferred"
                + " for each row execute function app.note_loosely();"
                + " grant all on all tables in schema app, public to soak_owner");
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
    void awkward_scripts_that_are_killed_at_random_instants_end_as_if_they_were_not(Desk desk) throws Exception {
        history(desk);
        empty(desk);
        long begin = System.nanoTime();
        Desk.Outcome outcome = desk.run("apply");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        long whole = System.nanoTime() - begin + TimeUnit.MILLISECONDS.toNanos(500);
        List<String> full = desk.rows(STATE);
        outcome = desk.run("rollback", "--to", "0", "--yes");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        List<String> bare = desk.rows(STATE);
        long seed = Long.getLong("lockkeeper.seed", System.nanoTime());
        System.out.println("lockkeeper.seed=" + seed + ", whole run " + whole / 1_000_000 + " ms");
        Random random = new Random(seed);
        int middle = 0;
        int halfDone = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            boolean up = kill % 2 == 1;
            if (up) {
                empty(desk);
            }
            String[] command = up ? new String[] {"apply"} : new String[] {"rollback", "--to", "0", "--yes"};
            String name = "kill " + kill + " of seed " + seed + ", " + command[0];
            killSomewhere(desk, start(desk, command), up, whole, random);
            if (hasRecord(desk)) {
                assertThat(desk.rows(LIES)).as(name).isEmpty();
                halfDone += desk.rows("select distinct version from lockkeeper.journal")
                        .size();
            }
            int reached = desk.applied();
            middle += reached > 0 && reached < MIGRATIONS ? 1 : 0;
            Desk.Outcome again = desk.run(command);
            assertThat(again.exitCode()).as(name + "\n" + again.err()).isZero();
            assertThat(desk.rows(LIES)).as(name).isEmpty();
            assertThat(desk.rows("select version from lockkeeper.history order by id"))
                    .as(name)
                    .hasSize(MIGRATIONS)
                    .doesNotHaveDuplicates();
            assertThat(desk.applied()).as(name).isEqualTo(up ? MIGRATIONS : 0);
            assertThat(apart(up ? full : bare, desk.rows(STATE))).as(name).isEmpty();
        }
        System.out.println(KILLS + " kills, " + middle + " in the middle of the work, " + halfDone
                + " with a step half done outside of transactions");
        assertThat(middle).as("kills in the middle of the work").isGreaterThan(KILLS / 4);
    }

    /** What is missing, and what is there too much. */
    private static List<String> apart(List<String> expected, List<String> actual) {
        List<String> apart = new ArrayList<>();
        expected.stream().filter(line -> !actual.contains(line)).forEach(line -> apart.add("- " + line));
        actual.stream().filter(line -> !expected.contains(line)).forEach(line -> apart.add("+ " + line));
        return apart.isEmpty() && actual.size() != expected.size() ? List.of("some of it is there twice") : apart;
    }

    private static void killSomewhere(Desk desk, Process process, boolean up, long whole, Random random)
            throws InterruptedException {
        if (random.nextInt(4) == 0) {
            // also while it starts or connects, or is at the scripts that run again
            process.waitFor((long) (whole * random.nextDouble()), TimeUnit.NANOSECONDS);
        } else {
            int rows = random.nextInt(MIGRATIONS);
            desk.await(process, "select " + Desk.APPLIED + (up ? " >= " : " <= ") + rows);
            process.waitFor(random.nextInt(30_000_000), TimeUnit.NANOSECONDS);
        }
        process.destroyForcibly().waitFor();
    }
}
