package dev.lockkeeper.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told of rows that a server would have to be brought to with effort. */
class TellingTest {
    private static Row row(String list, String thing, String kind, String object, Map<String, String> fields) {
        return new Row(list, thing, kind, object, List.of(), false, fields);
    }

    private static List<String> told(List<Row> before, List<Row> after) {
        return Comparison.of(before, after).differences().stream()
                .map(d -> d.kind() + " " + d.object() + ": " + d.before() + " -> " + d.after())
                .toList();
    }

    private static Row large(int number, String contents) {
        return row(
                Lists.LARGE_OBJECT,
                Lists.LARGE_OBJECT,
                "large object",
                Integer.toString(number),
                Map.of("number", Integer.toString(number), "contents", contents));
    }

    @Test
    void large_object_under_another_number_is_the_same_when_it_holds_the_same() {
        assertThat(told(List.of(large(1, "a"), large(2, "a")), List.of(large(7, "a"), large(8, "a"))))
                .isEmpty();
        assertThat(told(List.of(large(1, "a")), List.of(large(7, "a"), large(8, "a"))))
                .containsExactly("large object 8: null -> present");
        assertThat(told(List.of(large(1, "a")), List.of(large(7, "b"))))
                .containsExactly("large object 1: present -> null", "large object 7: null -> present");
    }

    private static Row mapping(String options) {
        return row("pg_user_mapping", "pg_user_mapping", "user mapping", "ann on srv", Map.of("umoptions", options));
    }

    @Test
    void what_may_hold_a_password_is_never_shown() {
        Row none = row("pg_user_mapping", "pg_user_mapping", "user mapping", "ann on srv", Map.of());
        assertThat(told(List.of(mapping("p=1")), List.of(mapping("p=2"))).toString())
                .contains("set -> ")
                .contains("set to others")
                .doesNotContain("p=1")
                .doesNotContain("p=2");
        assertThat(told(List.of(none), List.of(mapping("p=2"))).toString())
                .contains("none -> ")
                .doesNotContain("others");
        assertThat(told(List.of(mapping("p=1")), List.of(none)).toString()).endsWith("none]");
    }

    private static Row role(String incarnation, String password) {
        return row(
                "pg_authid",
                "pg_authid",
                "role",
                "ann",
                Map.of(Thing.INCARNATION, incarnation, Thing.VERIFIER, password));
    }

    @Test
    void password_counts_as_changed_only_while_the_role_is_the_same() {
        assertThat(told(List.of(role("1", "a")), List.of(role("1", "b"))))
                .containsExactly("role ann: password: set -> password: set to one that cannot be compared");
        assertThat(told(List.of(role("1", "a")), List.of(role("2", "b")))).isEmpty();
    }

    private static Row described(String definition) {
        return row("pg_index", "pg_class", "index", "i", Map.of("definition", definition, "indnatts", "1"));
    }

    @Test
    void definition_says_it_better_than_all_other_fields() {
        Row other = row("pg_index", "pg_class", "index", "i", Map.of("definition", "b", "indnatts", "2"));
        assertThat(told(List.of(described("a")), List.of(other))).containsExactly("index i: a -> b");
    }

    private static Row trigger(String definition) {
        return row("pg_trigger", "pg_trigger", "trigger", "g on t", Map.of("definition", definition));
    }

    @Test
    void definition_that_is_long_or_has_lines_is_not_shown_of_what_is_missing() {
        assertThat(told(List.of(), List.of(trigger("x".repeat(160)))))
                .containsExactly("trigger g on t: null -> " + "x".repeat(160));
        assertThat(told(List.of(), List.of(trigger("x".repeat(161)))))
                .containsExactly("trigger g on t: null -> present");
        assertThat(told(List.of(), List.of(trigger("a\nb")))).containsExactly("trigger g on t: null -> present");
    }

    @Test
    void comment_of_any_length_is_shown_of_what_is_missing() {
        Row comment =
                row("pg_description", "pg_description", "comment", "table t", Map.of("description", "x".repeat(401)));
        assertThat(told(List.of(comment), List.of()))
                .containsExactly("comment table t: " + "x".repeat(400) + "… -> null");
    }

    @Test
    void commented_objects_are_called_as_sql_calls_them() {
        List<String> names = Stream.of(
                        "table column a.b",
                        "materialized view column a.b",
                        "composite type column a.b",
                        "table constraint c on t",
                        "composite type p",
                        "statistics object s",
                        "foreign-data wrapper w",
                        "function f()")
                .map(name -> Telling.object(
                        Thing.all(List.of(row("pg_description", "pg_description", "comment", name, Map.of())))
                                .values()
                                .iterator()
                                .next()))
                .toList();
        assertThat(names)
                .containsExactly(
                        "column a.b",
                        "column a.b",
                        "column a.b",
                        "constraint c on t",
                        "type p",
                        "statistics s",
                        "foreign data wrapper w",
                        "function f()");
    }

