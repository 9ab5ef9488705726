package dev.lockkeeper.stewardship;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.Subject;
import dev.lockkeeper.stewardship.erasure.ErasurePlan;
import dev.lockkeeper.stewardship.erasure.ErasurePlanner;
import dev.lockkeeper.stewardship.erasure.ErasureRun;
import dev.lockkeeper.stewardship.erasure.PersonHash;
import dev.lockkeeper.stewardship.erasure.Reapplying;
import dev.lockkeeper.stewardship.erasure.Sought;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server with every statement in its log learns of a person who is forgotten. */
@Tag("GOV-06")
@ExtendWith(House.Extension.class)
class ErasureLogTest {
    private static final String FILE = """
            subjects:
              person: {table: app.person, key: [id], find_by: [email, nick], hold: {table: app.holds, columns: [person]}}
            tables:
              app.person:
                erase: anonymize
                columns:
                  id: internal
                  email: {class: confidential, erase: {replace: "erased-{id}@invalid.example"}}
                  nick: {class: confidential, erase: null}
              app.chat: {subject: {person: who}, erase: delete}
              app.message: {subject: {person: chat}, erase: delete}
              app.letter: {subject: {person: who}, erase: keep, why: the tax office wants it}
            """;

    private static final String SHOP = """
            create schema app;
            create table app.person (id text primary key, email text unique, nick text);
            create table app.chat (id int primary key, who text references app.person);
            create table app.message (id int primary key, chat int references app.chat, body text);
            create table app.letter (id int primary key, who text, body text);
            create table app.holds (person text);
            create materialized view app.stats as select email, count(*) from app.person group by 1;
            insert into app.person values ('k-771', E'zo\\u00eb%_\\\\o''neil@example.org', E'z\\tq'), ('k-772', 'other@example.org', null);
            insert into app.chat values (1, 'k-771'), (2, 'k-772');
            insert into app.message values (1, 1, 'hello'), (2, 2, 'hello');
            insert into app.letter values (1, 'k-771', 'dear zoe'), (2, 'k-772', 'dear other');
            refresh materialized view app.stats
            """;

    /** Everything on, as on a server where somebody looks for a fault. */
    private static Session logged(House house, ServerLog log) {
        Session session = house.open(house.user(), log.port(), Map.of("sslmode", "disable"));
        session.alone("set client_min_messages = log");
        session.alone("set log_statement = 'all'");
        session.alone("set log_min_duration_statement = 0");
        session.alone("set log_parameter_max_length = -1");
        session.alone("set log_parameter_max_length_on_error = -1");
        session.alone("set log_error_verbosity = verbose");
        session.alone("load 'auto_explain'");
        session.alone("set auto_explain.log_min_duration = 0");
        session.alone("set auto_explain.log_verbose = on");
        session.alone("set auto_explain.log_analyze = on");
        return session;
    }

    private static List<String> spelled(Session session, ErasurePlanner planner, Subject subject, String key) {
        return Sought.within(session, () -> planner.spelled(session, subject, List.of(key)));
    }

    private static ErasureRun.Order order() {
        return new ErasureRun.Order(UUID.randomUUID().toString(), "erased", "hmac-sha256:x", "digest");
    }

    @Test
    void log_of_a_server_that_logs_everything_has_neither_key_nor_values_of_the_person(House house) throws IOException {
        house.sql(SHOP);
        var record = house.record();
        Classification file = house.classification(FILE);
        Subject subject = requireNonNull(file.subjects().get("person"));
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        PersonHash hash = PersonHash.of(Map.of("K", "0123456789abcdef0123456789abcdef"), "K");
        try (ServerLog log = new ServerLog(house.port());
                Session session = logged(house, log)) {
            List<String> key = spelled(session, planner, subject, "k-771");
            ErasurePlan looked = Sought.within(session, () -> planner.plan(session, subject, key));
            assertThat(looked.rows()).isEqualTo(4);
            house.sql("insert into app.letter values (9, 'nobody', E'From: ZO\\u00cb%_\\\\O''NEIL@EXAMPLE.org')");
            ErasureRun run = new ErasureRun(session, record, planner);
            assertThatThrownBy(() -> run.run(order(), looked, List.of()))
                    .hasMessageContaining("was still found afterwards, in app.letter.body (1 row)");
            house.sql("delete from app.letter where id = 9");
            assertThat(run.run(order(), looked, List.of()).rows()).isEqualTo(3);
            assertThat(new Reapplying(session, hash).back(subject, Set.of(hash.of("person", key))))
                    .containsExactly(key);

            assertThat(house.one("select count(*) from pg_stat_activity where query ~ 'k-771|example'"))
                    .isEqualTo("1");
            String all = String.join("\n", log.messages());
            // that it is a log of all of it at all
            assertThat(all)
                    .contains(
                            "statement: ", "duration: ", "delete from \"app\".\"message\"", "refresh materialized view")
                    .contains("copy pg_temp.lockkeeper_sought (kind, n, v) from stdin");
            assertThat(all.toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain(
                            "k-771", "neil", "zo\u00eb", "zo\\\\u00eb", "z\tq", "z\\\\tq", "7a096e71", "6e65696c");
        }
        assertThat(house.rows("select email from app.person order by id"))
                .containsExactly("erased-k-771@invalid.example", "other@example.org");
    }

    @Test
    void key_that_a_column_does_not_take_is_not_logged_as_an_error_either(House house) throws IOException {
        house.sql("create schema app; create table app.person (id uuid primary key, email text);"
                + " create table app.chat (id int primary key, who uuid)");
        Classification file = house.classification("""
                subjects:
                  person: {table: app.person, key: [id], find_by: [email]}
                tables:
                  app.person: {erase: delete}
                """);
        Subject subject = requireNonNull(file.subjects().get("person"));
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        try (ServerLog log = new ServerLog(house.port());
                Session session = logged(house, log)) {
            assertThatThrownBy(() -> spelled(session, planner, subject, "anna@example.org"))
                    .hasMessageContaining("the database does not tell what it has of the person");
            assertThat(String.join("\n", log.messages()))
                    .contains("begin perform cast(")
                    .doesNotContain("anna");
        }
    }

    @Test
    void role_whose_transactions_are_read_only_may_look(House house) {
        house.sql(SHOP);
        Classification file = house.classification(FILE);
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        Subject subject = requireNonNull(file.subjects().get("person"));
        try (Session session = house.open()) {
            session.alone("set default_transaction_read_only = on");
            assertThat(spelled(session, planner, subject, "k-771")).containsExactly("k-771");
        }
    }

    @Test
    void user_who_may_make_no_temporary_table_is_told_what_to_grant(House house) {
        house.sql(SHOP);
        house.sql(
                "do $$ begin if not exists (select from pg_roles where rolname = 'steward') then create role steward login; end if; end $$",
                "alter role steward password '" + house.password() + "'",
                "grant usage on schema app to steward; grant all on all tables in schema app to steward",
                "do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$");
        Classification file = house.classification(FILE);
        ErasurePlanner planner = new ErasurePlanner(file, house.model());
        try (Session session = house.open("steward")) {
            Subject subject = requireNonNull(file.subjects().get("person"));
            assertThatThrownBy(() -> spelled(session, planner, subject, "k-771"))
                    .hasMessageContaining("the server does not take what the person is looked for by");
            house.sql(
                    "do $$ begin execute format('grant temporary on database %I to steward', current_database()); end $$");
            assertThat(spelled(session, planner, subject, "k-771")).containsExactly("k-771");
        }
    }
}
