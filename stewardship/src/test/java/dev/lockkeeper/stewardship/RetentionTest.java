package dev.lockkeeper.stewardship;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.retention.Counting;
import dev.lockkeeper.stewardship.retention.Due;
import dev.lockkeeper.stewardship.retention.Evidence;
import dev.lockkeeper.stewardship.retention.Jobs;
import dev.lockkeeper.stewardship.retention.Pace;
import dev.lockkeeper.stewardship.retention.RetentionRun;
import dev.lockkeeper.stewardship.retention.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("GOV-06")
@ExtendWith(House.Extension.class)
class RetentionTest {
    private static final Pace SMALL = new Pace(10, Duration.ZERO, Duration.ofSeconds(10));
    static final String EVENTS = """
            create schema app;
            create table app.event (id bigint generated always as identity primary key, at timestamptz not null, word text, kept boolean);
            insert into app.event (at, word) select now() - make_interval(days => n), 'w' || n from generate_series(1, 60) n;
            """;

    static RetentionRun.Result run(House house, String file) {
        return run(house, house.session(), file);
    }

    static RetentionRun.Result run(House house, Session session, String file) {
        Classification classification = house.classification(file);
        Evidence evidence = evidence(house, classification.digest());
        return new RetentionRun(
                        session, evidence, SMALL, new Vault(house.folder().resolve("vault")), waiting -> {})
                .run(house.model(), Jobs.of(session, classification, house.model(), Set.of()), gone -> {});
    }

    private static Evidence evidence(House house, String rules) {
        return new Evidence(house.record(), UUID.randomUUID(), "main", "here", rules);
    }