    @Test
    void rows_that_initdb_made_are_told_apart_from_those_of_users() {
        Row own = new Row("pg_proc", "pg_proc", "function", "f()", List.of(), true, Map.of("a", "1"));
        Row changed = new Row("pg_proc", "pg_proc", "function", "f()", List.of(), true, Map.of("a", "2"));
        Row users = row("pg_proc", "pg_proc", "function", "g()", Map.of("a", "1"));
        assertThat(Comparison.touchesSystem(List.of(own), List.of(own))).isFalse();
        assertThat(Comparison.touchesSystem(List.of(own), List.of(changed))).isTrue();
        assertThat(Comparison.touchesSystem(List.of(own), List.of())).isTrue();
        assertThat(Comparison.touchesSystem(List.of(), List.of(own))).isTrue();
        assertThat(Comparison.touchesSystem(List.of(users), List.of())).isFalse();
    }

    @Test
    void differences_tell_the_same_when_all_but_their_statements_are_alike() {
        Difference one = new Difference("t", "table", "a", null, "fix");
        assertThat(one.tellsTheSame(new Difference("t", "table", "a", null, null)))
                .isTrue();
        assertThat(one.tellsTheSame(new Difference("u", "table", "a", null, "fix")))
                .isFalse();
        assertThat(one.tellsTheSame(new Difference("t", "view", "a", null, "fix")))
                .isFalse();
        assertThat(one.tellsTheSame(new Difference("t", "table", null, null, "fix")))
                .isFalse();
        assertThat(one.tellsTheSame(new Difference("t", "table", "a", "b", "fix")))
                .isFalse();
        assertThat(new Comparison(Comparison.Level.DIFFERENT, List.of(one)).withoutFixes())
                .isEqualTo(new Comparison(
                        Comparison.Level.DIFFERENT, List.of(new Difference("t", "table", "a", null, null))));
    }

    private static Row order(String columns) {
        return row(
                Lists.COLUMN_ORDER,
                Lists.COLUMN_ORDER,
                "column order",
                "t",
                Map.of("columns", columns.replace(' ', Names.SEPARATOR)));
    }

    @Test
    void columns_in_another_order_matter_less_and_missing_ones_are_told_by_themselves() {
        Comparison moved = Comparison.of(List.of(order("a b c d")), List.of(order("a c b e")));
        assertThat(moved.level()).isEqualTo(Comparison.Level.COLUMN_ORDER);
        assertThat(told(List.of(order("a b c d")), List.of(order("a c b e"))))
                .containsExactly("column order t: a, b, c, d -> a, c, b, e");
        assertThat(Comparison.of(List.of(order("a b c")), List.of(order("a c"))).level())
                .isEqualTo(Comparison.Level.SAME);
        assertThat(Comparison.of(List.of(order("a b"), mapping("x")), List.of(order("b a"), mapping("y")))
                        .level())
                .isEqualTo(Comparison.Level.DIFFERENT);
    }

    private static Row part(String thing, String object, List<String> parents, Map<String, String> fields) {
        return new Row(thing, thing, thing.substring(3), object, parents, false, fields);
    }

    private static final Row TABLE = part("pg_class", "t", List.of(), Map.of());

    private static Row column(String table, String name, Map<String, String> fields, String... more) {
        List<String> parents =
                Stream.concat(Stream.of("pg_class " + table), Stream.of(more)).toList();
        return part("pg_attribute", table + "." + name, parents, fields);
    }

    @Test
    void part_is_told_with_what_it_falls_with_only_when_that_stays() {
        Row a = column("t", "a", Map.of());
        assertThat(told(List.of(TABLE, a), List.of())).containsExactly("class t: present -> null");
        assertThat(told(List.of(), List.of(TABLE, a))).containsExactly("class t: null -> present");
        assertThat(told(List.of(TABLE, a), List.of(TABLE))).containsExactly("attribute t.a: present -> null");
        assertThat(told(List.of(a), List.of(TABLE)))
                .containsExactlyInAnyOrder("class t: null -> present", "attribute t.a: present -> null");
    }

    @Test
    void column_of_a_partition_changes_along_with_that_of_its_parent() {
        Row was = column("t", "a", Map.of("type", "int"));
        Row is = column("t", "a", Map.of("type", "text", "attcollation", "C"));
        Row partWas = column("p", "a", Map.of("type", "int"), "pg_attribute t.a");
        Row partIs = column("p", "a", Map.of("type", "text"), "pg_attribute t.a");
        Row more = column("p", "a", Map.of("type", "text", "attstattarget", "7"), "pg_attribute t.a");
        assertThat(told(List.of(was, partWas), List.of(is, partIs)))
                .containsExactly("attribute t.a: type: int -> type: text");
        assertThat(told(List.of(was, partWas), List.of(is, more))).hasSize(2);
        assertThat(told(List.of(partWas), List.of(partIs))).containsExactly("attribute p.a: type: int -> type: text");
    }

