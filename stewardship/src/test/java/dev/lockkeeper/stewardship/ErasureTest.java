package dev.lockkeeper.stewardship;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.DataRecord;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.erasure.ErasurePlan;
import dev.lockkeeper.stewardship.erasure.ErasurePlanner;
import dev.lockkeeper.stewardship.erasure.ErasureRun;
import dev.lockkeeper.stewardship.erasure.PersonHash;
import dev.lockkeeper.stewardship.erasure.Reapplying;
import dev.lockkeeper.stewardship.erasure.Requests;
import dev.lockkeeper.stewardship.erasure.Sought;
import dev.lockkeeper.stewardship.retention.Counting;
import dev.lockkeeper.stewardship.retention.Due;
import dev.lockkeeper.stewardship.retention.Jobs;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("GOV-06")
@ExtendWith(House.Extension.class)
class ErasureTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String SHOP = """
            create schema app;
            create table app.person (id int primary key, email text not null unique, born date, hold boolean);
            create table app.visit (id int primary key, person_id int not null references app.person, note text);
            create table app.chat (id int primary key, person_id int not null references app.person);
            create table app.message (id int primary key, chat_id int not null references app.chat, body text, answers int references app.message);
            create table app.ledger (id int primary key, who text, amount int);
            create table app.holds (person int);
            create materialized view app.stats as select p.email, count(*) as visits from app.person p join app.visit v on v.person_id = p.id group by 1;
            insert into app.person select n, 'person' || n || '@example.org', '2000-01-01' from generate_series(1, 3) n;
            insert into app.visit select n * 10 + m, n, 'table ' || m from generate_series(1, 3) n, generate_series(1, 4) m;
            insert into app.chat values (1, 1), (2, 2);
            insert into app.message values (1, 1, 'hello', null), (2, 1, 'again', 1), (3, 2, 'other', null);
            insert into app.ledger values (1, '1', 10), (2, '2', 20);
            refresh materialized view app.stats;
            """;
    private static final String FILE = """
            subjects:
              person: {table: app.person, key: [id], find_by: [email], hold: {table: app.holds, columns: [person]}}
            tables:
              app.person:
                erase: anonymize
                retention: {days: 3650, from: born, strategy: anonymize, hold: hold}
                columns:
                  id: internal
                  email: {class: confidential, erase: {replace: "erased-{id}@invalid.example"}}
                  born: {class: confidential, erase: null}
              app.visit: {subject: {person: person_id}, erase: delete}
              app.chat: {subject: {person: person_id}, erase: delete}
              app.message: {subject: {person: chat_id}, erase: delete}
              app.ledger: {subject: {person: who}, erase: keep, why: the tax office wants it}
            """;

    private record Desk(House house, Classification classification) {
        Subject subject() {
            return requireNonNull(classification.subjects().get("person"));
        }

        ErasurePlanner planner() {
            return new ErasurePlanner(classification, house.model());
        }

        ErasurePlan plan(String key) {
            return looked(house, planner(), subject(), List.of(key));
        }

        ErasureRun.Done run(String key, String event) {
            return new ErasureRun(house.session(), house.record(), planner())
                    .run(
                            new ErasureRun.Order(
                                    UUID.randomUUID().toString(), event, hash().of("person", List.of(key)), "digest"),
                            plan(key),
                            List.of());
        }

        static PersonHash hash() {
            return PersonHash.of(Map.of("K", KEY), "K");
        }
    }

    private static ErasurePlan looked(House house, ErasurePlanner planner, Subject subject, List<String> key) {
        return Sought.within(house.session(), () -> planner.plan(house.session(), subject, key));
    }

    private static Desk desk(House house) {
        return new Desk(house.sql(SHOP), house.classification(FILE));
    }

    @Test
    void plan_tells_tables_rows_and_what_stays_and_children_come_first(House house) {
        ErasurePlan plan = desk(house).plan("1");
        assertThat(plan.parts())
                .extracting(part -> part.relation().name().name() + " " + part.way() + " " + part.rows())
                .containsExactly(
                        "message DELETE 2", "chat DELETE 1", "ledger KEEP 1", "visit DELETE 4", "person ANONYMIZE 1");
        assertThat(plan.refreshed()).extracting(Object::toString).containsExactly("app.stats");
        assertThat(plan.found()).isTrue();
        assertThat(desk2(house).plan("77").found()).isFalse();
    }

    private static Desk desk2(House house) {
        return new Desk(house, house.classification(FILE));
    }

    @Test
    void person_is_forgotten_rollups_included_and_others_stay(House house) {
        ErasureRun.Done done = desk(house).run("1", "erased");
        assertThat(done.changed())
                .containsEntry("app.message", 2L)
                .containsEntry("app.person", 1L)
                .containsEntry("app.ledger", 0L);
        assertThat(done.values()).isEqualTo(1);
        assertThat(house.rows("select email || coalesce(born::text, '') from app.person order by id"))
                .containsExactly(
                        "erased-1@invalid.example", "person2@example.org2000-01-01", "person3@example.org2000-01-01");
        assertThat(house.rows("select email from app.stats order by 1"))
                .containsExactly("person2@example.org", "person3@example.org");
        assertThat(house.rows("select id from app.message")).containsExactly("3");
        String kept = house.one("select concat(event, subject, person, detail) from lockkeeper.erasure");
        assertThat(kept).startsWith("erasedpersonhmac-sha256:").doesNotContain("example.org");
        assertThat(house.one("select string_agg(payload, '') from lockkeeper.audit"))
                .contains("erased")
                .doesNotContain("person1@");
        assertThat(desk2(house).run("1", "reapplied").rows()).isZero();
        assertThat(house.one("select count(*) from lockkeeper.erasure")).isEqualTo("1");
    }

    @Test
    void value_that_nobody_thought_of_is_found_afterwards_and_nothing_is_kept(House house) {
        Desk desk = desk(house);
        house.sql("insert into app.ledger values (9, 'nobody', 1); alter table app.ledger add meta jsonb;"
                + " update app.ledger set meta = '{\"to\": [\"Person1@EXAMPLE.org\"]}' where id = 9");
        assertThatThrownBy(() -> desk2(house).run("1", "erased"))
                .isInstanceOf(LockkeeperException.class)
                .hasMessageContaining("the person was still found afterwards, in app.ledger.meta (1 row)")
                .hasMessageNotContaining("person1");
        assertThat(house.one("select email from app.person where id = 1")).isEqualTo("person1@example.org");
        assertThat(house.one("select count(*) from app.visit")).isEqualTo("12");
        house.sql("delete from app.ledger where id = 9");
        assertThat(desk.run("1", "erased").rows()).isEqualTo(8);
    }

    @Test
    void hold_of_the_person_or_of_a_row_wins(House house) {
        Desk desk = desk(house);
        house.sql("insert into app.holds values (1); update app.person set hold = true where id = 2");
        for (String key : List.of("1", "2")) {
            assertThatThrownBy(() -> desk.run(key, "erased")).hasMessageContaining("the person is under a hold");
        }
        assertThat(desk.run("3", "erased").rows()).isEqualTo(5);
        assertThat(house.one("select count(*) from app.person where email like 'erased%'"))
                .isEqualTo("1");
    }

    @Test
    void person_who_is_back_after_a_restore_is_found_by_the_keyed_hash_alone(House house) {
        Desk desk = desk(house);
        desk.run("2", "erased");
        List<String> erased = new Requests(house.session(), house.record()).erased();
        assertThat(erased).hasSize(1);
        Reapplying reapplying = new Reapplying(house.session(), Desk.hash());
        reapplying.requireMine(erased);
        assertThat(reapplying.back(desk.subject(), Set.copyOf(erased))).containsExactly(List.of("2"));
        PersonHash other = PersonHash.of(Map.of("K", KEY + "x"), "K");
        assertThatThrownBy(() -> new Reapplying(house.session(), other).requireMine(erased))
                .hasMessageContaining("1 of 1 persons were forgotten under another key");
        assertThatThrownBy(() -> PersonHash.of(Map.of(), "K")).hasMessageContaining("the variable K is not set");
        assertThatThrownBy(() -> PersonHash.of(Map.of("K", "secret-short"), "K"))
                .hasMessageContaining("fewer than 32 characters")
                .hasMessageNotContaining("secret-short");
    }

    @Test
    void cycle_of_foreign_keys_composite_keys_and_functions_of_the_schema_are_followed(House house) {
        house.sql("""
                create schema app;
                create table app.person (tenant int, id uuid, best_friend uuid, email text, primary key (tenant, id), unique (tenant, email));
                alter table app.person add foreign key (tenant, best_friend) references app.person (tenant, id) deferrable;
                create table app.a (id int primary key, tenant int, who uuid, b int, foreign key (tenant, who) references app.person (tenant, id));
                create table app.b (id int primary key, a int references app.a deferrable);
                alter table app.a add foreign key (b) references app.b deferrable;
                create table app.log (id uuid primary key default gen_random_uuid(), actor text, words jsonb);
                create function app.redact(entry uuid, reason text) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
                  begin update app.log set words = jsonb_build_object('redacted', reason) where id = entry; return found; end $$;
                insert into app.person values (1, '00000000-0000-0000-0000-00000000000a', null, 'anna@x.org'), (2, '00000000-0000-0000-0000-00000000000a', null, 'bob@x.org');
                insert into app.a values (1, 1, '00000000-0000-0000-0000-00000000000a', null), (2, 2, '00000000-0000-0000-0000-00000000000a', null);
                insert into app.b values (1, 1), (2, 2);
                update app.a set b = id;
                insert into app.log (actor, words) values ('1/00000000-0000-0000-0000-00000000000a', '{"to": "anna@x.org"}');
                """);
        Classification file = house.classification("""
                subjects:
                  person: {table: app.person, key: [tenant, id], find_by: [email]}
                tables:
                  app.person: {erase: delete}
                  app.a: {subject: {person: [tenant, who]}, erase: delete}
                  app.b: {subject: {person: a}, erase: delete}
                """);
        Subject subject = requireNonNull(file.subjects().get("person"));
        List<String> key = List.of("1", "00000000-0000-0000-0000-00000000000a");
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        ErasureRun run = new ErasureRun(house.session(), house.record(), planner);
        ErasureRun.Order order = new ErasureRun.Order(UUID.randomUUID().toString(), "erased", "h", "d");
        assertThatThrownBy(() -> run.run(order, looked(house, planner, subject, key), List.of()))
                .hasMessageContaining("app.log.words (1 row)");
        house.sql(
                "alter table app.log add tenant int; alter table app.log add who uuid; update app.log set tenant = 1, who = '"
                        + key.get(1) + "'");
        Classification covered = house.classification("""
                subjects:
                  person: {table: app.person, key: [tenant, id], find_by: [email]}
                tables:
                  app.person: {erase: delete}
                  app.a: {subject: {person: [tenant, who]}, erase: delete}
                  app.b: {subject: {person: a}, erase: delete}
                  app.log: {subject: {person: [tenant, who]}, erase: {call: app.redact}}
                """);
        ErasurePlanner again = new ErasurePlanner(covered, house.model());
        ErasureRun.Done done = new ErasureRun(house.session(), house.record(), again)
                .run(order, looked(house, again, subject, key), List.of());
        assertThat(done.changed())
                .containsOnlyKeys("app.b", "app.a", "app.log", "app.person")
                .containsEntry("app.log", 1L);
        assertThat(house.rows("select email from app.person")).containsExactly("bob@x.org");
        assertThat(house.rows("select id from app.b")).containsExactly("2");
        assertThat(house.one("select words->>'redacted' from app.log")).startsWith("request ");
    }

    @Test
    void copies_are_found_however_documents_lists_rows_and_bytes_print_them(House house) {
        house.sql("""
                create schema app;
                create table app.person (id int primary key, name text);
                insert into app.person values (1, E'Zo\\u00eb "Z\\\\" O''Neil & <x>');
                create type app.pair as (a text, b int);
                create table app.copy (id int primary key, j json, jb jsonb, list text[], pair app.pair, raw bytea, mark xml, words tsvector, name text);
                insert into app.copy select 1, ('{"n": "Zo\\u00eb \\"Z\\\\\\" O''Neil & <x>"}')::json, jsonb_build_object('n', name), array[name], row(name, 1)::app.pair,
                  convert_to(upper(name), 'UTF8'), xmlelement(name n, name), array_to_tsvector(array[name]), upper(name) from app.person;
                """);
        Classification file = house.classification("""
                subjects:
                  person: {table: app.person, key: [id], find_by: [name]}
                tables:
                  app.person: {erase: delete}
                """);
        Desk desk = new Desk(house, file);
        assertThatThrownBy(() -> desk.run("1", "erased"))
                .hasMessageContaining("app.copy.j (1 row)")
                .hasMessageContaining("app.copy.jb (1 row)")
                .hasMessageContaining("app.copy.list (1 row)")
                .hasMessageContaining("app.copy.pair (1 row)")
                .hasMessageContaining("app.copy.raw (1 row)")
                .hasMessageContaining("app.copy.mark (1 row)")
                .hasMessageContaining("app.copy.words (1 row)")
                .hasMessageContaining("app.copy.name (1 row)")
                .hasMessageNotContaining("Neil");
    }

    @Test
    void key_is_read_as_the_server_writes_it_so_that_holds_and_hashes_find_the_person(House house) {
        Desk desk = desk(house);
        house.sql("insert into app.holds values (2)");
        List<String> key = spelled(desk, " 002");
        assertThat(key).containsExactly("2");
        assertThat(spelled(desk, "077")).containsExactly("77");
        assertThatThrownBy(() -> desk.run(key.get(0), "erased")).hasMessageContaining("the person is under a hold");
        assertThatThrownBy(() -> spelled(desk, "anna"))
                .hasMessageContaining("the database does not tell what it has of the person");
    }

    private static List<String> spelled(Desk desk, String key) {
        Session session = desk.house().session();
        return Sought.within(session, () -> desk.planner().spelled(session, desk.subject(), List.of(key)));
    }

    @Test
    void rows_lead_to_a_person_in_several_ways_and_a_hold_by_any_of_them_counts(House house) {
        house.sql("""
                create schema app;
                create table app.person (tenant int, id int, email text, primary key (tenant, id));
                create table app.room (id int primary key, tenant int, owner int, foreign key (tenant, owner) references app.person);
                create table app.audit (id int primary key, tenant int, actor int, target int, room int references app.room, at date,
                  foreign key (tenant, actor) references app.person);
                create table app.holds (tenant int, person int);
                insert into app.person select 1, n, 'p' || n || '@example.org' from generate_series(1, 4) n;
                insert into app.room values (1, 1, 1), (2, 1, 2);
                insert into app.audit values (1, 1, 1, 2, null), (2, 1, 2, 3, null), (3, 1, 3, 1, null), (4, 1, 3, null, 1), (5, 1, 2, 3, 2), (6, 1, 4, 4, null);
                update app.audit set at = '2000-01-01';
                """);
        Classification file = house.classification("""
                subjects:
                  person: {table: app.person, key: [tenant, id], find_by: [email], hold: {table: app.holds, columns: [tenant, person]}}
                tables:
                  app.person: {erase: delete}
                  app.room: {subject: {person: [tenant, owner]}, erase: delete}
                  app.audit:
                    subject: {person: {any: [[tenant, actor], [tenant, target], room]}}
                    erase: delete
                    retention: {days: 30, from: at, strategy: delete}
                """);
        Subject subject = requireNonNull(file.subjects().get("person"));
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        ErasurePlan plan = looked(house, planner, subject, List.of("1", "1"));
        assertThat(plan.parts())
                .extracting(part -> part.relation().name().name() + " " + part.rows())
                .containsExactly("audit 3", "room 1", "person 1");
        new ErasureRun(house.session(), house.record(), planner)
                .run(new ErasureRun.Order(UUID.randomUUID().toString(), "erased", "h", "d"), plan, List.of());
        assertThat(house.rows("select id from app.audit order by 1")).containsExactly("2", "5", "6");
        house.sql("insert into app.holds values (1, 3)");
        assertThat(Jobs.of(house.session(), file, house.model(), Set.of()))
                .extracting(job -> {
                    Due due = new Counting(house.session()).look(job);
                    return due.rows() + " " + due.held();
                })
                // 2 and 5 are about person 3, who is only the target
                .containsExactly("1 2");
    }

    @Test
    void way_that_leads_nowhere_is_refused_though_another_one_does(House house) {
        Desk desk = desk(house);
        Classification file =
                house.classification(FILE.replace("{person: person_id}", "{person: {any: [person_id, [id, note]]}}"));
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        assertThatThrownBy(() -> looked(house, planner, desk.subject(), List.of("1")))
                .hasMessageContaining("rows of app.visit do not lead to a person by the columns that the file names");
        assertThatThrownBy(() ->
                        house.classification(FILE.replace("{person: person_id}", "{person: {any: [{x: y}], none: 1}}")))
                .hasMessageContaining("a way to the person is a column or a list of columns")
                .hasMessageContaining("none");
    }

    @Test
    void value_that_the_encoding_of_a_database_has_no_characters_for_is_not_in_it(House house) {
        Desk desk = desk(house);
        String copy = house.one("select current_database() || '_latin1'");
        house.session().alone("create database " + copy);
        // nothing in it is more than ASCII, so it reads the same
        boolean old = house.one("select current_setting('server_version_num')::int < 170000")
                .equals("t");
        house.sql("update pg_database set encoding = pg_char_to_encoding('LATIN1'), datcollate = 'C', datctype = 'C',"
                + " datlocprovider = 'c', " + (old ? "daticulocale" : "datlocale") + " = null where datname = '" + copy
                + "'");
        try (Session session = house.openIn(copy)) {
            session.execute(SHOP);
            HistoryTable table = new HistoryTable("lockkeeper", "main");
            table.create(session);
            DataRecord record = new DataRecord(table);
            record.create(session);
            ErasurePlanner planner = new ErasurePlanner(
                    desk.classification(), ModelReader.read(session).without(Set.of("lockkeeper")));
            ErasurePlan plan = Sought.within(session, () -> planner.plan(session, desk.subject(), List.of("1")));
            session.execute("insert into app.ledger values (9, E'Zo\u00eb of PERSON1', 0)");
            List<String> others = List.of("\u0417\u043e\u044f@example.org", "zo\u00eb of person1");
            ErasureRun run = new ErasureRun(session, record, planner);
            ErasureRun.Order order = new ErasureRun.Order(UUID.randomUUID().toString(), "erased", "h", "d");
            assertThatThrownBy(() -> run.run(order, plan, others)).hasMessageContaining("app.ledger.who (1 row)");
            session.execute("delete from app.ledger where id = 9");
            assertThat(run.run(order, plan, others).rows()).isEqualTo(8);
        } finally {
            house.session().alone("drop database " + copy);
        }
    }
}
