package dev.lockkeeper.stewardship;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.stewardship.classification.DataRule;
import dev.lockkeeper.stewardship.classification.DataRules;
import dev.lockkeeper.stewardship.classification.Finding;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("GOV-05")
@ExtendWith(House.Extension.class)
class DataRulesTest {
    static Stream<String> ids() {
        return DataRules.all().stream().map(rule -> rule.text().id());
    }

    private static List<Finding> judged(House house, String file) {
        return DataCheck.of(house.session(), house.classification(file), Set.of(), "lockkeeper")
                .findings();
    }

    private static List<String> told(House house, String file, String rule) {
        return judged(house, file).stream()
                .filter(one -> one.rule().equals(rule))
                .map(one -> one.place().line() + ":" + one.place().column() + " " + one.message())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void each_rule_finds_its_bad_example_and_not_its_good_one(String id, House house) {
        DataRule rule = DataRules.find(id).orElseThrow();
        for (RuleText.Example example : rule.text().examples()) {
            house.sql(example.before());
            assertThat(told(house, example.bad(), id)).as(example.bad()).isNotEmpty();
            assertThat(told(house, example.good(), id)).as(example.good()).isEmpty();
        }
    }

    @Test
    void ids_are_in_order_and_no_text_is_empty() {
        assertThat(ids()).isSorted().doesNotHaveDuplicates().hasSize(22);
        assertThat(DataRules.all()).allSatisfy(rule -> {
            assertThat(rule.text().title()).doesNotEndWith(".");
            assertThat(rule.text().why()).endsWith(".");
            assertThat(rule.text().safer()).isNotBlank();
        });
    }

    @Test
    void column_that_a_migration_adds_is_found_and_one_that_was_renamed_is_told(House house) {
        house.sql("create schema app; create table app.person (id int primary key, mail text)");
        String file = """
                tables:
                  app.person:
                    columns:
                      id: internal
                      mail: {class: confidential, erase: null}
                """;
        assertThat(told(house, file, "DC01")).isEmpty();
        house.sql("alter table app.person rename mail to email; alter table app.person add phone text");
        assertThat(told(house, file, "DC01"))
                .containsExactly(
                        "3:3 app.person.email has no class; if it was called mail before, rename that line and what it says"
                                + " goes on",
                        "3:3 app.person.phone has no class; if it was called mail before, rename that line and what it says"
                                + " goes on");
        assertThat(told(house, file, "DC02")).containsExactly("6:7 app.person has no column mail");
    }

    @Test
    void class_flows_through_views_of_views_joins_unions_and_computed_columns(House house) {
        house.sql("""
                create schema app;
                create table app.person (id int primary key, email text, born date);
                create table app.visit (id int primary key, person_id int references app.person, room text);
                create view app.v1 as select v.id as visit, p.email as who, v.room from app.visit v join app.person p on p.id = v.person_id;
                create view app.v2 as select room, who as contact, upper(room) as loud from app.v1;
                create materialized view app.m as select contact, room from app.v2 union all select room, 'x' from app.v1;
                create view app.plain as select s.room from (select room, id from app.visit order by id) s;
                """);
        List<String> told = told(house, """
                tables:
                  app.person: {columns: {id: internal, email: {class: confidential, erase: null}, born: confidential}}
                  app.visit: {columns: {id: internal, person_id: internal, room: public}}
                  app.v1: {columns: {visit: internal, who: internal, room: public}}
                  app.v2: {columns: {room: public, contact: public, loud: public}}
                  app.m: {columns: {contact: public, room: public}}
                  app.plain: {columns: {room: public}}
                """, "DC06");
        assertThat(told)
                .containsExactly(
                        "5:39 app.v1.who is said to be internal, and shows what is confidential",
                        // what the file says of v1 goes on: the leak is told where it is
                        "6:36 app.v2.contact is said to be public, and shows what is internal",
                        "6:53 app.v2.loud is said to be public, and shows what is internal");
        assertThat(told(house, """
                tables:
                  app.person: {columns: {id: internal, email: {class: confidential, erase: null}, born: confidential}}
                  app.visit: {columns: {id: internal, person_id: internal, room: public}}
                  app.v2: {columns: {room: public}}
                  app.m: {columns: {contact: {class: public, why: only initials}, room: public}}
                  app.plain: {columns: {room: public}}
                """, "DC06"))
                // through two views without a word of theirs; of a union nobody knows which column is which
                .containsExactly("6:67 app.m.room is said to be public, and shows what is confidential");
    }

    @Test
    void names_with_dots_quotes_and_emoji_are_found(House house) {
        String column = "é\"😀.".repeat(4);
        house.sql("create schema \"a.b\"; create table \"a.b\".\"t\"\"x\" (\"" + column.replace("\"", "\"\"")
                + "\" int primary key)");
        assertThat(told(
                        house,
                        "tables:\n  '\"a.b\".\"t\"\"x\"':\n    columns:\n      '" + column + "': internal\n",
                        "DC01"))
                .isEmpty();
        assertThat(told(house, "tables:\n  '\"a.b\".\"t\"\"x\"': {owner: me}\n", "DC01"))
                .singleElement()
                .asString()
                .contains(column + " has no class");
    }

    @Test
    void person_without_a_key_is_no_reason_to_refuse_the_file(House house) {
        house.sql("create schema app; create table app.person (id int); insert into app.person values (null), (1)");
        assertThat(told(
                        house,
                        "subjects: {person: {table: app.person, key: [id]}}\ntables:\n  app.person: {erase: delete}\n",
                        "DC20"))
                .isEmpty();
    }

    @Test
    void class_flows_through_rows_as_a_whole_and_to_partitions(House house) {
        house.sql("""
                create schema app;
                create table app.person (id int primary key, email text);
                create view app.whole as select p from app.person p;
                create view app.json as select p.id, to_jsonb(p) as j from app.person p;
                create view app.list as select j as x from app.json;
                create table app.event (id int, at date, who text) partition by range (at);
                create table app.e1 partition of app.event for values from ('2026-01-01') to ('2026-02-01');
                grant select on app.e1 to public;
                create publication sent for table app.e1;
                create view app.part as select who from app.e1;
                """);
        String file = """
                tables:
                  app.person: {columns: {id: internal, email: {class: confidential, erase: null}}}
                  app.event: {columns: {id: internal, at: internal, who: {class: restricted, protect: hashed}}}
                  app.whole: {columns: {p: public}}
                  app.json: {columns: {id: internal, j: public}}
                  app.list: {columns: {x: public}}
                  app.part: {columns: {who: internal}}
                """;
        assertThat(told(house, file, "DC06"))
                .containsExactly(
                        "5:25 app.whole.p is said to be public, and shows what is confidential",
                        "6:38 app.json.j is said to be public, and shows what is confidential",
                        "8:24 app.part.who is said to be internal, and shows what is restricted");
        assertThat(told(house, file.replace("j: public", "j: confidential"), "DC06"))
                .contains("7:24 app.list.x is said to be public, and shows what is confidential");
        assertThat(judged(house, file))
                .extracting(Finding::message)
                .contains("everybody may read app.e1.who, which is restricted")
                .anyMatch(message -> message.startsWith("publication sent sends app.event.who"));
    }

    @Test
    void inherited_column_has_the_class_of_the_parent_unless_the_file_says_why(House house) {
        house.sql("""
                create schema app;
                create table app.base (id int primary key, email text, room text);
                create table app.more (x int) inherits (app.base);
                create table app.most (y int) inherits (app.more);
                create table app.other (email text);
                create table app.both () inherits (app.most, app.other);
                create view app.shown as select email from app.most;
                """);
        String file = """
                tables:
                  app.base: {columns: {id: internal, email: {class: confidential, erase: null}, room: public}}
                  app.more: {columns: {id: internal, email: public, room: internal, x: public}}
                  app.most: {columns: {email: {class: internal, why: only initials}, y: public}}
                  app.other: {columns: {email: {class: restricted, protect: hashed}}}
                  app.both: {columns: {email: confidential}}
                  app.shown: {columns: {email: public}}
                """;
        assertThat(told(house, file, "DC06"))
                .containsExactly(
                        "4:38 app.more.email is said to be public, and is inherited from what is confidential",
                        "7:24 app.both.email is said to be confidential, and is inherited from what is restricted",
                        "8:25 app.shown.email is said to be public, and shows what is internal");
        assertThat(told(house, file, "DC07")).isEmpty();
    }

    @Test
    void single_partitions_have_keys_and_indexes_of_their_own(House house) {
        house.sql("""
                create schema app;
                create table app.parent (id int primary key, at date);
                create index on app.parent (at);
                create table app.child (id int, parent int, at date) partition by range (id);
                create table app.c1 partition of app.child for values from (0) to (100) partition by range (id);
                create table app.c11 partition of app.c1 for values from (0) to (100);
                create table app.c2 partition of app.child for values from (100) to (200);
                alter table app.c11 add constraint up foreign key (parent) references app.parent on delete cascade;
                create index on app.c11 (at);
                create index on app.c2 (at) where id > 0;
                """);
        String file = """
                tables:
                  app.parent: {retention: {days: 30, from: at, strategy: delete}}
                  app.child: {retention: {days: 60, from: at, strategy: delete}}
                """;
        assertThat(told(house, file, "DC18"))
                .containsExactly(
                        "3:27 rows of app.parent go after 30 days, and take rows of app.child along, which are kept"
                                + " for 60 days (foreign key up)");
        assertThat(told(house, file, "DC16")).containsExactly("4:26 no index of app.child begins with at");
        house.sql("create index on app.c2 (at, id)");
        assertThat(told(house, file, "DC16")).isEmpty();
    }
}