    @Test
    void columns_of_a_view_that_was_made_anew_are_told_by_its_definition() {
        Row was = part("pg_class", "v", List.of(), Map.of("definition", "select 1 as a"));
        Row is = part("pg_class", "v", List.of(), Map.of("definition", "select 2 as a, 3 as b"));
        assertThat(told(List.of(was), List.of(is, column("v", "b", Map.of())))).hasSize(1);
    }

    @Test
    void parts_of_what_was_renamed_are_told_by_its_name() {
        Row was = part("pg_constraint", "k", List.of("pg_class t"), Map.of("x", "1"));
        Row is = part("pg_constraint", "k", List.of("pg_class u"), Map.of("x", "2"));
        Row renamed = part("pg_class", "u", List.of(), Map.of());
        assertThat(told(List.of(TABLE, was), List.of(renamed, is)))
                .containsExactlyInAnyOrder("class t: present -> null", "class u: null -> present");
        assertThat(told(List.of(TABLE, was), List.of(TABLE, renamed, is))).hasSize(2);
        assertThat(told(List.of(TABLE, was), List.of(is))).hasSize(2);
    }

    @Test
    void constraint_over_another_column_is_told_beside_the_columns_unless_the_column_was_renamed() {
        Row was = part("pg_constraint", "k", List.of("pg_class t", "pg_attribute t.a"), Map.of("x", "a > 0"));
        Row is = part("pg_constraint", "k", List.of("pg_class t", "pg_attribute t.b"), Map.of("x", "b > 0"));
        Row a = column("t", "a", Map.of("attname", "a", "type", "int"));
        assertThat(told(
                        List.of(TABLE, a, was),
                        List.of(TABLE, column("t", "b", Map.of("attname", "b", "type", "int")), is)))
                .hasSize(2);
        assertThat(told(
                        List.of(TABLE, a, was),
                        List.of(TABLE, column("t", "b", Map.of("attname", "b", "type", "text")), is)))
                .hasSize(3);
    }

    private static Row notNull(String contype) {
        return part("pg_constraint", "n on t", List.of("pg_attribute t.a"), Map.of("contype", contype));
    }

    @Test
    void constraint_not_null_is_told_as_a_property_of_its_column() {
        Row no = column("t", "a", Map.of("attnotnull", "false"));
        Row yes = column("t", "a", Map.of("attnotnull", "true"));
        assertThat(told(List.of(no), List.of(yes, notNull("n"))))
                .containsExactly("attribute t.a: not null: no -> not null: yes");
        assertThat(told(List.of(no), List.of(yes, notNull("c")))).hasSize(2);
        assertThat(told(List.of(no), List.of(no, notNull("n")))).hasSize(1);
        assertThat(told(
                        List.of(yes, notNull("n")),
                        List.of(
                                yes,
                                part(
                                        "pg_constraint",
                                        "n on t",
                                        List.of("pg_attribute t.a"),
                                        Map.of("contype", "n", "connoinherit", "true")))))
                .hasSize(1);
    }

    private static Row named(Map<String, String> fields) {
        return part("pg_class", "t", List.of(), fields);
    }

    @Test
    void values_are_told_in_words() {
        assertThat(told(
                        List.of(named(Map.of("relrowsecurity", "true"))),
                        List.of(named(Map.of("relrowsecurity", "false")))))
                .containsExactly("class t: row security: yes -> row security: no");
        assertThat(told(List.of(named(Map.of("relacl", "ann=r/bob"))), List.of(named(Map.of("relacl", "=w/bob")))))
                .containsExactly("class t: privileges: select to ann -> privileges: update to public");
        assertThat(told(List.of(named(Map.of("unheard", "true"))), List.of(named(Map.of()))))
                .containsExactly("class t: unheard: true -> unheard: none");
        assertThat(told(
                        List.of(named(Map.of("number", "1", "owner", "a"))),
                        List.of(named(Map.of("number", "2", "owner", "b")))))
                .containsExactly("class t: owner: a -> owner: b");
        assertThat(told(List.of(named(Map.of("number", "1"))), List.of(named(Map.of("number", "2")))))
                .containsExactly("class t: number: 1 -> number: 2");
        String long1 = "a".repeat(300) + "1";
        assertThat(told(
                        List.of(named(Map.of("unheard", long1))),
                        List.of(named(Map.of("unheard", "a".repeat(300) + "2")))))
                .containsExactly("class t: unheard: …" + "a".repeat(20) + "1 -> unheard: …" + "a".repeat(20) + "2");
    }
}
