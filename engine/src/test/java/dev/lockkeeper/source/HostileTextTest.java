package dev.lockkeeper.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.sql.CustomSettings;
import dev.lockkeeper.sql.Definitions;
import dev.lockkeeper.sql.Grants;
import dev.lockkeeper.sql.Outside;
import dev.lockkeeper.sql.Placeholders;
import dev.lockkeeper.sql.Scope;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import dev.lockkeeper.sql.Unrestorable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever text a file holds, each reader ends with an answer or a refusal. */
@Tag("MIG-04")
class HostileTextTest {
    private static final int MANY = 100_000;
    private static final List<String> PIECES = List.of(
            "$",
            "$$",
            "$a$",
            "${",
            "${x}",
            "}",
            "'",
            "''",
            "\"",
            "\\",
            "E'",
            "U&\"",
            "(",
            ")",
            ";",
            "/*",
            "*/",
            "--",
            "\n",
            "\r",
            "\r\n",
            " ",
            "\uD83D",
            "\uDE00",
            "😀",
            "\uFEFF",
            "begin",
            "end",
            "case",
            "create function",
            "create view v as",
            "create temp table",
            "copy t from stdin;\n",
            "copy t to stdout",
            "set my.x =",
            "set_config('a.b',",
            "-- lockkeeper:",
            "-- migrate:up\n",
            "-- rollback: drop table t;\n",
            "alter table",
            "detach partition",
            "concurrently",
            ":low",
            ".",
            ",",
            "\t",
            "0x",
            "1e",
            "reindex (",
            "grant",
            "\\restrict a\n",
            "\0");

    static Stream<String> texts() {
        StringBuilder dollars = new StringBuilder();
        StringBuilder nested = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            dollars.append("$t").append(i).append('$');
            nested.insert(0, "$t" + i + "$ set my.x = 1; create view v as ")
                    .append("$t")
                    .append(i)
                    .append('$');
        }
        return Stream.of(
                "$",
                "$$",
                "$ $",
                "create view v as select '${app}', $, $1, $x;",
                "(".repeat(MANY),
                "(".repeat(MANY) + ")".repeat(MANY),
                ")".repeat(MANY),
                "/*".repeat(MANY),
                "/*".repeat(MANY) + "*/".repeat(MANY),
                "'".repeat(MANY),
                "'\n".repeat(MANY),
                "E'\\".repeat(MANY),
                "\"".repeat(MANY + 1),
                "$".repeat(MANY + 1),
                "$a".repeat(MANY),
                "$a$ ".repeat(MANY + 1),
                "${".repeat(MANY),
                "${a".repeat(MANY),
                "-- lockkeeper:".repeat(MANY),
                "-- lockkeeper:x\n".repeat(1_000),
                "--\n".repeat(MANY),
                ";".repeat(MANY),
                "case ".repeat(MANY),
                "create function f() begin " + "case ".repeat(MANY),
                "create ".repeat(MANY),
                "create view ".repeat(MANY),
                "a.".repeat(MANY),
                "alter table " + "a.".repeat(MANY) + "b detach partition",
                "set " + "a.".repeat(MANY) + "b = 1",
                "set ".repeat(MANY),
                "reindex (" + "concurrently,".repeat(MANY) + "verbose) table t",
                "declare c cursor with ".repeat(MANY),
                "copy t from stdin;\n" + "x\n".repeat(MANY),
                "\uD83D".repeat(MANY),
                "x".repeat(10 * MANY),
                "1".repeat(MANY) + "e+".repeat(MANY),
                "\r".repeat(MANY),
                dollars.toString(),
                nested.toString());
    }

    private static void answer(Runnable reader) {
        try {
            reader.run();
        } catch (SqlFlaw | LockkeeperException refusal) {
            assertThat(refusal.getMessage()).isNotEmpty();
        }
    }

    private static void read(String text) {
        Tokens tokens = new Tokens(Set.of("x"), Map.of("x", "$$'"), false);
        answer(() -> Definitions.of(text));
        answer(() -> Placeholders.replace(text, Map.of("low", "1")));
        answer(() -> Splitter.split(text).forEach(HostileTextTest::look));
        look(new Statement(1, Statement.Kind.ORDINARY, 0, text.length(), text, List.of("alter", "table"), null));
        look(new Statement(1, Statement.Kind.ORDINARY, 0, text.length(), text, List.of("reindex"), null));
        Sections.Part whole = new Sections.Held(SourceText.whole("f.sql", text));
        for (Marks marks : Marks.values()) {
            answer(() -> marks.occurIn(whole));
            answer(() -> marks.split(whole));
        }
        answer(() -> TrailingRollback.split(whole));
        answer(() -> whole.script("f.sql", tokens, false, new ArrayList<>(), problem -> {})
                .commands());
        answer(() -> Script.of("f.sql", text).place(text.length() / 2));
    }

    private static void look(Statement statement) {
        Outside.reason(statement);
        Unrestorable.in(statement);
        CustomSettings.in(List.of(statement));
        Grants.in(statement);
        answer(() -> Scope.isSingle(statement));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void text_of_one_kind_in_great_number_is_read_to_an_end(String text) {
        read(text);
    }

    @Test
    void text_of_random_pieces_is_read_to_an_end() {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            read(text.toString());
        }
    }
}
