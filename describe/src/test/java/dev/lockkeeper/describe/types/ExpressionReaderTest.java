package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.describe.types.Tree.Head;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("DOC-04")
class ExpressionReaderTest {
    /** As people write them; the server prints them in its own way. */
    private static final List<String> CHECKS = List.of(
            "i in (1, 2, 3)",
            "t in ('a', 'b''c', E'd\\\\e')",
            "i between 1 and 10",
            "i not between 1 and 10",
            "t like 'a%'",
            "t not like 'a\\_%'",
            "t ilike '%x'",
            "t not ilike 'x'",
            "t ~ '^[a-z]+$'",
            "t !~ 'x'",
            "t ~* 'x'",
            "t !~* 'x'",
            "t similar to 'a|b'",
            "i is distinct from 3",
            "i is not distinct from null",
            "b is true",
            "b is not false",
            "b is unknown",
            "b",
            "not b",
            "not (b and i > 0)",
            "(b = true) or (i = 0 and n = 1.5)",
            "i = any (ai)",
            "i <> all (array[1, 2])",
            "i > -5",
            "i = -1",
            "n % 2 = 0",
            "n * 2 + 1 > i",
            "-i < 0",
            "abs(n) < 5",
            "coalesce(t, '') <> ''",
            "length(t) between 1 and 5",
            "trim(t) = t",
            "trim(both 'x' from t) = t",
            "trim(leading from t) = t",
            "num_nonnulls(i, n, t) = 1",
            "case when b then i > 0 else n > 0 end",
            "case i when 1 then b when 2 then not b end",
            "tz < '2026-01-01'::timestamptz",
            "tz at time zone 'UTC' > '2026-01-01'",
            "d + 1 > d",
            "d - d < 5",
            "jb ->> 'k' = 'v'",
            "jb ? 'k'",
            "jb ?& array['a', 'b']",
            "jb -> 'k' is not null",
            "jsonb_typeof(jb) = 'object'",
            "at <@ array['x', 'y']",
            "at && '{a}'",
            "array_length(at, 1) > 0",
            "array_position(at, null) is null",
            "key ~ 'x'",
            "\"order\" > 0",
            "\"we\"\"ird\" = 'x'",
            "first is null",
            "position > 3",
            "interval = 'x'",
            "e = 'Some \"label\"'",
            "e > 'x y'",
            "ci = 'x'",
            "ci ~ 'x'",
            "ci <> all (array['a'::citext])",
            "t collate \"C\" < 'b'",
            "f = 1.5",
            "f8 < 'NaN'",
            "u = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
            "(i = 1) = (n is null)",
            "(t = 'a')::integer = 1",
            "v = 'x'",
            "c = 'ab'",
            "v in ('a', 'b')",
            "octet_length(by) = 4",
            "by <> '\\x00'",
            "tm < '12:00'",
            "\"position\"(t, 'a') = 0",
            "left(t, 2) = 'ab'",
            "starts_with(t, 'a')");

    private static final String TABLE = """
            create extension citext;
            create schema s;
            create type s."E x" as enum ('x y', 'Some "label"');
            create table s.t (i integer, n numeric(10,2), t text, b boolean, ai integer[], at text[], tz timestamptz, d date, tm time, jb jsonb, key text,
              "order" integer, "we""ird" text, first text, position integer, interval text, e s."E x", ci citext, f real, f8 double precision, u uuid, v varchar(5), c char(3), by bytea);
            """;

    @TempDir
    Path folder;

    @Test
    void trees_are_those_of_the_parser_of_postgresql() throws Exception {
        List<String> printed = new ArrayList<>();
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String database = server.createDatabase();
            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute(TABLE);
                for (String check : CHECKS) {
                    statement.execute("alter table s.t add check (" + check + ")");
                }
                statement.execute("set search_path = pg_catalog");
                try (ResultSet rows = statement.executeQuery(
                        "select pg_get_expr(conbin, conrelid) from pg_constraint where contype = 'c' and conbin is not null order by oid")) {
                    while (rows.next()) {
                        printed.add(rows.getString(1));
                    }
                }
            }
        }
        List<String> read = new ArrayList<>();
        List<String> trees = new ArrayList<>();
        for (String expression : printed) {
            try {
                trees.add(flat(ExpressionReader.read(expression)).toString());
                read.add(Documents.string(expression));
            } catch (Unreadable e) {
                assertThat(expression).containsAnyOf("similar_to_escape", "EXTRACT");
            }
        }
        assertThat(trees).hasSizeGreaterThan(75);
        Path file = Files.write(folder.resolve("expressions"), read);
        assertThat(Node.script("trees.mjs", file.toString()).strip().lines().toList())
                .containsExactlyElementsOf(trees.stream().map(Documents::string).toList());
    }

    /** PostgreSQL makes one AND of two whose parentheses do not matter, when they stand on the left. */
    private static Tree flat(Tree tree) {
        List<Tree> parts = new ArrayList<>();
        for (int i = 0; i < tree.parts().size(); i++) {
            Tree part = flat(tree.part(i));
            boolean same = i == 0 && part.head() == tree.head() && (tree.head() == Head.AND || tree.head() == Head.OR);
            parts.addAll(same ? part.parts() : List.of(part));
        }
        return new Tree(tree.head(), tree.text(), parts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "(",
                "a >",
                "a = = b",
                "(a = 1",
                "a = 1)",
                "a 1",
                "'open",
                "\"open",
                "a::",
                "EXTRACT(dow FROM d) = 1",
                "(a).b = 1",
                "a[1] = 1",
                "B'101' = b",
                "x'1f' = b",
                "ROW(a, b) = ROW(1, 2)",
                "a IS JSON",
                "CURRENT_USER = a",
                "s.t.a = 1",
                "CASE WHEN a",
                "TRIM(BOTH a)",
                "E'\\n' = a",
                "(SELECT 1) = 1",
                "a OPERATOR(x)",
                "a IN (1, 2)"
            })
    void what_is_not_understood_is_refused_by_name(String expression) {
        assertThatThrownBy(() -> ExpressionReader.read(expression)).isInstanceOf(Unreadable.class);
    }

    @Test
    void no_text_makes_the_reader_fail_in_another_way() throws IOException {
        java.util.Random random = new java.util.Random(7);
        List<String> pieces = List.of(
                "(",
                ")",
                "a",
                "\"b\"",
                "'c'",
                "::",
                "text",
                "AND",
                "OR",
                "NOT",
                "IS",
                "NULL",
                "=",
                "~",
                "ANY",
                "ARRAY",
                "[",
                "]",
                ",",
                "CASE",
                "WHEN",
                "THEN",
                "END",
                "1",
                "1.5e3",
                "-",
                ".",
                "E'\\",
                "COLLATE",
                "\ud83d\ude00",
                "\u0000",
                "OPERATOR",
                "TRIM",
                "FROM");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j >= 0; j--) {
                text.append(pieces.get(random.nextInt(pieces.size()))).append(random.nextBoolean() ? " " : "");
            }
            try {
                assertThat(ExpressionReader.read(text.toString())).isNotNull();
            } catch (Unreadable e) {
                assertThat(e.what()).isNotBlank();
            }
        }
    }
}