    static List<Due> counted(House house, String file) {
        Classification classification = house.classification(file);
        return Jobs.of(house.session(), classification, house.model(), Set.of()).stream()
                .map(new Counting(house.session())::look)
                .toList();
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static List<Path> files(House house) throws IOException {
        try (Stream<Path> files = Files.list(house.folder().resolve("vault"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void rows_are_counted_first_and_then_go_in_batches_each_with_evidence_in_the_chain(House house) {
        house.sql(EVENTS);
        String file = "tables:\n  app.event: {retention: {days: 30, from: at, strategy: delete}}\n";
        assertThat(counted(house, file)).singleElement().satisfies(due -> {
            assertThat(due.rows()).isEqualTo(31);
            assertThat(due.held()).isZero();
        });
        assertThat(house.one("select count(*) from app.event")).isEqualTo("60");
        assertThat(run(house, file).gone()).singleElement().satisfies(gone -> {
            assertThat(gone.rows()).isEqualTo(31);
            assertThat(gone.batches()).isEqualTo(4);
        });
        assertThat(house.one("select count(*) from app.event")).isEqualTo("29");
        assertThat(
                        house.rows(
                                "select affected || ' ' || relation || ' ' || strategy || ' ' || state from lockkeeper.retention order by id"))
                .containsExactly(
                        "10 app.event delete done",
                        "10 app.event delete done",
                        "10 app.event delete done",
                        "1 app.event delete done");
        assertThat(house.one(
                        "select count(*) from lockkeeper.audit where action = 'retain' and payload like '%app.event%'"))
                .isEqualTo("4");
        assertThat(run(house, file).gone())
                .singleElement()
                .satisfies(gone -> assertThat(gone.rows()).isZero());
        assertThatThrownBy(() -> house.sql("delete from lockkeeper.retention")).hasMessageContaining("only ever added");
    }

    @Test
    void hold_always_wins_whether_of_the_row_or_of_the_person(House house) {
        house.sql(EVENTS, """
                update app.event set kept = true where id = 60;
                create table app.person (id int primary key);
                insert into app.person values (1), (2);
                alter table app.event add person_id int references app.person;
                update app.event set person_id = case when id % 2 = 0 then 1 else 2 end;
                create table app.hold (who text, until timestamptz);
                insert into app.hold values ('1', null), ('2', now() - interval '1 day');
                """);
        String file = """
                subjects:
                  person: {table: app.person, key: [id], hold: {table: app.hold, columns: [who], until: until}}
                tables:
                  app.event:
                    subject: {person: person_id}
                    retention: {days: 30, from: at, strategy: delete, hold: kept}
                """;
        assertThat(counted(house, file)).singleElement().satisfies(due -> {
            assertThat(due.rows()).isEqualTo(15);
            assertThat(due.held()).isEqualTo(16);
        });
        run(house, file);
        assertThat(house.rows("select distinct person_id from app.event where at < now() - interval '30 days'"))
                .containsExactly("1");
        house.sql("delete from app.hold");
        run(house, file);
        assertThat(house.rows("select id from app.event where at < now() - interval '30 days'"))
                .containsExactly("60");
    }

    @Test
    void rows_are_archived_with_a_checksum_before_they_go(House house) throws Exception {
        house.sql(
                EVENTS,
                // as rows are called where they are written
                "alter table app.event add column g int default 7, add column t text default 'seven'",
                "update app.event set word = E'tab\\t\"quote\" \\\\ 😀' where id = 60");
        assertThat(run(house, "tables:\n  app.event: {retention: {days: 50, from: at, strategy: archive}}\n")
                        .gone())
                .singleElement()
                .satisfies(gone -> assertThat(gone.files()).hasSize(2));
        List<Path> files = files(house);
        assertThat(files)
                .hasSize(2)
                .allSatisfy(path -> assertThat(path.toString()).endsWith(".jsonl"));
        for (Path file : files) {
            assertThat(house.one(
                            "select file_sha256 from lockkeeper.retention where file = '" + file.getFileName() + "'"))
                    .isEqualTo(sha256(file));
        }
        String all = Files.readString(files.get(0)) + Files.readString(files.get(1));
        assertThat(all.lines()).hasSize(11);
        String last = all.lines()
                .filter(line -> line.contains("\"id\":60,"))
                .findFirst()
                .orElseThrow();
        assertThat(house.one(
                        "select word from json_populate_record(null::app.event, '" + last.replace("'", "''") + "')"))
                .isEqualTo("tab\t\"quote\" \\ 😀");
        assertThat(last).contains("\"g\":7,\"t\":\"seven\"");
    }

    @Test
    void rows_are_anonymized_once_by_constraints_and_all(House house) {
        house.sql("""
                create schema app;
                create table app.person (id int primary key, email varchar(20) unique not null check (email like '%@%'), token bytea not null check (octet_length(token) = 32), phone text, gone_at timestamp);
                insert into app.person select n, 'p' || n || '@x.org', sha256(n::text::bytea), '0' || n, now() - interval '800 days' from generate_series(1, 25) n;
                insert into app.person values (99, 'stay@x.org', sha256('x'), '1', null);
                """);
        String file = """
                tables:
                  app.person:
                    retention: {days: 730, from: gone_at, strategy: anonymize}
                    columns:
                      email: {class: confidential, erase: {replace: "e{id}@invalid"}}
                      token: {class: restricted, protect: hashed, erase: placeholder}
                      phone: {class: confidential, erase: null}
                """;
        assertThat(run(house, file).gone())
                .singleElement()
                .satisfies(gone -> assertThat(gone.rows()).isEqualTo(25));
        assertThat(house.rows("select email from app.person where phone is not null"))
                .containsExactly("stay@x.org");
        assertThat(house.one("select count(distinct token) || ' ' || min(email) from app.person where phone is null"))
                .isEqualTo("25 e10@invalid");
        assertThat(run(house, file).gone())
                .singleElement()
                .satisfies(gone -> assertThat(gone.rows()).isZero());
    }

    private static final String PARTS = """
            create schema app;
            create table app.event (at timestamptz not null, word text, kept boolean) partition by range (at);
            create table app.e1 partition of app.event for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00');
            create table app.e2 partition of app.event for values from ('2020-02-01 00:00+00') to ('2020-03-01 00:00+00');
            create table app.e3 partition of app.event for values from ('2020-03-01 00:00+00') to (maxvalue);
            insert into app.event select '2020-01-15'::date + n, 'w' || n from generate_series(0, 99) n;
            """;
    private static final String BY_PARTITION =
            "tables:\n  app.event: {retention: {days: 300, from: at, strategy: archive, by: partition, hold: kept}}\n";

    @Test
    void partitions_are_detached_archived_verified_and_dropped_but_for_one_with_a_held_row(House house)
            throws Exception {
        house.sql(
                PARTS,
                "alter table app.event add column g int default 7, add column t text default 'seven'",
                "update app.event set kept = true where word = 'w0'");
        assertThat(counted(house, BY_PARTITION)).singleElement().satisfies(due -> {
            assertThat(due.partitions()).containsExactly("app.e2");
            assertThat(due.rows()).isEqualTo(29);
            assertThat(due.held()).isEqualTo(1);
        });
        assertThat(run(house, BY_PARTITION).gone()).singleElement().satisfies(gone -> {
            assertThat(gone.partitions()).containsExactly("app.e2");
            assertThat(gone.rows()).isEqualTo(29);
        });
        assertThat(house.rows("select inhrelid::regclass from pg_inherits order by 1"))
                .containsExactly("app.e1", "app.e3");
        assertThat(house.one("select to_regclass('app.e2')")).isEqualTo("null");
        assertThat(files(house))
                .singleElement()
                .satisfies(file -> assertThat(Files.readAllLines(file)).hasSize(29));
        assertThat(
                        house.rows(
                                "select state || ' ' || part || ' ' || coalesce(affected::text, '') from lockkeeper.retention order by id"))
                .containsExactly("begun app.e2 ", "done app.e2 29");
    }

    @Test
    void partition_whose_detaching_was_cut_off_is_taken_up_again(House house) throws Exception {
        house.sql(PARTS);
        house.record();
        Classification classification = house.classification(BY_PARTITION);
        // as a run leaves it that was killed after it has begun, and one after the partition was detached
        for (String part : List.of("e1", "e2")) {
            house.sql(
                    "insert into lockkeeper.retention (run, component, relation, strategy, state, cutoff, part, part_oid, rules_sha256)"
                            + " values (gen_random_uuid(), 'main', 'app.event', 'archive', 'begun', now(), 'app." + part
                            + "', 'app." + part
                            + "'::regclass::oid::bigint, '" + classification.digest() + "')");
        }
        house.session().alone("alter table app.event detach partition app.e2 concurrently");
        assertThat(run(house, BY_PARTITION).gone())
                .singleElement()
                .satisfies(gone -> assertThat(gone.partitions()).containsExactlyInAnyOrder("app.e1", "app.e2"));
        assertThat(house.rows("select inhrelid::regclass from pg_inherits")).containsExactly("app.e3");
        assertThat(files(house)).hasSize(2);
    }

    @Test
    void table_beside_a_default_partition_and_a_function_of_the_schema_do_as_well(House house) {
        house.sql(PARTS, """
                create table app.rest partition of app.event default;
                alter table app.event detach partition app.e3;
                create table app.log (id int, at timestamptz not null);
                insert into app.log select n, now() - interval '100 days' from generate_series(1, 25) n;
                create function app.refuse() returns trigger language plpgsql as $$ begin raise exception 'append-only'; end $$;
                create trigger refuse before delete on app.log for each statement when (current_setting('app.keeper', true) is distinct from 'on') execute function app.refuse();
                create function app.forget(keep interval, most integer) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
                declare n bigint; begin perform set_config('app.keeper', 'on', true);
                  delete from app.log where ctid = any (array(select ctid from app.log where at < now() - keep limit most));
                  get diagnostics n = row_count; perform set_config('app.keeper', '', true); return n; end $$;
                """);
        RetentionRun.Result result = run(house, """
                tables:
                  app.event: {retention: {days: 300, from: at, strategy: delete, by: partition}}
                  app.log: {retention: {days: 30, from: at, strategy: delete, call: app.forget}}
                """);
        assertThat(result.problems()).isEmpty();
        assertThat(house.rows("select inhrelid::regclass from pg_inherits")).containsExactly("app.rest");
        assertThat(house.one("select count(*) from app.log")).isEqualTo("0");
        assertThat(house.one("select sum(affected) from lockkeeper.retention where relation = 'app.log'"))
                .isEqualTo("25");
    }

    @Test
    void table_that_refuses_is_told_with_the_reason_and_does_not_keep_others_from_it(House house) {
        house.sql(EVENTS, """
                create table app.child (event bigint references app.event);
                insert into app.child values (55);
                create table app.other (at date);
                insert into app.other values ('2000-01-01'), ('2999-01-01'), ('infinity');
                """);
        RetentionRun.Result result = run(house, """
                tables:
                  app.event: {retention: {days: 30, from: at, strategy: delete}}
                  app.other: {retention: {days: 30, from: at, strategy: delete}}
                """);
        assertThat(result.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.message()).isEqualTo("rows of app.event cannot go");
            assertThat(String.valueOf(problem.place())).endsWith("classification.yaml:3:26");
            assertThat(requireNonNull(problem.server()).constraint()).isEqualTo("child_event_fkey");
            assertThat(problem.help()).contains("let the rows that refer to it go first");
        });
        assertThat(house.rows("select at from app.other order by 1")).containsExactly("2999-01-01", "infinity");
        assertThat(house.one("select count(*) from app.event")).isEqualTo("60");
    }

    @Test
    void plain_role_is_told_which_rights_are_missing(House house) {
        house.sql(EVENTS);
        String role = "plain_" + house.one("select current_database()");
        house.record();
        house.sql("create role " + role + " login password '" + house.password()
                + "'; grant usage on schema app, lockkeeper to " + role
                + "; grant select on app.event, lockkeeper.audit, lockkeeper.retention, lockkeeper.erasure to " + role);
        String file = "tables:\n  app.event: {retention: {days: 30, from: at, strategy: delete}}\n";
        try (Session plain = house.open(role)) {
            assertThat(run(house, plain, file).problems()).singleElement().satisfies(problem -> {
                assertThat(requireNonNull(problem.server()).sqlState()).isEqualTo("42501");
                assertThat(problem.help()).startsWith("this user needs select, update and delete on the table");
            });
            house.sql("grant update, delete on app.event to " + role
                    + "; grant select, insert on all tables in schema lockkeeper to " + role);
            assertThat(run(house, plain, file).problems()).isEmpty();
        } finally {
            house.sql("drop owned by " + role + "; drop role " + role);
        }
        assertThat(house.one("select count(*) from app.event")).isEqualTo("29");
    }

    @Test
    void rows_that_others_have_locked_are_passed_over_and_told(House house) {
        house.sql(EVENTS);
        try (Session other = house.open()) {
            other.execute("begin");
            other.execute("select 1 from app.event where id in (50, 51) for update");
            assertThat(run(house, "tables:\n  app.event: {retention: {days: 30, from: at, strategy: delete}}\n")
                            .gone())
                    .singleElement()
                    .satisfies(gone -> {
                        assertThat(gone.rows()).isEqualTo(29);
                        assertThat(gone.left()).isEqualTo(2);
                    });
            other.alone("rollback");
        }
    }

    @Test
    void tables_go_before_those_that_they_refer_to_and_names_may_be_anything(House house) throws Exception {
        house.sql("""
                create schema "S.x";
                create table "S.x"."pa""rent 😀" (a int, b int, at date, primary key (a, b));
                create table "S.x"."chi/ld" (id int primary key, a int, b int, at date, foreign key (a, b) references "S.x"."pa""rent 😀");
                create table "S.x".heap (at date);
                insert into "S.x"."pa""rent 😀" select n, n, '2000-01-01' from generate_series(1, 12) n;
                insert into "S.x"."chi/ld" select n, n, n, '2000-01-01' from generate_series(1, 12) n;
                insert into "S.x".heap select '2000-01-01' from generate_series(1, 12) n;
                """);
        RetentionRun.Result result = run(house, """
                tables:
                  '"S.x"."pa""rent 😀"': {retention: {days: 30, from: at, strategy: archive}}
                  '"S.x"."chi/ld"': {retention: {days: 30, from: at, strategy: delete}}
                  '"S.x".heap': {retention: {days: 30, from: at, strategy: delete}}
                """);
        assertThat(result.problems()).extracting(Problem::message).isEmpty();
        assertThat(result.gone())
                .extracting(gone -> gone.job().relation().name().name())
                .startsWith("chi/ld", "pa\"rent 😀");
        assertThat(result.gone()).extracting(gone -> gone.rows()).containsOnly(12L);
        assertThat(files(house))
                .allSatisfy(file -> assertThat(file.getFileName().toString()).matches("[A-Za-z0-9._-]+"));
    }

    @Test
    void archive_that_was_cut_off_before_the_record_has_it_is_removed_and_one_after_gets_its_name(House house)
            throws Exception {
        house.sql(EVENTS);
        house.record();
        Path vault = Files.createDirectory(house.folder().resolve("vault"));
        Files.writeString(
                vault.resolve("app.event." + evidence(house, "x").owner() + ".aaaaaaaa.1.jsonl.part"), "{}\n");
        Path kept = Files.writeString(vault.resolve("app.event.bbbbbbbb.1.jsonl.part"), "{\"id\":1}\n");
        house.sql(
                "insert into lockkeeper.retention (run, component, relation, strategy, state, cutoff, affected, file, file_sha256, rules_sha256)"
                        + " values (gen_random_uuid(), 'main', 'app.event', 'archive', 'done', now(), 1, 'app.event.bbbbbbbb.1.jsonl', '"
                        + sha256(kept) + "', 'x')");
        String file = "tables:\n  app.event: {retention: {days: 900, from: at, strategy: archive}}\n";
        run(house, file);
        assertThat(files(house))
                .singleElement()
                .satisfies(path -> assertThat(path.getFileName().toString()).isEqualTo("app.event.bbbbbbbb.1.jsonl"));
        Files.writeString(vault.resolve("app.event.bbbbbbbb.1.jsonl.part"), "{\"id\":2}\n", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> run(house, file))
                .isInstanceOf(LockkeeperException.class)
                .hasMessageContaining("is not what was written");
    }

    @Test
    void cascade_takes_no_row_along_that_is_held_or_young_or_kept(House house) {
        house.sql("""
                create schema app;
                create table app.parent (id int primary key, at date);
                create table app.child (id int primary key, parent int references app.parent on delete cascade, at date, kept boolean);
                create table app.leaf (child int references app.child on delete cascade);
                create table app.tree (id int primary key, up int references app.tree on delete cascade, at date);
                insert into app.parent select n, '2000-01-01' from generate_series(1, 4) n;
                insert into app.child values (1, 1, '2000-01-01', true), (2, 2, 'infinity', false), (3, 3, '2000-01-01', false), (4, 4, '2000-01-01', false);
                insert into app.leaf values (4);
                insert into app.tree values (1, null, '2000-01-01'), (2, 1, '2000-01-01'), (3, 2, '2999-01-01'), (4, 4, '2000-01-01'), (5, 4, '2000-01-01');
                """);
        String file = """
                tables:
                  app.parent: {retention: {days: 30, from: at, strategy: delete}}
                  app.child: {retention: {days: 30, from: at, strategy: delete, hold: kept}}
                  app.tree: {retention: {days: 30, from: at, strategy: delete}}
                """;
        assertThat(counted(house, file))
                .extracting(due -> due.job().table() + " " + due.rows() + " " + due.held())
                .containsExactly("app.child 1 2", "app.parent 1 3", "app.tree 3 1");
        assertThat(run(house, file).problems()).isEmpty();
        assertThat(house.rows("select id from app.parent order by 1")).containsExactly("1", "2", "4");
        assertThat(house.rows("select id from app.child order by 1")).containsExactly("1", "2", "4");
        assertThat(house.rows("select id from app.tree order by 1")).containsExactly("1", "2", "3");
    }

    @Test
    void tables_that_inherit_keep_their_rows(House house) {
        house.sql("""
                create schema app;
                create table app.base (id int primary key, at date);
                create table app.more (x int) inherits (app.base);
                insert into app.base values (1, '2000-01-01');
                insert into app.more values (1, '2999-01-01'), (2, '2000-01-01');
                """);
        run(house, "tables:\n  app.base: {retention: {days: 30, from: at, strategy: delete}}\n");
        assertThat(house.rows("select id from app.base order by 1")).containsExactly("1", "2");
    }

    @Test
    void what_would_never_end_is_refused(House house) {
        house.sql(EVENTS, """
                create function app.sweep(keep interval) returns void language sql as 'select';
                create table app.person (id int primary key, mail text, at date);
                insert into app.person values (1, 'a@example.org', '2000-01-01');
                create function app.back() returns trigger language plpgsql as 'begin new.mail := old.mail; return new; end';
                create trigger back before update on app.person for each row execute function app.back();
                """);
        RetentionRun.Result result = run(house, """
                tables:
                  app.event: {retention: {days: 30, from: at, strategy: delete, call: app.sweep}}
                  app.person:
                    retention: {days: 30, from: at, strategy: anonymize}
                    columns: {mail: {class: confidential, erase: null}}
                """);
        assertThat(result.problems())
                .extracting(problem -> String.valueOf(problem.why()))
                .containsExactly(
                        "it returns void, and not how many rows went, or a row for each",
                        "a trigger or the type of a column makes something else of the values");
        assertThat(house.one("select count(*) from lockkeeper.retention")).isEqualTo("0");
    }

    @Test
    void archive_of_another_database_in_the_same_folder_is_left_alone(House house) throws Exception {
        house.sql(EVENTS);
        Path vault = Files.createDirectory(house.folder().resolve("vault"));
        Path others = Files.writeString(vault.resolve("app.event.0123abcd.aaaaaaaa.1.jsonl.part"), "{}\n");
        run(house, "tables:\n  app.event: {retention: {days: 900, from: at, strategy: archive}}\n");
        assertThat(others).exists();
    }
}
